import { sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { Db } from '../../db/tables.ts';

const insertUse = compiledQuery(
  (db: Db, p: ParamsOf<{ linkId: number; useHash: string; keptUntil: number }>) =>
    db
      .insertInto('oauth1_nonces')
      .values({ link_id: p.linkId, use_hash: p.useHash, kept_until: p.keptUntil })
      .onConflict((conflict) => conflict.doNothing())
      .returning('link_id'),
);

/** Whether it is the first of its kind, on any node; of several at once, one is (O3). */
export async function insertNonce(
  db: Db,
  use: { linkId: number; useHash: string; keptUntil: number },
): Promise<boolean> {
  return (await insertUse(db, use)).length > 0;
}

export async function deleteOldNonces(db: Db, now: number): Promise<void> {
  await db.deleteFrom('oauth1_nonces').where('kept_until', '<=', now).execute();
}

/** Counted no further than that. */
export async function hasMoreNonces(db: Db, linkId: number, than: number): Promise<boolean> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from
    (select 1 from oauth1_nonces where link_id = ${linkId} limit ${than + 1}) as found`.execute(db);
  return Number(rows[0]?.count ?? 0) > than;
}
