import type { Db } from '../../db/tables.ts';

/** Codes that were mailed to prove an address count no more. */
export async function voidEmailCodes(trx: Db, userId: number, now: number): Promise<void> {
  await trx
    .updateTable('email_codes')
    .set({ used_at: now })
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .execute();
}

/** It counts while it is the account's address. */
export async function noteVerifiedEmail(
  trx: Db,
  { userId, emailFolded, at }: { userId: number; emailFolded: string; at: number },
): Promise<void> {
  const values = { email_folded: emailFolded, verified_at: at };
  await trx
    .insertInto('verified_emails')
    .values({ user_id: userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
}

export async function isVerifiedEmail(db: Db, userId: number, emailFolded: string): Promise<boolean> {
  const row = await db
    .selectFrom('verified_emails')
    .select('verified_at')
    .where('user_id', '=', userId)
    .where('email_folded', '=', emailFolded)
    .executeTakeFirst();
  return row !== undefined;
}

export interface EmailCode {
  readonly userId: number;
  readonly email: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export async function insertEmailCode(
  trx: Db,
  code: {
    readonly codeHash: string;
    readonly userId: number;
    readonly email: string;
    readonly at: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await trx
    .insertInto('email_codes')
    .values({
      code_hash: code.codeHash,
      user_id: code.userId,
      email: code.email,
      created_at: code.at,
      expires_at: code.expiresAt,
      used_at: null,
    })
    .execute();
}

export async function findEmailCode(db: Db, codeHash: string): Promise<EmailCode | undefined> {
  const row = await db
    .selectFrom('email_codes')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return { userId: row.user_id, email: row.email, expiresAt: row.expires_at, usedAt: row.used_at };
}

export async function countEmailCodes(trx: Db, userId: number, since: number): Promise<number> {
  const { count } = await trx
    .selectFrom('email_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function deleteOldEmailCodes(trx: Db, before: number): Promise<void> {
  await trx.deleteFrom('email_codes').where('expires_at', '<', before).execute();
}

/** The address that waits for its link to be opened; undefined: none does. */
export async function pendingEmail(db: Db, userId: number, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('email_codes')
    .select('email')
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.email;
}

/** Earlier addresses that still name the account, oldest first. */
export async function listAliases(db: Db, userId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('user_email_aliases')
    .select('email')
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('email_folded')
    .execute();
  return rows.map(({ email }) => email);
}

/** It may be an alias of the same account already. */
export async function insertAlias(
  trx: Db,
  alias: {
    readonly userId: number;
    readonly email: string;
    readonly emailFolded: string;
    readonly at: number;
  },
): Promise<void> {
  await trx
    .insertInto('user_email_aliases')
    .values({
      email_folded: alias.emailFolded,
      email: alias.email,
      user_id: alias.userId,
      created_at: alias.at,
    })
    .onConflict((conflict) => conflict.column('email_folded').doNothing())
    .execute();
}

/** Whether the account had it. */
export async function deleteAlias(trx: Db, userId: number, emailFolded: string): Promise<boolean> {
  const gone = await trx
    .deleteFrom('user_email_aliases')
    .where('user_id', '=', userId)
    .where('email_folded', '=', emailFolded)
    .returning('email_folded')
    .execute();
  return gone.length > 0;
}

export async function setEmail(
  trx: Db,
  { userId, email, emailFolded, at }: { userId: number; email: string; emailFolded: string; at: number },
): Promise<void> {
  await trx
    .updateTable('users')
    .set({ email, email_folded: emailFolded, updated_at: at })
    .where('id', '=', userId)
    .execute();
}
