import { sweeping } from '../lib/sweeping.ts';
import type { Site } from '../site.ts';
import { audit } from './audit.ts';
import { deleteRecordsBefore } from './audit-store.ts';
import { deleteRefusalsBefore } from './refusal-store.ts';

const dayMs = 86_400_000;
const refusalDays = 7;
/** Rows of one statement: other writers get their turn in between. */
const batch = 500;
const sweepEveryMs = 3_600_000;
/** Not while the process starts. */
const firstSweepMs = 60_000;

/** Days that audit records are kept; 0: for ever. */
export type RetentionDays = () => Promise<number>;

/** Deletes what is older than it has to be kept, in small batches. */
export async function deleteOldRecords(
  site: Pick<Site, 'db' | 'clock'>,
  retentionDays: RetentionDays,
  stop?: AbortSignal,
): Promise<{ records: number; refusals: number }> {
  const { db, clock } = site;
  const now = clock.now();
  const days = await retentionDays();
  const inBatches = async (deleteSome: (before: number) => Promise<number>, before: number) => {
    let deleted = 0;
    for (;;) {
      if (stop?.aborted) return deleted;
      const some = await deleteSome(before);
      deleted += some;
      if (some < batch) return deleted;
    }
  };
  const records =
    days === 0 ? 0 : await inBatches((before) => deleteRecordsBefore(db, before, batch), now - days * dayMs);
  if (records > 0) {
    await audit(db, clock, {
      event: 'audit.expired',
      outcome: 'ok',
      source: { address: '', userAgent: '', requestId: '' },
      via: 'retention',
      detail: { records, days },
    });
  }
  const refusals = await inBatches(
    (before) => deleteRefusalsBefore(db, before, batch),
    now - refusalDays * dayMs,
  );
  return { records, refusals };
}

/** Sweeps once an hour; the result ends it. */
export const sweepOldRecords = (site: Site, retentionDays: RetentionDays): (() => Promise<void>) =>
  sweeping(
    { firstMs: firstSweepMs, everyMs: sweepEveryMs },
    (stop) => deleteOldRecords(site, retentionDays, stop),
    (error) => site.log.error({ err: error }, 'old records not deleted'),
  );
