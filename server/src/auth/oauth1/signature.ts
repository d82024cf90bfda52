import { type KeyObject, verify } from 'node:crypto';

/**
 * What may be signed with. RSA-SHA1 is Jira's only one and for compatibility (exception E1 of docs/security.md); the others
 * are what newer clients choose (oauthlib, atlassian-python-api).
 */
const hashes = { 'RSA-SHA1': 'sha1', 'RSA-SHA256': 'sha256', 'RSA-SHA512': 'sha512' } as const;

export type SignatureMethod = keyof typeof hashes;
export const signatureMethods = Object.keys(hashes) as SignatureMethod[];

export const isSignatureMethod = (name: string): name is SignatureMethod => Object.hasOwn(hashes, name);

/** RSASSA-PKCS1-v1_5 (RFC 5849 §3.4.3). Base64 must be whole: Node would skip what does not belong into it. */
export function isSignedBy(
  key: KeyObject,
  method: SignatureMethod,
  text: string,
  signature: string,
): boolean {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(signature) || signature.length % 4 !== 0) return false;
  return verify(hashes[method], Buffer.from(text), key, Buffer.from(signature, 'base64'));
}
