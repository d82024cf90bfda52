import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { OAuth } from 'oauth';
import { describe, expect, test } from 'vitest';
import { baseString } from './base-string.ts';
import { parseAuthorization, parseForm, percentEncode, UnreadableParameters } from './parameters.ts';
import { isSignedBy } from './signature.ts';

describe('RFC 5849 §3.4.1', () => {
  test('§3.4.1.1: the base string of its request', () => {
    const header = `realm="Example",
                    oauth_consumer_key="9djdj82h48djs9d2",
                    oauth_token="kkk9d7dh3k39sjv7",
                    oauth_signature_method="HMAC-SHA1",
                    oauth_timestamp="137131201",
                    oauth_nonce="7d8f3e4a",
                    oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"`;
    const parameters = [
      ...parseAuthorization(header.replaceAll('\n', ' ')),
      ...parseForm('b5=%3D%253D&a3=a&c%40=&a2=r%20b'),
      ...parseForm('c2&a3=2+q'),
    ];
    expect(baseString({ method: 'post', url: 'http://example.com/request', parameters })).toBe(
      'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q' +
        '%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_' +
        'key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m' +
        'ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk' +
        '9d7dh3k39sjv7',
    );
  });

  test.each([
    ['http://EXAMPLE.COM:80/r%20v/X', 'http://example.com/r%20v/X'],
    ['https://www.example.net:8080/', 'https://www.example.net:8080/'],
    ['HTTPS://www.example.net:443', 'https://www.example.net/'],
    ['http://127.0.0.1:8080/jira/rest//a;b', 'http://127.0.0.1:8080/jira/rest//a;b'],
  ])('§3.4.1.2: %s is %s', (url, uri) => {
    expect(baseString({ method: 'GET', url, parameters: [] })).toBe(`GET&${percentEncode(uri)}&`);
  });

  test('§3.6: what is encoded and what not', () => {
    expect(percentEncode("abcABC123-._~%+&= *!'()\n\u007f\u0080\u3001")).toBe(
      'abcABC123-._~%25%2B%26%3D%20%2A%21%27%28%29%0A%7F%C2%80%E3%80%81',
    );
  });
});

test('a published RSA-SHA1 signature (wiki.oauth.net, TestCases) fits, and no other text or signature', () => {
  const certificate = `-----BEGIN CERTIFICATE-----
MIIBpjCCAQ+gAwIBAgIBATANBgkqhkiG9w0BAQUFADAZMRcwFQYDVQQDDA5UZXN0
IFByaW5jaXBhbDAeFw03MDAxMDEwODAwMDBaFw0zODEyMzEwODAwMDBaMBkxFzAV
BgNVBAMMDlRlc3QgUHJpbmNpcGFsMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKB
gQC0YjCwIfYoprq/FQO6lb3asXrxLlJFuCvtinTF5p0GxvQGu5O3gYytUvtC2JlY
zypSRjVxwxrsuRcP3e641SdASwfrmzyvIgP08N4S0IFzEURkV1wp/IpH7kH41Etb
mUmrXSwfNZsnQRE5SYSOhh+LcK2wyQkdgcMv11l4KoBkcwIDAQABMA0GCSqGSIb3
DQEBBQUAA4GBAGZLPEuJ5SiJ2ryq+CmEGOXfvlTtEL2nuGtr9PewxkgnOjZpUy+d
4TvuXJbNQc8f4AMWL/tO9w0Fk80rWKp9ea8/df4qMq5qlFWlx6yOLQxumNOmECKb
WpkUQDIDJEoFUzKMVuJf4KO/FJ345+BNLGgbJ6WujreoM1X/gYfdnJ/J
-----END CERTIFICATE-----`;
  const text = baseString({
    method: 'GET',
    url: 'http://photos.example.net/photos',
    parameters: parseForm(
      'file=vacaction.jpg&size=original&oauth_consumer_key=dpf43f3p2l4k3l03&oauth_nonce=13917289812797014437' +
        '&oauth_signature_method=RSA-SHA1&oauth_timestamp=1196666512&oauth_version=1.0',
    ),
  });
  const signature =
    'jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKsW//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=';
  const key = createPublicKey(certificate);
  expect(isSignedBy(key, 'RSA-SHA1', text, signature)).toBe(true);
  expect(isSignedBy(key, 'RSA-SHA1', `${text}x`, signature)).toBe(false);
  expect(isSignedBy(key, 'RSA-SHA256', text, signature)).toBe(false);
  for (const odd of [
    '',
    `A${signature}`,
    `${signature}AAAA`,
    `${signature.slice(0, 9)} ${signature.slice(9)}`,
    signature.replaceAll('+', '-'),
    signature.replace('=', ''),
  ]) {
    expect(isSignedBy(key, 'RSA-SHA1', text, odd)).toBe(false);
  }
});

/** The signing of the npm package `oauth`, which shares no line with ours. */
interface Signer {
  _normaliseRequestParams(of: Record<string, string | string[]>): string;
  _createSignatureBase(method: string, url: string, parameters: string): string;
}
const signer = new OAuth('', '', 'key', '', '1.0A', null, 'HMAC-SHA1') as unknown as Signer;

const text = fc.string({ unit: 'binary', maxLength: 12 }).filter((one) => one.isWellFormed());
const name = fc
  .oneof(text, fc.constantFrom('a', 'A', 'a%', 'b5', 'jql', 'oauth_nonce', 'Ü', '=', '&'))
  // That package keeps them in an object.
  .filter((one) => !(one in {}) && one !== 'oauth_signature' && one !== 'realm');
const values = fc.array(fc.tuple(name, fc.oneof(text, fc.constantFrom('', '+', ' ', '%20'))), {
  maxLength: 8,
});
const path = fc
  .array(fc.constantFrom('rest', 'r%20v', 'a;b', 'QA-1', '~', '%C3%9C'))
  .map((of) => of.join('/'));

const runs = Number(process.env.TESSERA_TEST_BASE_STRINGS ?? 1000);

test(`O2: ${runs} random requests have the base string of an independent signer`, () => {
  fc.assert(
    fc.property(
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'patch'),
      fc.constantFrom(
        'http://127.0.0.1:8080',
        'https://Jira.example.com',
        'http://h:80',
        'https://h:443/jira',
      ),
      path,
      values,
      (method, base, rest, pairs) => {
        const byName: Record<string, string[]> = {};
        for (const [key, value] of pairs) byName[key] = [...(byName[key] ?? []), value];
        const url = `${base}/${rest}`;
        const theirs = signer._createSignatureBase(method, url, signer._normaliseRequestParams(byName));
        // As they come in: a part in the query with plus signs, a part in the header.
        const half = Math.floor(pairs.length / 2);
        const query = pairs.slice(0, half).map((pair) => pair.map(formEncode).join('='));
        const header = pairs.slice(half).filter(([key]) => key !== '' && key.toLowerCase() !== 'realm');
        const rest2 = pairs.slice(half).filter((pair) => !header.includes(pair));
        const parameters = [
          ...parseForm([...query, ...rest2.map((pair) => pair.map(formEncode).join('='))].join('&')),
          ...parseAuthorization(
            header.map(([key, value]) => `${percentEncode(key)}="${percentEncode(value)}"`).join(', '),
          ),
        ];
        const ours = baseString({ method, url, parameters });
        // A pair without name and value is nothing in a form.
        if (!pairs.some(([key, value]) => key === '' && value === '')) expect(ours).toBe(theirs);
      },
    ),
    { numRuns: runs },
  );
});

const formEncode = (one: string): string => percentEncode(one).replaceAll('%20', '+');

test('a header that is not of the form name="value" is not read, however long', () => {
  for (const header of [
    'x',
    'oauth_token',
    'oauth_token=abc',
    'oauth_token="abc',
    'oauth_token="abc" oauth_nonce="x"',
    'a="1",,b="2"',
    `a="${'\\'.repeat(16_001)}`,
    `${' '.repeat(16_000)}x`,
    'a="%zz"',
    'a="%C3"',
  ]) {
    const begun = performance.now();
    expect(() => parseAuthorization(header)).toThrow(UnreadableParameters);
    expect(performance.now() - begun).toBeLessThan(200);
  }
  expect(parseAuthorization('')).toEqual([]);
  expect(parseAuthorization('Realm="a, b=\\"c\\"", x="1",\ty = "%3D"')).toEqual([
    ['x', '1'],
    ['y', '='],
  ]);
});
