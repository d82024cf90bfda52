/**
 * One message that two readers could take for two (RFC 9112 §6, §11.2): the second, which only one of them sees, asks for
 * `/smuggled`. `HOST` is the server's own.
 */
export interface Shape {
  readonly what: string;
  readonly text: string;
}

const second = 'GET /rest/api/2/smuggled HTTP/1.1\r\nHost: HOST\r\n\r\n';

const post = (lines: readonly string[], body: string): string =>
  `POST /rest/api/2/search HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n${body}`;
const get = (lines: string): string => `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost: HOST\r\n${lines}`;

const chunks = `2\r\n{}\r\n0\r\n\r\n`;
const whole = `0\r\n\r\n${second}`;

const bodies: readonly [string, readonly string[], string][] = [
  ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], whole],
  ['chunks and a length', ['Transfer-Encoding: chunked', 'Content-Length: 5'], whole],
  ['a length of nothing and chunks', ['Content-Length: 0', 'Transfer-Encoding: chunked'], whole],
  ['two lengths', ['Content-Length: 2', 'Content-Length: 100'], `{}${second}`],
  ['two lengths, the longer first', ['Content-Length: 100', 'Content-Length: 2'], `{}${second}`],
  ['two lengths in one line', ['Content-Length: 2, 100'], `{}${second}`],
  ['a length with a sign', ['Content-Length: +2'], `{}${second}`],
  ['a length below nothing', ['Content-Length: -2'], `{}${second}`],
  ['a length in hexadecimal', ['Content-Length: 0x2'], `{}${second}`],
  ['a length with a fraction', ['Content-Length: 2.0'], `{}${second}`],
  ['a length beyond all numbers', ['Content-Length: 18446744073709551618'], `{}${second}`],
  ['a length with something after it', ['Content-Length: 2 x'], `{}${second}`],
  ['chunks under another name', ['Transfer-Encoding: xchunked'], `${chunks}${second}`],
  ['chunks twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], `${chunks}${second}`],
  ['chunks, then something else', ['Transfer-Encoding: chunked, identity'], `${chunks}${second}`],
  [
    'something else, then chunks',
    ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked'],
    `${chunks}${second}`,
  ],
  ['chunks with a length, folded', ['Content-Length: 5', 'Transfer-Encoding:', ' chunked'], whole],
  ['chunks with a length, behind a tab', ['Content-Length: 5', 'Transfer-Encoding:\tchunked'], whole],
  [
    'chunks with a length, and a space before the colon',
    ['Content-Length: 5', 'Transfer-Encoding : chunked'],
    whole,
  ],
  [
    'chunks with a length, behind a vertical tab',
    ['Content-Length: 5', 'Transfer-Encoding:\x0bchunked'],
    whole,
  ],
  [
    'chunks with a length, behind a bare CR',
    ['Content-Length: 5', 'X: y\rTransfer-Encoding: chunked'],
    whole,
  ],
  ['a chunk of no size', ['Transfer-Encoding: chunked'], `\r\n{}\r\n0\r\n\r\n${second}`],
  ['a chunk of a size with a sign', ['Transfer-Encoding: chunked'], `+2\r\n{}\r\n0\r\n\r\n${second}`],
  ['a chunk of a size with 0x', ['Transfer-Encoding: chunked'], `0x2\r\n{}\r\n0\r\n\r\n${second}`],
  [
    'a chunk of a size beyond all numbers',
    ['Transfer-Encoding: chunked'],
    `10000000000000002\r\n{}\r\n0\r\n\r\n${second}`,
  ],
  ['a chunk longer than it says', ['Transfer-Encoding: chunked'], `1\r\n{}\r\n0\r\n\r\n${second}`],
  ['a chunk that ends with a bare LF', ['Transfer-Encoding: chunked'], `2\n{}\n0\n\n${second}`],
  [
    'a chunk with a bare LF in its extension',
    ['Transfer-Encoding: chunked'],
    `2;a\n{}\r\n0\r\n\r\n${second}`,
  ],
];

const heads: readonly [string, string][] = [
  ['a folded header', `X: y\r\n z: w\r\n\r\n`],
  ['a folded header behind a tab', `X: y\r\n\tz: w\r\n\r\n`],
  ['a space before the colon', 'X : y\r\n\r\n'],
  ['lines that end with a bare LF', `X: y\nContent-Length: 2\n\n{}${second}`],
  ['a bare CR in a value', `X: y\rz: w\r\n\r\n`],
  ['a NUL in a value', 'X: y\x00z\r\n\r\n'],
  ['a NUL in a name', 'X\x00: y\r\n\r\n'],
  ['a name that is empty', ': y\r\n\r\n'],
  ['a line without a colon', 'Transfer-Encoding chunked\r\n\r\n'],
];

export const shapes: readonly Shape[] = [
  ...bodies.map(([what, lines, body]) => ({ what, text: post(lines, body) })),
  ...heads.map(([what, lines]) => ({ what, text: get(lines) })),
  {
    what: 'a space before the first header',
    text: `GET /rest/api/2/serverInfo HTTP/1.1\r\n X: y\r\nHost: HOST\r\n\r\n`,
  },
  { what: 'no version', text: get('\r\n').replace(' HTTP/1.1', '') },
  { what: 'a version that is none', text: get('\r\n').replace('HTTP/1.1', 'HTTP/1.1.1') },
  { what: 'a tab in the first line', text: get('\r\n').replace('GET ', 'GET\t') },
];
