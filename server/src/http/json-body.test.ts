import { expect, test } from 'vitest';
import { BadRequest } from '../errors.ts';
import { parseJsonBody } from './json-body.ts';

const parse = (text: string | Buffer) => parseJsonBody(Buffer.from(text as string));

test('an empty body is no body', () => {
  expect(parse('')).toBeUndefined();
});

test('JSON is parsed', () => {
  expect(parse('{"a":[1,"\\u00e4 \\\\u0000"]}')).toEqual({ a: [1, 'ä \\u0000'] });
});

test.each([
  ['broken JSON', '{"a":'],
  ['a trailing comma', '{"a":1,}'],
  ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ['101 levels', `${'['.repeat(101)}${']'.repeat(101)}`],
  ['100,000 levels', '['.repeat(100_000)],
  ['a NUL in a value', '{"a":"x\\u0000"}'],
  ['a NUL in a key', '{"x\\u0000":1}'],
  ['half a surrogate pair', '{"a":"\\ud800"}'],
  ['a __proto__ key', '{"a":{"__proto__":{"admin":true}}}'],
  ['an escaped __proto__ key', '{"\\u005f_proto__":{"admin":true}}'],
  ['a constructor object', '{"constructor":{"prototype":{}}}'],
])('%s is refused', (_, text) => {
  expect(() => parse(text)).toThrow(BadRequest);
});

test('brackets inside strings do not nest', () => {
  expect(parse(JSON.stringify({ a: '['.repeat(500) }))).toEqual({ a: '['.repeat(500) });
});
