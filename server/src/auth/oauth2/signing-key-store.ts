import type { Db, Oauth2KeyRow } from '../../db/tables.ts';

export interface StoredKey {
  readonly kid: string;
  readonly state: Oauth2KeyRow['state'];
  readonly sealedKey: string;
  readonly createdAt: number;
}

/** The key that signs, then those that another one replaced after `since`, newest first. */
export async function findKeys(db: Db, since: number): Promise<StoredKey[]> {
  const rows = await db.selectFrom('oauth2_keys').selectAll().orderBy('id', 'desc').execute();
  const keys = rows.map((row) => ({
    kid: row.kid,
    state: row.state,
    sealedKey: row.sealed_key,
    createdAt: row.created_at,
  }));
  // Each was replaced when the one after it was made.
  return keys.filter((_, i) => i === 0 || keys[i - 1]!.createdAt > since);
}

export async function insertKey(db: Db, key: Omit<StoredKey, 'state'>): Promise<void> {
  await db
    .insertInto('oauth2_keys')
    .values({ kid: key.kid, state: 'current', sealed_key: key.sealedKey, created_at: key.createdAt })
    .execute();
}

export async function retireKeys(trx: Db): Promise<void> {
  await trx.updateTable('oauth2_keys').set({ state: 'former' }).where('state', '=', 'current').execute();
}
