import { createPublicKey, type KeyObject } from 'node:crypto';

/** A key that applications sign with. */
export interface PublicKey {
  /** SubjectPublicKeyInfo as PEM: how it is stored, whatever it was given as. */
  readonly pem: string;
  readonly bits: number;
}

/** Says what is wrong with the key, for who typed it in. */
export class UnusableKey extends Error {}

const fewestBits = 2048;
const mostBits = 8192;
/** NIST SP 800-57 part 1, table 2: 112 bits of strength, which 2,048 bits have, are good until 2030. */
export const advisedBits = 3072;

/** An RSA public key or a certificate, in PEM or as the bare base64 that Jira's form takes. Throws UnusableKey. */
export function readPublicKey(text: string): PublicKey {
  const key = parsed(text.trim());
  const { modulusLength: bits = 0, publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa') throw new UnusableKey('The key must be an RSA key.');
  if (bits < fewestBits || bits > mostBits) {
    throw new UnusableKey(`The key must have ${fewestBits} to ${mostBits} bits; this one has ${bits}.`);
  }
  // FIPS 186-5 §A.1.1; a long one would make each check of a signature slow.
  if (exponent < 65_537n || exponent % 2n === 0n || exponent > 2n ** 64n) {
    throw new UnusableKey('The public exponent of the key must be odd, at least 65537 and below 2^64.');
  }
  return { pem: key.export({ type: 'spki', format: 'pem' }) as string, bits };
}

function parsed(text: string): KeyObject {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    throw new UnusableKey(
      'This is a private key, which nobody but the application may have. Make a new pair, and paste the public key.',
    );
  }
  const pem = text.includes('-----BEGIN')
    ? text
    : `-----BEGIN PUBLIC KEY-----\n${text.replaceAll(/\s/g, '')}\n-----END PUBLIC KEY-----\n`;
  try {
    return createPublicKey(pem);
  } catch {
    throw new UnusableKey('This is no public key and no certificate in PEM.');
  }
}
