import { sweeping } from '../../lib/sweeping.ts';
import type { Site } from '../../site.ts';
import { deleteExpired } from './item-store.ts';

const batch = 500;

/** Deletes what is over, in small batches, once an hour; the result ends it. */
export const sweepOauth2 = (site: Site): (() => Promise<void>) =>
  sweeping(
    { firstMs: 90_000, everyMs: 3_600_000 },
    async (stop) => {
      const now = site.clock.now();
      while (!stop.aborted && (await deleteExpired(site.db, now, batch)) === batch);
    },
    (error) => site.log.error({ err: error }, 'expired OAuth 2.0 tokens not deleted'),
  );
