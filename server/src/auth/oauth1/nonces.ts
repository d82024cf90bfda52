import { TooManyRequests } from '../../errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { deleteOldNonces, hasMoreNonces, insertNonce } from './nonce-store.ts';

const windowMs = 300_000;
/** A request may be dated five minutes ahead, and be good for five more: until then it must not come again. */
const keptMs = 600_000;
const sweepEveryMs = 60_000;
/** More than 160 requests a second, all the time. */
const room = { mostOfLink: 100_000, countEvery: 1_000 };

export const isTimely = (timestampSeconds: number, now: number): boolean =>
  Math.abs(timestampSeconds * 1000 - now) <= windowMs;

/** What was signed, so that nothing counts twice (RFC 5849 §3.3). */
export interface Nonces {
  /** Whether nobody used it before. Throws TooManyRequests when the application has no room left. */
  use(linkId: number, use: { token: string; timestamp: number; nonce: string }): Promise<boolean>;
}

/** Only what bears a right signature comes here, so strangers fill nothing; and an application no more than its share. */
export function keepNonces(
  { db, clock }: Pick<Site, 'db' | 'clock'>,
  { mostOfLink, countEvery } = room,
): Nonces {
  let sweptAt = 0;
  const usedSinceCount = new Map<number, number>();
  return {
    async use(linkId, { token, timestamp, nonce }) {
      const now = clock.now();
      const used = (usedSinceCount.get(linkId) ?? 0) + 1;
      usedSinceCount.set(linkId, used);
      if (now - sweptAt >= sweepEveryMs || used >= countEvery) {
        sweptAt = now;
        await deleteOldNonces(db, now);
      }
      if (used >= countEvery) {
        if (await hasMoreNonces(db, linkId, mostOfLink)) {
          throw new TooManyRequests({
            messages: ['This application signs more requests than the server remembers. Wait a minute.'],
            headers: { 'Retry-After': '60' },
            why: { step: 'too-many-requests' },
          });
        }
        usedSinceCount.set(linkId, 0);
      }
      const useHash = sha256(JSON.stringify([token, timestamp, nonce]));
      const keptUntil = Math.max(now, timestamp * 1000) + keptMs;
      return insertNonce(db, { linkId, useHash, keptUntil });
    },
  };
}
