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

/** Long after their end nobody asks any more why a link does not work. */
export async function deleteOldSignInLinks(trx: Db, before: number): Promise<void> {
  await trx.deleteFrom('sign_in_links').where('expires_at', '<', before).execute();
}
