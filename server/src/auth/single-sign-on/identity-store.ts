import { dialectOf } from '../../db/dialect.ts';
import type { Db } from '../../db/tables.ts';
import { requirePerson } from '../service-accounts/tokens-only.ts';

export interface LinkedIdentity {
  readonly id: number;
  readonly providerId: number;
  readonly subject: string;
  readonly userId: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** The account that the pair names; the pair, never the e-mail address, is who somebody is (X6). */
export async function findIdentity(
  db: Db,
  providerId: number,
  subject: string,
): Promise<LinkedIdentity | undefined> {
  const row = await db
    .selectFrom('external_identities')
    .selectAll()
    .where('provider_id', '=', providerId)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return row && identityOf(row);
}

export async function listIdentitiesOf(db: Db, userId: number): Promise<LinkedIdentity[]> {
  const rows = await db
    .selectFrom('external_identities')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map(identityOf);
}

interface Row {
  id: number;
  provider_id: number;
  subject: string;
  user_id: number;
  created_at: number;
  last_used_at: number | null;
}

const identityOf = (row: Row): LinkedIdentity => ({
  id: row.id,
  providerId: row.provider_id,
  subject: row.subject,
  userId: row.user_id,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

/** False: the pair names an account already. Throws Conflict for a program's account. */
export async function insertIdentity(
  trx: Db,
  { providerId, subject, userId, at }: { providerId: number; subject: string; userId: number; at: number },
): Promise<boolean> {
  await requirePerson(trx, userId);
  const rows = await trx
    .insertInto('external_identities')
    .values({ provider_id: providerId, subject, user_id: userId, created_at: at, last_used_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}

export async function noteIdentityUse(trx: Db, id: number, at: number): Promise<void> {
  await trx.updateTable('external_identities').set({ last_used_at: at }).where('id', '=', id).execute();
}

/** Whether it is there; on PostgreSQL it stays so until the transaction ends: whoever removes it waits, and finds what was opened by it. */
export async function holdIdentity(trx: Db, id: number): Promise<boolean> {
  let query = trx.selectFrom('external_identities').select('id').where('id', '=', id);
  if (dialectOf(trx).name === 'postgres') query = query.forUpdate();
  return (await query.executeTakeFirst()) !== undefined;
}

/** What was removed; undefined: the account has no such identity. */
export async function deleteIdentity(
  trx: Db,
  userId: number,
  id: number,
): Promise<LinkedIdentity | undefined> {
  const row = await trx
    .deleteFrom('external_identities')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returningAll()
    .executeTakeFirst();
  return row && identityOf(row);
}

/** Groups that the provider put the account into. */
export async function listProvided(db: Db, providerId: number, userId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('provided_members')
    .select('group_id')
    .where('provider_id', '=', providerId)
    .where('user_id', '=', userId)
    .execute();
  return rows.map(({ group_id }) => group_id);
}

export async function insertProvided(
  trx: Db,
  providerId: number,
  groupId: number,
  userId: number,
): Promise<void> {
  await trx
    .insertInto('provided_members')
    .values({ provider_id: providerId, group_id: groupId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Whether no other provider gives the membership as well. */
export async function deleteProvided(
  trx: Db,
  providerId: number,
  groupId: number,
  userId: number,
): Promise<boolean> {
  await trx
    .deleteFrom('provided_members')
    .where('provider_id', '=', providerId)
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .execute();
  const other = await trx
    .selectFrom('provided_members')
    .select('provider_id')
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return other === undefined;
}
