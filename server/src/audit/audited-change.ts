import { bumpRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Site } from '../site.ts';
import { type Asker, type AuditEvent, audit } from './audit.ts';

/** What a record says of what was changed. */
export type Subject = Pick<AuditEvent, 'subject' | 'subjectType' | 'subjectId' | 'changes' | 'detail'>;

/**
 * A change of cached configuration: the change, the new revision and the audit record in one transaction. What the
 * change itself finds out (an id) comes from `more`.
 */
export function auditedChange<T>(
  site: Site,
  asker: Asker,
  event: string,
  subject: string | Subject,
  change: (trx: Db) => Promise<T>,
  more?: (result: T) => Subject,
): Promise<T> {
  const known = typeof subject === 'string' ? { subject } : subject;
  return inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    const result = await change(trx);
    const said = { ...known, ...more?.(result) };
    await audit(trx, site.clock, { event, outcome: 'ok', asker, source: asker.source, ...said });
    return result;
  });
}
