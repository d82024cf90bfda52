import { pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { bcryptMatches } from './bcrypt.ts';

const derive = promisify(pbkdf2);

const bcrypt = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const pkcs5s2 = /^\{PKCS5S2\}([A-Za-z0-9+/]{64})$/;

/** One bcrypt check beyond this costs more than a second. */
const highestBcryptCost = 14;

/** Hashes of other programs, which accounts that move in bring along. */
export type LegacyHash =
  | { readonly kind: 'bcrypt'; readonly hash: string }
  | { readonly kind: 'pkcs5s2'; readonly salt: Buffer; readonly key: Buffer };

/** undefined: it is none of those we know, or one that would take too long. */
export function parseLegacyHash(stored: string): LegacyHash | undefined {
  const cost = bcrypt.exec(stored)?.[1];
  if (cost !== undefined) {
    return Number(cost) >= 4 && Number(cost) <= highestBcryptCost
      ? { kind: 'bcrypt', hash: stored }
      : undefined;
  }
  const encoded = pkcs5s2.exec(stored)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  return { kind: 'pkcs5s2', salt: bytes.subarray(0, 16), key: bytes.subarray(16) };
}

export async function legacyHashMatches(password: string, legacy: LegacyHash): Promise<boolean> {
  if (legacy.kind === 'bcrypt') return bcryptMatches(password, legacy.hash);
  // Atlassian's default encoder: PBKDF2 with HMAC-SHA1, 10,000 iterations (passlib, "atlassian_pbkdf2_sha1").
  const key = await derive(password, legacy.salt, 10_000, legacy.key.length, 'sha1');
  return timingSafeEqual(key, legacy.key);
}
