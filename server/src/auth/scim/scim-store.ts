import type { Db, ScimCredentialRow } from '../../db/tables.ts';
import { fold } from '../../lib/fold.ts';
import type { Group } from '../../users/group-store.ts';
import type { User } from '../../users/user.ts';
import { type UserColumns, user, userColumns } from '../../users/user-store.ts';

export interface ManagedUser {
  readonly user: User;
  readonly externalId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What narrows the search in the database; everything else of a filter is looked at afterwards. */
export interface Narrowed {
  readonly accountId?: string | undefined;
  readonly userName?: string | undefined;
}

/** Accounts that the provider has made, or whose people sign in through it; without those that it has deleted. */
export async function managedUsers(
  db: Db,
  providerId: number,
  { accountId, userName }: Narrowed,
): Promise<ManagedUser[]> {
  let query = db
    .selectFrom('users')
    .leftJoin('scim_users', (join) =>
      join.onRef('scim_users.user_id', '=', 'users.id').on('scim_users.provider_id', '=', providerId),
    )
    .select(userColumns)
    .select([
      'users.created_at as user_created_at',
      'users.updated_at as user_updated_at',
      'scim_users.external_id',
      'scim_users.removed_at',
    ])
    .where((eb) =>
      eb.or([
        eb('scim_users.user_id', 'is not', null),
        eb.exists(
          eb
            .selectFrom('external_identities')
            .select('external_identities.id')
            .whereRef('external_identities.user_id', '=', 'users.id')
            .where('external_identities.provider_id', '=', providerId),
        ),
      ]),
    )
    .where('scim_users.removed_at', 'is', null)
    .orderBy('users.id');
  if (accountId !== undefined) query = query.where('users.account_id', '=', accountId);
  if (userName !== undefined) query = query.where('users.name_folded', '=', fold(userName));
  return (await query.execute()).map((row) => ({
    user: user(row as unknown as UserColumns),
    externalId: row.external_id,
    createdAt: Number(row.user_created_at),
    updatedAt: Number(row.user_updated_at),
  }));
}

/** The account that the provider calls so, deleted or not; undefined: none. */
export async function holderOfExternalId(
  db: Db,
  providerId: number,
  externalId: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('scim_users')
    .select('user_id')
    .where('provider_id', '=', providerId)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row?.user_id;
}

/** An account that the provider deleted once; it comes back as itself. */
export async function removedUser(
  db: Db,
  providerId: number,
  { userName, externalId }: { readonly userName: string; readonly externalId: string | undefined },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('scim_users')
    .innerJoin('users', 'users.id', 'scim_users.user_id')
    .select('users.id')
    .where('scim_users.provider_id', '=', providerId)
    .where('scim_users.removed_at', 'is not', null)
    // One that an administrator has opened again is theirs.
    .where('users.active', '=', 0)
    .where((eb) =>
      eb.or([
        eb('users.name_folded', '=', fold(userName)),
        ...(externalId === undefined ? [] : [eb('scim_users.external_id', '=', externalId)]),
      ]),
    )
    .executeTakeFirst();
  return row?.id;
}

export async function saveManagedUser(
  trx: Db,
  row: {
    readonly providerId: number;
    readonly userId: number;
    readonly externalId: string | null;
    readonly at: number;
    /** When the provider deleted it; left out: it has it. */
    readonly removedAt?: number;
  },
): Promise<void> {
  const changed = { external_id: row.externalId, removed_at: row.removedAt ?? null };
  await trx
    .insertInto('scim_users')
    .values({
      provider_id: row.providerId,
      user_id: row.userId,
      created_at: row.at,
      ...changed,
    })
    .onConflict((conflict) => conflict.columns(['provider_id', 'user_id']).doUpdateSet(changed))
    .execute();
}

export interface ManagedGroup {
  readonly group: Group;
  readonly externalId: string | null;
  readonly createdAt: number;
}

/** Groups that the provider has made; no other one is seen or touched. */
export async function managedGroups(db: Db, providerId: number, groupId?: number): Promise<ManagedGroup[]> {
  let query = db
    .selectFrom('scim_groups')
    .innerJoin('groups', 'groups.id', 'scim_groups.group_id')
    .select(['groups.id', 'groups.name', 'scim_groups.external_id', 'scim_groups.created_at'])
    .where('scim_groups.provider_id', '=', providerId)
    .orderBy('groups.id');
  if (groupId !== undefined) query = query.where('groups.id', '=', groupId);
  return (await query.execute()).map((row) => ({
    group: { id: row.id, name: row.name },
    externalId: row.external_id,
    createdAt: Number(row.created_at),
  }));
}

export async function insertManagedGroup(
  trx: Db,
  row: {
    readonly providerId: number;
    readonly groupId: number;
    readonly externalId: string | null;
    readonly at: number;
  },
): Promise<void> {
  await trx
    .insertInto('scim_groups')
    .values({
      provider_id: row.providerId,
      group_id: row.groupId,
      external_id: row.externalId,
      created_at: row.at,
    })
    .execute();
}

export async function updateManagedGroup(
  trx: Db,
  row: {
    readonly providerId: number;
    readonly groupId: number;
    readonly externalId: string | null;
    readonly name: string;
  },
): Promise<void> {
  await trx
    .updateTable('scim_groups')
    .set({ external_id: row.externalId })
    .where('provider_id', '=', row.providerId)
    .where('group_id', '=', row.groupId)
    .execute();
  await trx
    .updateTable('groups')
    .set({ name: row.name, name_folded: fold(row.name) })
    .where('id', '=', row.groupId)
    .execute();
}

export interface MemberOf {
  readonly groupId: number;
  readonly accountId: string;
  readonly displayName: string;
}

/** Members of these groups, in one statement. */
export async function membersOf(db: Db, groupIds: readonly number[]): Promise<MemberOf[]> {
  if (groupIds.length === 0) return [];
  const rows = await db
    .selectFrom('group_members')
    .innerJoin('users', 'users.id', 'group_members.user_id')
    .select(['group_members.group_id', 'users.account_id', 'users.display_name'])
    .where('group_members.group_id', 'in', [...groupIds])
    .orderBy('users.id')
    .execute();
  return rows.map((row) => ({
    groupId: row.group_id,
    accountId: row.account_id,
    displayName: row.display_name,
  }));
}

export type ScimCredential = Omit<ScimCredentialRow, 'id'> & { readonly id: number };

export function findCredential(db: Db, tokenHash: string): Promise<ScimCredential | undefined> {
  return db.selectFrom('scim_credentials').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst();
}

export function findCredentialById(db: Db, id: number): Promise<ScimCredential | undefined> {
  return db.selectFrom('scim_credentials').selectAll().where('id', '=', id).executeTakeFirst();
}

export function listCredentials(db: Db): Promise<ScimCredential[]> {
  return db.selectFrom('scim_credentials').selectAll().orderBy('id').execute();
}

export async function insertCredential(
  trx: Db,
  row: Pick<ScimCredentialRow, 'provider_id' | 'label' | 'token_hash' | 'links' | 'created_at'>,
): Promise<ScimCredential> {
  return trx
    .insertInto('scim_credentials')
    .values({ ...row, last_used_at: null })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteCredential(trx: Db, id: number): Promise<ScimCredential | undefined> {
  return trx.deleteFrom('scim_credentials').where('id', '=', id).returningAll().executeTakeFirst();
}
