import { randomBytes } from 'node:crypto';
import { sha256 } from '../../lib/sha256.ts';

const howMany = 10;
/** Without letters that look like digits (Crockford's base 32). */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten codes of 120 random bits, so that a fast hash is enough for storing (M5): `abcdef-…`, four groups of six. */
export function makeRecoveryCodes(): { readonly codes: string[]; readonly hashes: string[] } {
  const codes = Array.from({ length: howMany }, () => {
    const characters = [...randomBytes(24)].map((byte) => alphabet[byte & 31]).join('');
    return characters.replace(/(.{6})(?=.)/g, '$1-');
  });
  return { codes, hashes: codes.map(recoveryCodeHash) };
}

/** Whatever was typed between its characters, and in whichever case. */
export function recoveryCodeHash(typed: string): string {
  const plain = typed
    .toLowerCase()
    .replace(/o/g, '0')
    .replace(/[il]/g, '1')
    .replace(/[^0-9a-z]/g, '');
  return sha256(`recovery:${plain}`);
}

/** Whether it can be one of ours, by its length. */
export const looksLikeRecoveryCode = (typed: string): boolean =>
  typed.replace(/[^0-9a-z]/gi, '').length === 24;
