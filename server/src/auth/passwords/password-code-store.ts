import type { Db, PasswordCodeRow } from '../../db/tables.ts';

export interface PasswordCode {
  readonly userId: number;
  readonly purpose: PasswordCodeRow['purpose'];
  readonly emailFolded: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export async function insertPasswordCode(
  trx: Db,
  code: {
    readonly codeHash: string;
    readonly userId: number;
    readonly purpose: PasswordCodeRow['purpose'];
    readonly emailFolded: string;
    readonly at: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await trx
    .insertInto('password_codes')
    .values({
      code_hash: code.codeHash,
      user_id: code.userId,
      purpose: code.purpose,
      email_folded: code.emailFolded,
      created_at: code.at,
      expires_at: code.expiresAt,
      used_at: null,
    })
    .execute();
}

export async function findPasswordCode(db: Db, codeHash: string): Promise<PasswordCode | undefined> {
  const row = await db
    .selectFrom('password_codes')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    userId: row.user_id,
    purpose: row.purpose,
    emailFolded: row.email_folded,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  };
}

/** None of the links that were mailed so far counts any more. */
export async function voidPasswordCodes(trx: Db, userId: number, now: number): Promise<void> {
  await trx
    .updateTable('password_codes')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute();
}

export async function countResetCodes(trx: Db, userId: number, since: number): Promise<number> {
  const { count } = await trx
    .selectFrom('password_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('purpose', '=', 'reset')
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Long after their end nobody asks any more why a link does not work. */
export async function deleteOldPasswordCodes(trx: Db, before: number): Promise<void> {
  await trx.deleteFrom('password_codes').where('expires_at', '<', before).execute();
}
