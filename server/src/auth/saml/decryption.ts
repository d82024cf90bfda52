import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import { ns } from './saml-names.ts';
import {
  descendants,
  isNamed,
  only,
  optional,
  requiredAttribute,
  textOf,
  type XmlElement,
} from './xml-dom.ts';

const refused = (detail: string): AnswerRefused => new AnswerRefused('saml-answer-invalid', detail);

const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#';
const ciphers: Readonly<
  Record<
    string,
    {
      readonly name: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-256-cbc';
      readonly keyBytes: number;
    }
  >
> = {
  [`${xmlenc11}aes128-gcm`]: { name: 'aes-128-gcm', keyBytes: 16 },
  [`${xmlenc11}aes192-gcm`]: { name: 'aes-192-gcm', keyBytes: 24 },
  [`${xmlenc11}aes256-gcm`]: { name: 'aes-256-gcm', keyBytes: 32 },
  [`${ns.encryption}aes128-cbc`]: { name: 'aes-128-cbc', keyBytes: 16 },
  [`${ns.encryption}aes256-cbc`]: { name: 'aes-256-cbc', keyBytes: 32 },
};
const hashes: Readonly<Record<string, string>> = {
  [`${ns.signature}sha1`]: 'sha1',
  [`${ns.encryption}sha256`]: 'sha256',
  [`${ns.encryption}sha512`]: 'sha512',
  [`${xmlenc11}mgf1sha1`]: 'sha1',
  [`${xmlenc11}mgf1sha256`]: 'sha256',
  [`${xmlenc11}mgf1sha512`]: 'sha512',
};

/**
 * The text of an EncryptedAssertion (XML Encryption 1.1). `authentic`: a signature covers the ciphertext; without one
 * only ciphers that notice a change are opened, for whoever may change CBC's blocks and watch the answers reads them
 * (Jager and Somorovsky, 2011). `privateKeys`: PEM, any of which may be the one it is for. Throws AnswerRefused.
 */
export function decryptedAssertion(
  encrypted: XmlElement,
  privateKeys: readonly string[],
  authentic: boolean,
): Buffer {
  const data = only(encrypted, ns.encryption, 'EncryptedData');
  const algorithm = requiredAttribute(only(data, ns.encryption, 'EncryptionMethod'), 'Algorithm');
  const cipher = Object.hasOwn(ciphers, algorithm) ? ciphers[algorithm] : undefined;
  if (cipher === undefined)
    throw refused(`The assertion is encrypted with ${algorithm}; AES-GCM is accepted.`);
  if (cipher.name.endsWith('cbc') && !authentic) {
    throw refused(
      'The assertion is encrypted with AES-CBC in a response that is not signed: use AES-GCM, or sign the response.',
    );
  }
  const key = keyOf(encrypted, privateKeys, cipher.keyBytes);
  const bytes = cipherValue(data);
  try {
    return cipher.name.endsWith('gcm')
      ? openGcm(cipher.name as 'aes-256-gcm', key, bytes)
      : openCbc(cipher.name, key, bytes);
  } catch {
    throw refused('The assertion cannot be decrypted.');
  }
}

/** Beside the data or inside it; where the text says that it should lie does not matter, as there must be one alone. */
function keyOf(encrypted: XmlElement, privateKeys: readonly string[], keyBytes: number): Buffer {
  const [wrapped, more] = [...descendants(encrypted)].filter((one) =>
    isNamed(one, ns.encryption, 'EncryptedKey'),
  );
  if (wrapped === undefined || more !== undefined) {
    throw refused('The encrypted assertion must come with one encrypted key.');
  }
  const oaepHash = oaepHashOf(only(wrapped, ns.encryption, 'EncryptionMethod'));
  const bytes = cipherValue(wrapped);
  for (const key of privateKeys) {
    try {
      const opened = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes);
      if (opened.length === keyBytes) return opened;
    } catch {
      // Encrypted for another one of our keys, perhaps.
    }
  }
  throw refused('The assertion is encrypted for none of the keys in our metadata.');
}

function oaepHashOf(method: XmlElement): string {
  const algorithm = requiredAttribute(method, 'Algorithm');
  const digest = optional(method, ns.signature, 'DigestMethod');
  const mask = optional(method, xmlenc11, 'MGF');
  const named = (element: XmlElement | undefined, fallback: string): string | undefined =>
    element === undefined ? fallback : hashes[requiredAttribute(element, 'Algorithm')];
  const hash = named(digest, 'sha1');
  const maskHash = algorithm === `${xmlenc11}rsa-oaep` ? named(mask, 'sha1') : 'sha1';
  const known = algorithm === `${xmlenc11}rsa-oaep` || algorithm === `${ns.encryption}rsa-oaep-mgf1p`;
  if (!known || hash === undefined || hash !== maskHash) {
    throw refused(
      `The key of the assertion is encrypted with ${algorithm}; RSA-OAEP with one hash (SHA-1, SHA-256 or SHA-512) for digest and mask is accepted.`,
    );
  }
  return hash;
}

function cipherValue(element: XmlElement): Buffer {
  const value = only(only(element, ns.encryption, 'CipherData'), ns.encryption, 'CipherValue');
  return Buffer.from(textOf(value), 'base64');
}

function openGcm(name: 'aes-256-gcm', key: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(name, key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

/** Only the last byte of the padding counts (XML Encryption §5.2). */
function openCbc(name: string, key: Buffer, bytes: Buffer): Buffer {
  const decipher = createDecipheriv(name, key, bytes.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  if (padding < 1 || padding > 16) throw new Error('wrong padding');
  return padded.subarray(0, padded.length - padding);
}
