import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** 32 random bytes that seal secrets at rest; never stored beside what they seal. */
export type SealKey = Uint8Array;

/** A sealed text names the key by this much of its SHA-256, so that the right one is found after a change of keys. */
export const sealKeyId = (key: SealKey): string =>
  createHash('sha256').update(key).digest('hex').slice(0, 12);

/** The key that sealed it is not among those given. */
export class SealKeyMissing extends Error {
  readonly keyId: string;

  constructor(keyId: string) {
    super(`A stored secret was sealed with the key ${keyId}, which is not configured`);
    this.keyId = keyId;
  }
}

/**
 * AES-256-GCM under a fresh nonce. `purpose` is bound to it (additional data): what was sealed for one purpose or row
 * does not open for another.
 */
export function seal(key: SealKey, purpose: string, plain: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  const bytes = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  return `v1:${sealKeyId(key)}:${bytes.toString('base64url')}`;
}

/** Throws SealKeyMissing, or when it was altered or sealed for another purpose. */
export function unseal(keys: readonly SealKey[], purpose: string, sealed: string): string {
  const [version, keyId = '', text = ''] = sealed.split(':');
  if (version !== 'v1') throw new Error('A stored secret has a form that this version does not know');
  const key = keys.find((one) => sealKeyId(one) === keyId);
  if (key === undefined) throw new SealKeyMissing(keyId);
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < 28) throw new Error('A stored secret is damaged');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
}
