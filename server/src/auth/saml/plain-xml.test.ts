import { expect, test } from 'vitest';
import { messageBounds, plainXml, type XmlBounds } from './plain-xml.ts';

const read = (text: string | Buffer, bounds: Partial<XmlBounds> = {}) =>
  plainXml(Buffer.from(text), { ...messageBounds, ...bounds });
const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

test('plain XML passes as it is, without its declaration and with line ends of one kind', () => {
  for (const text of [
    '<a/>',
    '<a></a>',
    '<x:a xmlns:x="urn:x" b=\'c>d\' e = "&quot;&amp;&#10;&#x1F600;" ><x:b/ >'.replace('/ >', '/>') +
      '</x:a >',
    '<a>é 漢 \u{1F600} &lt;&gt;</a>',
    nested(64),
  ]) {
    expect(read(text)).toBe(text);
  }
  expect(read('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<a>\r\n \r</a>\n')).toBe('<a>\n \n</a>');
  expect(read("<?xml version='1.0' encoding='UTF-8' standalone='no' ?><a/>")).toBe('<a/>');
});

test.each([
  ['<!DOCTYPE a><a/>', 'document type'],
  ['<a><!ELEMENT b ANY></a>', 'declaration'],
  ['<a><!-- --></a>', 'comment'],
  ['<a><![CDATA[x]]></a>', 'CDATA'],
  ['<a>]]></a>', 'CDATA'],
  ['<a><?b c?></a>', 'instruction'],
  ['<?xml version="1.1"?><a/>', 'instruction'],
  ['<?xml version="1.0" encoding="latin1"?><a/>', 'instruction'],
  ['<a>&b;</a>', 'reference &b'],
  ['<a>&amp</a>', 'reference &amp'],
  ['<a b="&"/>', 'reference &'],
  ['<a>&#0;</a>', 'reference &#0'],
  ['<a>&#xD800;</a>', 'reference &#xD800'],
  ['<a>&#x110000;</a>', 'reference &#x110000'],
  ['<a>&#xFFFE;</a>', 'reference &#xFFFE'],
  ['<a>\u0001</a>', 'character'],
  ['<a>\ufffe</a>', 'character'],
  ['', 'no element'],
  [' ', 'no element'],
  ['a', 'text around'],
  ['<a/>b', 'text around'],
  ['<a/><b/>', 'more than one root'],
  ['<a>', 'does not close a'],
  ['</a>', 'closes a'],
  ['<a><b></a></b>', 'closes a'],
  ['<a b=c/>', 'broken'],
  ['<a b/>', 'broken'],
  ['<a b="c"d="e"/>', 'broken'],
  ['<a b="<"/>', 'broken'],
  ['<a b="c/>', 'broken'],
  ['< a/>', 'broken'],
  ['<é/>', 'broken'],
  ['<a:b:c/>', 'broken'],
  ['<a', 'broken'],
  [nested(65), 'nested more than 64'],
  [`<a>${'<b/>'.repeat(2500)}</a>`, 'more than 2500 elements'],
  [`<a ${Array.from({ length: 65 }, (_, n) => `b${n}=""`).join(' ')}/>`, 'more than 64 attributes'],
])('%s is refused', (text, reason) => {
  expect(() => read(text)).toThrow(reason);
});

test('size and encoding are looked at first', () => {
  expect(() => read(`<a>${' '.repeat(messageBounds.maxBytes)}</a>`)).toThrow('more than 262144 bytes');
  expect(() => read(Buffer.of(0x3c, 0x61, 0x2f, 0x3e, 0xff))).toThrow('not valid UTF-8');
  expect(() => read(Buffer.from('<a/>', 'utf16le'))).toThrow('character');
});

test('where comments are no danger they are dropped', () => {
  expect(read('<!-- x --><a><!-- <b> --></a>', { comments: true })).toBe('<a></a>');
  expect(() => read('<a><!-- </a>', { comments: true })).toThrow('comment');
});
