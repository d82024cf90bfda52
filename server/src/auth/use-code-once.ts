import type { Db } from '../db/tables.ts';

/** Tables of codes in links that count once. */
type CodeTable = 'password_codes' | 'email_codes' | 'sign_in_links';

/** Uses a code up, by its hash. Whether it was still good; of several that use it at once, one hears so. */
export async function useCodeOnce(
  trx: Db,
  table: CodeTable,
  codeHash: string,
  now: number,
): Promise<boolean> {
  const used = await trx
    // The three have these columns in common.
    .updateTable(table as 'sign_in_links')
    .set({ used_at: now })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('code_hash')
    .execute();
  return used.length > 0;
}
