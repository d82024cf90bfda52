import type { Db, SamlKeyRow } from '../../db/tables.ts';

/** A key pair of this site, as one provider knows it. */
export interface SamlKey {
  readonly id: number;
  readonly providerId: number;
  readonly state: SamlKeyRow['state'];
  /** PEM. */
  readonly certificate: string;
  readonly sealedKey: string;
  readonly createdAt: number;
}

export async function listSamlKeys(db: Db, providerId: number): Promise<SamlKey[]> {
  const rows = await db
    .selectFrom('saml_keys')
    .selectAll()
    .where('provider_id', '=', providerId)
    .orderBy('id')
    .execute();
  return rows.map(keyOf);
}

const keyOf = (row: Omit<SamlKeyRow, 'id'> & { id: number }): SamlKey => ({
  id: row.id,
  providerId: row.provider_id,
  state: row.state,
  certificate: row.certificate,
  sealedKey: row.sealed_key,
  createdAt: row.created_at,
});

export async function insertSamlKey(trx: Db, key: Omit<SamlKey, 'id'>): Promise<SamlKey> {
  const row = await trx
    .insertInto('saml_keys')
    .values({
      provider_id: key.providerId,
      state: key.state,
      certificate: key.certificate,
      sealed_key: key.sealedKey,
      created_at: key.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return keyOf(row);
}

export async function setSamlKeyState(trx: Db, id: number, state: SamlKey['state']): Promise<void> {
  await trx.updateTable('saml_keys').set({ state }).where('id', '=', id).execute();
}

export async function deleteSamlKey(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('saml_keys').where('id', '=', id).execute();
}
