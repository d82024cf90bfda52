import { hash, timingSafeEqual } from 'node:crypto';

/**
 * What is stored of a secret with at least 112 bits of its own: nobody can guess those, so a fast hash is
 * enough, and a wrong one costs no work worth flooding us for (security bar T4).
 */
export function sha256(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export const sameHash = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
