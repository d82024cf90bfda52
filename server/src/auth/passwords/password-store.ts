import type { Db } from '../../db/tables.ts';

export async function passwordHashOf(db: Db, userId: number): Promise<string | null> {
  const row = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', userId)
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

/**
 * Whether it was set: not for an account that is disabled, gone or a program's, and with `instead` only while that hash is the
 * stored one, so that nothing overwrites a newer password.
 */
export async function setPasswordHash(
  trx: Db,
  { userId, hash, at, instead }: { userId: number; hash: string; at: number; instead?: string | null },
): Promise<boolean> {
  let query = trx
    .updateTable('users')
    .set({ password_hash: hash, updated_at: at })
    .where('id', '=', userId)
    .where('active', '=', 1)
    // A program's has none, whatever leads here.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('service_accounts').select('user_id').where('user_id', '=', userId))),
    );
  if (instead !== undefined) query = query.where('password_hash', instead === null ? 'is' : '=', instead);
  const changed = await query.returning('id').execute();
  return changed.length > 0;
}

/** The same password under another hash: nothing that stands on the account's state is void by it. */
export async function renewPasswordHash(
  trx: Db,
  { userId, hash, instead }: { userId: number; hash: string; instead: string },
): Promise<boolean> {
  const changed = await trx
    .updateTable('users')
    .set({ password_hash: hash })
    .where('id', '=', userId)
    .where('password_hash', '=', instead)
    .returning('id')
    .execute();
  return changed.length > 0;
}
