import { audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import type { Site } from '../../site.ts';
import { type FailedSignIn, presentableName } from '../sign-in-failure.ts';
import type { Attempt, LockKind } from './locks.ts';

/** Puts on record that a failure closed sign-in; in the transaction that counted it. */
export async function noteLock(
  trx: Db,
  site: Site,
  attempt: Attempt,
  locked: LockKind | undefined,
  { source, channel, name, userId }: FailedSignIn,
): Promise<void> {
  if (locked === undefined) return;
  await audit(trx, site.clock, {
    event: 'lock.set',
    outcome: 'ok',
    source,
    via: channel,
    ...(name === undefined ? {} : { name: userId === undefined ? presentableName(name) : name }),
    subject: attempt.name,
    ...(userId === undefined ? {} : { subjectType: 'user', subjectId: userId }),
    detail: { kind: locked, source: attempt.source },
  });
}
