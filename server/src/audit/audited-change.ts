import { bumpRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Site } from '../site.ts';
import { type Asker, audit } from './audit.ts';

/** A change of cached configuration: the change, the new revision and the audit record in one transaction. */
export function auditedChange<T>(
  site: Site,
  asker: Asker,
  event: string,
  subject: string,
  change: (trx: Db) => Promise<T>,
): Promise<T> {
  return inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    const result = await change(trx);
    await audit(trx, site.clock, { event, outcome: 'ok', asker, source: asker.source, subject });
    return result;
  });
}
