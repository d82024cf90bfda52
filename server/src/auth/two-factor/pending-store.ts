import type { Db, PendingSignInRow } from '../../db/tables.ts';

export interface Pending {
  readonly secretHash: string;
  readonly userId: number;
  readonly via: PendingSignInRow['via'];
  readonly opening: PendingOpening;
  readonly returnTo: string | null;
}

/** What the session shall be opened with once the second step is right. */
export interface PendingOpening {
  readonly restToo?: boolean;
  readonly rememberMe?: boolean;
  /** SHA-256 of the stored hash that the password was proven against; null: there is none. */
  readonly passwordMark?: string | null;
  /** The link to the directory that proved it. */
  readonly identityId?: number;
  readonly sso?: unknown;
}

export async function insertPending(
  trx: Db,
  pending: Pending,
  { at, expiresAt }: { readonly at: number; readonly expiresAt: number },
): Promise<void> {
  await trx.deleteFrom('pending_sign_ins').where('expires_at', '<=', at).execute();
  await trx
    .insertInto('pending_sign_ins')
    .values({
      secret_hash: pending.secretHash,
      user_id: pending.userId,
      via: pending.via,
      opening: JSON.stringify(pending.opening),
      return_to: pending.returnTo,
      wrong_codes: 0,
      created_at: at,
      expires_at: expiresAt,
    })
    .execute();
}

export async function findPending(db: Db, secretHash: string, now: number): Promise<Pending | undefined> {
  const row = await db
    .selectFrom('pending_sign_ins')
    .selectAll()
    .where('secret_hash', '=', secretHash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return (
    row && {
      secretHash: row.secret_hash,
      userId: row.user_id,
      via: row.via,
      opening: JSON.parse(row.opening),
      returnTo: row.return_to,
    }
  );
}

/** Takes one of the tries of this sign-in before its code is looked at; false: all are used up. */
export async function takeTry(trx: Db, secretHash: string, most: number): Promise<boolean> {
  const rows = await trx
    .updateTable('pending_sign_ins')
    .set((eb) => ({ wrong_codes: eb('wrong_codes', '+', 1) }))
    .where('secret_hash', '=', secretHash)
    .where('wrong_codes', '<', most)
    .returning('secret_hash')
    .execute();
  return rows.length > 0;
}

/** Whether it was there: of two that finish it at once, one does. */
export async function deletePending(trx: Db, secretHash: string): Promise<boolean> {
  const rows = await trx
    .deleteFrom('pending_sign_ins')
    .where('secret_hash', '=', secretHash)
    .returning('secret_hash')
    .execute();
  return rows.length > 0;
}

export async function deletePendingOf(trx: Db, userId: number): Promise<void> {
  await trx.deleteFrom('pending_sign_ins').where('user_id', '=', userId).execute();
}
