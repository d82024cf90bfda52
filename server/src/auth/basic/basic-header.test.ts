import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBasic } from './basic-header.ts';

const encode = (bytes: string | Buffer): string => Buffer.from(bytes as string).toString('base64');
const runs = 10_000;

describe('a well-formed credential', () => {
  test.each([
    ['fred:fred', 'fred', 'fred'],
    ['fred:a:b:c', 'fred', 'a:b:c'],
    ['fred:', 'fred', ''],
    ['fred@example.com: spaced ', 'fred@example.com', ' spaced '],
    ['fred:grün', 'fred', 'grün'],
  ])('%s is split at its first colon, spaces kept', (text, name, secret) => {
    expect(parseBasic(encode(text))).toEqual({ name, secret });
  });

  test('bytes that are not UTF-8 are read as ISO-8859-1', () => {
    expect(parseBasic(encode(Buffer.from('fred:grün', 'latin1')))).toEqual({ name: 'fred', secret: 'grün' });
  });

  test('padding may be missing', () => {
    expect(parseBasic('ZnJlZDpmcmVkeQ')).toEqual({ name: 'fred', secret: 'fredy' });
  });
});

describe('a malformed credential is no credential', () => {
  test.each([
    ['not base64', '***'],
    ['junk after the padding', 'ZnJlZDpmcmVk==junk'],
    ['a character outside the alphabet', 'ZnJlZDpmcmVk!!'],
    ['padding where none belongs', 'ZnJlZDpmcmVk=='],
    ['the URL alphabet', encode('fred:??>>??').replace(/[+/]/g, '_')],
    ['no colon', encode('fred')],
    ['no name', encode(':fred')],
    ['nothing', ''],
    ['a trailing newline', encode('fred:fred\n')],
    ['a NUL', encode('fred:fr\0ed')],
    ['more than 4 KiB', encode(`fred:${'x'.repeat(5000)}`)],
  ])('%s', (_, value) => {
    expect(parseBasic(value)).toBeNull();
  });
});

test('whatever text arrives, the answer is a pair or null, never a throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String(), fc.string()), (value) => {
      const pair = parseBasic(value);
      if (pair !== null) {
        expect(pair.name).not.toContain(':');
        expect(pair.name.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: runs },
  );
});

test('every printable pair survives encoding, with and without padding', () => {
  const printable = fc
    .string({ unit: 'grapheme' })
    .filter((s) => !/[\u0000-\u001f\u007f]/.test(s) && s.isWellFormed());
  const name = printable.filter((s) => s !== '' && !s.includes(':'));
  fc.assert(
    fc.property(name, printable, (user, secret) => {
      const value = encode(`${user}:${secret}`);
      expect(parseBasic(value)).toEqual({ name: user, secret });
      expect(parseBasic(value.replace(/=+$/, ''))).toEqual({ name: user, secret });
    }),
    { numRuns: runs },
  );
});
