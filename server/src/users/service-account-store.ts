import type { Db } from '../db/tables.ts';
import type { User } from './user.ts';
import { user, userColumns } from './user-store.ts';

/** Whether it is a program's account, which has no password and no way in on the web. */
export async function isServiceAccount(db: Db, userId: number): Promise<boolean> {
  const row = await db
    .selectFrom('service_accounts')
    .select('user_id')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

export interface ServiceAccountRecord {
  readonly user: User;
  /** null: whoever it was has been deleted. */
  readonly ownerId: number | null;
  readonly createdAt: number;
}

/** By name; `ownerId`: only that person's. */
export async function listServiceAccounts(db: Db, ownerId?: number): Promise<ServiceAccountRecord[]> {
  let query = serviceAccounts(db).orderBy('users.name_folded');
  if (ownerId !== undefined) query = query.where('service_accounts.owner_id', '=', ownerId);
  return (await query.execute()).map(recordOf);
}

export async function findServiceAccount(
  db: Db,
  accountId: string,
): Promise<ServiceAccountRecord | undefined> {
  const row = await serviceAccounts(db).where('users.account_id', '=', accountId).executeTakeFirst();
  return row && recordOf(row);
}

const serviceAccounts = (db: Db) =>
  db
    .selectFrom('service_accounts')
    .innerJoin('users', 'users.id', 'service_accounts.user_id')
    .select(userColumns)
    .select(['service_accounts.owner_id', 'service_accounts.created_at']);

type Row = Awaited<ReturnType<ReturnType<typeof serviceAccounts>['executeTakeFirstOrThrow']>>;

const recordOf = (row: Row): ServiceAccountRecord => ({
  user: user(row),
  ownerId: row.owner_id,
  createdAt: row.created_at,
});

export async function insertServiceAccount(
  trx: Db,
  { userId, ownerId, at }: { readonly userId: number; readonly ownerId: number; readonly at: number },
): Promise<void> {
  await trx
    .insertInto('service_accounts')
    .values({ user_id: userId, owner_id: ownerId, created_at: at })
    .execute();
}

export async function setServiceAccountOwner(trx: Db, userId: number, ownerId: number): Promise<void> {
  await trx
    .updateTable('service_accounts')
    .set({ owner_id: ownerId })
    .where('user_id', '=', userId)
    .execute();
}

/** Who is told what concerns an account: of a program's the person who answers for it, if there is one; else itself. */
export async function addresseeOf(
  db: Db,
  userId: number,
): Promise<{ name: string; email: string } | undefined> {
  const row = await db
    .selectFrom('users')
    .leftJoin('service_accounts', 'service_accounts.user_id', 'users.id')
    .leftJoin('users as owners', 'owners.id', 'service_accounts.owner_id')
    .select(['users.name', 'users.email', 'owners.email as owner_email'])
    .where('users.id', '=', userId)
    .executeTakeFirst();
  return row && { name: row.name, email: row.owner_email ?? row.email };
}

/** Active programs whose person is deactivated or gone: nobody answers for them. */
export async function listOrphans(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('service_accounts')
    .innerJoin('users', 'users.id', 'service_accounts.user_id')
    .leftJoin('users as owners', 'owners.id', 'service_accounts.owner_id')
    .select('users.name')
    .where('users.active', '=', 1)
    .where((eb) => eb.or([eb('owners.id', 'is', null), eb('owners.active', '=', 0)]))
    .orderBy('users.name_folded')
    .execute();
  return rows.map(({ name }) => name);
}
