import { sql } from 'kysely';
import type { Db } from '../db/tables.ts';
import { BadRequest, Forbidden, Unauthenticated } from '../errors.ts';
import type { Actor, ActorUser } from '../identity.ts';
import type { Site } from '../site.ts';
import type { GlobalPermission } from './permission-keys.ts';
import { type Grants, grantsOf } from './permissions.ts';
import { policyAt } from './policy.ts';

export const notAuthenticated =
  'You are not authenticated. Authentication required to perform this operation.';
const administratorRequired =
  'You are not authorized to perform this operation. Administrator privileges are required.';

export function requireSignedIn(actor: Actor): ActorUser {
  if (actor.user === null) {
    throw new Unauthenticated({ messages: [notAuthenticated], why: { step: 'not-signed-in' } });
  }
  return actor.user;
}

export const missingGlobalPermission = (permission: GlobalPermission, message: string): Forbidden =>
  new Forbidden({ messages: [message], why: { step: 'missing-global-permission', facts: { permission } } });

/** Throws unless the asker administers the site. */
export async function requireAdministrator(site: Pick<Site, 'db'>, actor: Actor): Promise<Grants> {
  requireSignedIn(actor);
  const grants = await grantsOf(site, actor);
  if (!(await grants.global('ADMINISTER')))
    throw missingGlobalPermission('ADMINISTER', administratorRequired);
  return grants;
}

/**
 * Makes transactions that could take the last administrator away (or give one name to two accounts) wait
 * for each other: two of them, each sparing the other's, would leave none. First statement of such a one.
 */
export async function lockAccounts(trx: Db): Promise<void> {
  await trx.updateTable('config_revision').set({ revision: sql`revision` }).where('id', '=', 1).execute();
}

/** Last statement of such a transaction: throws when nobody active administers the site any more. */
export async function requireAdministratorLeft(trx: Db): Promise<void> {
  if (await isAdministratorLeft(trx)) return;
  throw new BadRequest('This would leave the site without an active administrator.');
}

/** Whether anybody active administers the site. */
export async function isAdministratorLeft(trx: Db): Promise<boolean> {
  const active = administrators(trx).where('users.active', '=', 1);
  return (await active.limit(1).executeTakeFirst()) !== undefined;
}

/** Whether this account administers the site, deactivated or not; by the database as it is in the transaction. */
export async function isAdministrator(trx: Db, userId: number): Promise<boolean> {
  return (await administrators(trx).where('users.id', '=', userId).limit(1).executeTakeFirst()) !== undefined;
}

/** Those of these accounts that are system administrators. */
export async function systemAdministratorsAmong(trx: Db, userIds: readonly number[]): Promise<number[]> {
  if (userIds.length === 0) return [];
  const rows = await administrators(trx)
    .where('global_permissions.permission', '=', 'SYSTEM_ADMIN')
    .where('users.id', 'in', userIds)
    .execute();
  return rows.map(({ id }) => id);
}

const administrators = (trx: Db) =>
  trx
    .selectFrom('global_permissions')
    .innerJoin('group_members', 'group_members.group_id', 'global_permissions.group_id')
    .innerJoin('users', 'users.id', 'group_members.user_id')
    .select('users.id')
    .where('global_permissions.permission', 'in', ['ADMINISTER', 'SYSTEM_ADMIN']);

/**
 * Whoever is no system administrator must not become one, or undo one, by way of groups and accounts
 * (Atlassian, "Managing global permissions": administrators cannot edit system administrators).
 */
export async function requireMayChangeGroup(
  site: Pick<Site, 'db'>,
  actor: Actor,
  grants: Grants,
  groupId: number,
): Promise<void> {
  const { global } = await policyAt(site.db, actor.revision);
  if (!global.get('SYSTEM_ADMIN')?.groups.has(groupId) || (await grants.global('SYSTEM_ADMIN'))) return;
  throw missingGlobalPermission(
    'SYSTEM_ADMIN',
    'Only system administrators may change the groups of system administrators.',
  );
}

export async function requireMayChangeUser(
  site: Pick<Site, 'db'>,
  actor: Actor,
  grants: Grants,
  userId: number,
): Promise<void> {
  if (await grants.global('SYSTEM_ADMIN')) return;
  const theirs = await grantsOf(site, { user: { id: userId }, revision: actor.revision });
  if (await theirs.global('SYSTEM_ADMIN')) {
    throw missingGlobalPermission(
      'SYSTEM_ADMIN',
      'Only system administrators may change the accounts of system administrators.',
    );
  }
}
