import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeSelfSigned } from '../saml/self-signed.ts';
import { readPublicKey, UnusableKey } from './consumer-key.ts';

const rsa = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent });
const pem = (key: KeyObject, type: 'spki' | 'pkcs1' = 'spki') =>
  key.export({ type, format: 'pem' }) as string;

describe('O1: keys that applications may sign with', () => {
  const good = rsa(2048);

  test('are taken in every form that people have them in, and stored in one', () => {
    const spki = pem(good.publicKey);
    const bare = spki.replaceAll(/-----[^-]+-----|\n/g, '');
    for (const given of [
      spki,
      pem(good.publicKey, 'pkcs1'),
      `\n ${spki} \n`,
      bare,
      `${bare.slice(0, 9)}\n${bare.slice(9)}`,
    ]) {
      expect(readPublicKey(given)).toEqual({ pem: spki, bits: 2048 });
    }
  });

  test('are taken as a certificate', async () => {
    const { certificate } = await makeSelfSigned('application', Date.now());
    expect(readPublicKey(certificate).bits).toBe(3072);
  });

  test.each([
    ['too short', () => pem(rsa(1024).publicKey), /2048/],
    ['of exponent 3', () => pem(rsa(2048, 3).publicKey), /exponent/],
    ['of exponent 257', () => pem(rsa(2048, 257).publicKey), /exponent/],
    ['an elliptic one', () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey), /RSA/],
    ['Ed25519', () => pem(generateKeyPairSync('ed25519').publicKey), /RSA/],
    ['RSA-PSS', () => pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey), /RSA/],
    [
      'a private one',
      () => good.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      /private key/,
    ],
    ['nothing', () => '', /no public key/],
    ['no key', () => 'AAAA', /no public key/],
  ])('%s: refused', (_, given, words) => {
    expect(() => readPublicKey(given())).toThrow(UnusableKey);
    expect(() => readPublicKey(given())).toThrow(words);
  });
});
