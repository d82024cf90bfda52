import { expect, test } from 'vitest';
import { attribute, only, optional, parseXml, textOf } from './xml-dom.ts';

test.each([
  ['<a ID="x"><b ID="x"/></a>', 'The id x is there twice'],
  ['<a ID="x"><b Id="x"/></a>', 'The id x is there twice'],
  ['<a id="x"><b xmlns:c="urn:c" c:iD="x"/></a>', 'The id x is there twice'],
  ['<a xmlns:b="urn:x" xmlns:c="urn:x" b:d="1" c:d="2"/>', 'The attribute c:d is there twice'],
  ['<a b="1" b="2"/>', 'cannot be read'],
  ['<a:b/>', 'The prefix a is not bound'],
  ['<a b:c="d"/>', 'The prefix b is not bound'],
  ['<a>&b;</a>', 'cannot be read'],
])('%s is refused', async (xml, reason) => {
  await expect(parseXml(xml)).rejects.toThrow(reason);
});

test('text is all of it, or is refused', async () => {
  const texts = async (xml: string) => textOf(await parseXml(xml));
  expect(await texts('<a> b &amp; &#99;\n</a>')).toBe(' b & c\n');
  expect(await texts('<a/>')).toBe('');
  await expect(texts('<a>b<c/>d</a>')).rejects.toThrow('something else than text');
  await expect(texts('<a>b<!-- -->c</a>')).rejects.toThrow('something else than text');
  await expect(texts('<a>b<![CDATA[c]]></a>')).rejects.toThrow('something else than text');
});

test('children are told apart by name space, and one is one', async () => {
  const root = await parseXml('<a xmlns="urn:a"><b/><c/><c/><b xmlns="urn:b" n="1"/></a>');
  expect(attribute(only(root, 'urn:b', 'b'), 'n')).toBe('1');
  expect(optional(root, 'urn:b', 'c')).toBeUndefined();
  expect(() => optional(root, 'urn:a', 'c')).toThrow('more than one c');
  expect(() => only(root, 'urn:a', 'd')).toThrow('has no d');
});
