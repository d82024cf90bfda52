import { type AuditChange, audit, changesBetween } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { isAdministratorLeft, lockAccounts } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import type { User } from '../../users/user.ts';
import { findUserById, updateUser } from '../../users/user-store.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { applyPlan } from '../single-sign-on/apply-plan.ts';
import { type PersonPlan, planFor } from '../single-sign-on/person-plan.ts';
import type { Person, Provider } from '../single-sign-on/provider.ts';
import { type LinkedAccount, noteDeactivation, type SyncChange, takeDeactivation } from './sync-store.ts';

export const syncSource: Source = { address: '', userAgent: '', requestId: '' };

type Did = Pick<SyncChange, 'did' | 'because'>;

/** Names, address and groups as the directory has them; undefined: nothing changes. */
export async function bringUpToDate(
  site: Site,
  provider: Provider,
  person: Person,
): Promise<Did | undefined> {
  // Most people are as they were, and need no turn of the one writer.
  if (changesOf(await planFor(site.db, provider, person)) === undefined) return undefined;
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const plan = await planFor(trx, provider, person);
    const because = changesOf(plan);
    if (because === undefined || plan.does !== 'sign-in') return undefined;
    await applyPlan(trx, site, provider, person, plan, syncSource, false);
    return { did: 'updated', because };
  });
}

function changesOf(plan: PersonPlan): string | undefined {
  if (plan.does !== 'sign-in') return undefined;
  const { fields, groups, user } = plan;
  const parts = [
    ...(fields === undefined || fields.email === user.email ? [] : [`e-mail address ${fields.email}`]),
    ...(fields === undefined || fields.displayName === user.displayName
      ? []
      : [`name ${fields.displayName}`]),
    ...groups.join.map(({ name }) => `joins ${name}`),
    ...groups.leave.map(({ name }) => `leaves ${name}`),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** An account whose person is gone from the directory, or closed there: its sessions end, and its tokens are refused. */
export function deactivate(
  site: Site,
  provider: Provider,
  { userId }: Pick<LinkedAccount, 'userId'>,
  because: string,
): Promise<Did | undefined> {
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const before = await findUserById(trx, userId);
    if (before?.active !== true) return undefined;
    const at = site.clock.now();
    const after = await updateUser(trx, userId, { ...before, active: false }, at);
    if (!(await isAdministratorLeft(trx))) {
      await updateUser(trx, userId, before, at);
      return { did: 'left', because: `${because}; but it is the last active administrator` };
    }
    await endOtherSessions(trx, userId, null);
    await noteDeactivation(trx, provider.id, userId, at);
    await auditAccount(trx, site, provider, after, changesBetween(before, after, ['active']), because);
    return { did: 'deactivated', because };
  });
}

/** Only an account that a sync deactivated, and nobody has touched since. */
export function activateAgain(
  site: Site,
  provider: Provider,
  { userId }: Pick<LinkedAccount, 'userId'>,
): Promise<Did | undefined> {
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    if (!(await takeDeactivation(trx, provider.id, userId))) return undefined;
    const before = await findUserById(trx, userId);
    if (before === undefined) return undefined;
    const after = await updateUser(trx, userId, { ...before, active: true }, site.clock.now());
    const because = 'the directory has the person again';
    await auditAccount(trx, site, provider, after, changesBetween(before, after, ['active']), because);
    return { did: 'activated', because };
  });
}

function auditAccount(
  trx: Db,
  site: Site,
  provider: Provider,
  user: User,
  changes: readonly AuditChange[],
  because: string,
): Promise<void> {
  return audit(trx, site.clock, {
    event: 'user.changed',
    outcome: 'ok',
    source: syncSource,
    via: 'sso',
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    changes,
    detail: { provider: provider.name, by: 'directory sync', because },
  });
}
