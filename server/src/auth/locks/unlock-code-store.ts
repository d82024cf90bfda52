import type { Db } from '../../db/tables.ts';

export async function insertUnlockCode(
  trx: Db,
  code: {
    readonly codeHash: string;
    readonly userId: number;
    readonly at: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await trx
    .insertInto('unlock_codes')
    .values({
      code_hash: code.codeHash,
      user_id: code.userId,
      created_at: code.at,
      expires_at: code.expiresAt,
    })
    .execute();
}

/** Used ones as well. */
export async function hasUnlockCode(trx: Db, userId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('unlock_codes')
    .select('user_id')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Of no use any more, nor for counting. */
export async function deleteOldUnlockCodes(trx: Db, userId: number, until: number): Promise<void> {
  await trx
    .deleteFrom('unlock_codes')
    .where('user_id', '=', userId)
    .where('created_at', '<=', until)
    .execute();
}

export async function findUnlockCode(
  db: Db,
  codeHash: string,
): Promise<{ readonly userId: number; readonly expiresAt: number } | undefined> {
  const row = await db
    .selectFrom('unlock_codes')
    .select(['user_id', 'expires_at'])
    .where('code_hash', '=', codeHash)
    .executeTakeFirst();
  return row === undefined ? undefined : { userId: row.user_id, expiresAt: row.expires_at };
}

/** Whether it was still good; of two that use it at once, one hears so. The row stays: it counts as that day's mail. */
export async function useUnlockCode(trx: Db, codeHash: string, now: number): Promise<boolean> {
  const used = await trx
    .updateTable('unlock_codes')
    .set({ expires_at: now })
    .where('code_hash', '=', codeHash)
    .where('expires_at', '>', now)
    .returning('code_hash')
    .execute();
  return used.length > 0;
}

/** What was mailed so far opens nothing any more. */
export async function voidUnlockCodes(trx: Db, userId: number, now: number): Promise<void> {
  await trx
    .updateTable('unlock_codes')
    .set({ expires_at: now })
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .execute();
}
