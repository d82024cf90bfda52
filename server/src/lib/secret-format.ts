import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `tsr`: API token; `tss`: session; `tsd`: a device that signed in before; `tsc`: a CAPTCHA's visitor;
 * `tsp`, `tse`, `tsu`: a mailed link that sets a password, proves an address, or lifts a lock; `tsm`: a sign-in that is remembered;
 * `tsi`: a sign-in that is under way with an identity provider; `tsn`: one that waits for its second step;
 * `tsl`: a link of the command line that signs in once; `tsq`: what an identity provider shows to SCIM;
 * `tsx`, `tsy`, `tsh`: an application's request token, access token and session handle (OAuth 1.0a);
 * `tso`, `tsf`, `tsk`: access token, refresh token and client secret of an application (OAuth 2.0). */
export type SecretPrefix =
  | 'tsr'
  | 'tss'
  | 'tsd'
  | 'tsc'
  | 'tsp'
  | 'tse'
  | 'tsu'
  | 'tsm'
  | 'tsi'
  | 'tsn'
  | 'tsl'
  | 'tsq'
  | 'tsx'
  | 'tsy'
  | 'tsh'
  | 'tso'
  | 'tsf'
  | 'tsk';

/**
 * Prefix, 43 base62 characters (256 random bits) and the CRC-32 of both in 6 more. Scanners find it by
 * `\bts[rs]_[0-9A-Za-z]{49}\b`, and a mistyped one is refused without a look-up.
 */
export function makeSecret(prefix: SecretPrefix): string {
  const random = base62(BigInt(`0x${randomBytes(32).toString('hex')}`), 43);
  const body = `${prefix}_${random}`;
  return body + checksum(body);
}

/** Claims to be ours by its first characters; whether it can be is `isIntactSecret`. */
export function hasSecretPrefix(prefix: SecretPrefix, text: string): boolean {
  return text.length > 4 && text[3] === '_' && text.startsWith(prefix);
}

export function isIntactSecret(prefix: SecretPrefix, text: string): boolean {
  if (text.length !== 53 || !hasSecretPrefix(prefix, text) || !/^[0-9A-Za-z]+$/.test(text.slice(4)))
    return false;
  const body = text.slice(0, 47);
  return checksum(body) === text.slice(47);
}

function checksum(body: string): string {
  let text = '';
  for (let rest = crc32(body); text.length < 6; rest = Math.floor(rest / 62))
    text = alphabet[rest % 62] + text;
  return text;
}

function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest /= 62n) text = alphabet[Number(rest % 62n)] + text;
  return text;
}
