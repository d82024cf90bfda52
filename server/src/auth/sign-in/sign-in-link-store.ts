import type { Db, SignInLinkRow } from '../../db/tables.ts';

export async function insertSignInLink(
  trx: Db,
  link: {
    readonly codeHash: string;
    readonly userId: number;
    readonly at: number;
    readonly expiresAt: number;
  },
): Promise<void> {
  await trx
    .insertInto('sign_in_links')
    .values({
      code_hash: link.codeHash,
      user_id: link.userId,
      created_at: link.at,
      expires_at: link.expiresAt,
      used_at: null,
    })
    .execute();
}

export function findSignInLink(db: Db, codeHash: string): Promise<SignInLinkRow | undefined> {
  return db.selectFrom('sign_in_links').selectAll().where('code_hash', '=', codeHash).executeTakeFirst();
}

/** Whether it was still good; of several that use it at once, one hears so. */
export async function useSignInLink(trx: Db, codeHash: string, now: number): Promise<boolean> {
  const used = await trx
    .updateTable('sign_in_links')
    .set({ used_at: now })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('code_hash')
    .execute();
  return used.length > 0;
}

/** Long after their end nobody asks any more why a link does not work. */
export async function deleteOldSignInLinks(trx: Db, before: number): Promise<void> {
  await trx.deleteFrom('sign_in_links').where('expires_at', '<', before).execute();
}
