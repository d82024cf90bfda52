import { cachedByRevision, readRevision } from '../../db/revision.ts';
import type { Db, IdentityProviderRow } from '../../db/tables.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { fold } from '../../lib/fold.ts';
import type { Provider, ProviderKind } from './provider.ts';

/** All of them, in their order. */
export const providersAt: (db: Db, revision: number) => Promise<readonly Provider[]> = cachedByRevision(
  async (db) => {
    const rows = await db
      .selectFrom('identity_providers')
      .selectAll()
      .orderBy('position')
      .orderBy('id')
      .execute();
    if (rows.length === 0) return [];
    const domains = await db.selectFrom('required_domains').selectAll().orderBy('domain').execute();
    return rows.map((row) =>
      providerOf(
        row,
        domains.filter((one) => one.provider_id === row.id),
      ),
    );
  },
);

function providerOf(row: Required<RowOf>, domains: readonly { domain: string }[]): Provider {
  return {
    id: row.id,
    kind: row.kind as ProviderKind,
    name: row.name,
    enabled: row.enabled === 1,
    position: row.position,
    accountRules: JSON.parse(row.account_rules),
    settings: JSON.parse(row.settings),
    sealed: row.sealed,
    requiredDomains: domains.map(({ domain }) => domain),
    updatedAt: row.updated_at,
  };
}

type RowOf = Omit<IdentityProviderRow, 'id'> & { id: number };

export type ProviderValues = Omit<Provider, 'id' | 'updatedAt'>;

export async function insertProvider(trx: Db, values: ProviderValues, at: number): Promise<number> {
  const { id } = await trx
    .insertInto('identity_providers')
    .values({ ...columnsOf(values), kind: values.kind, created_at: at, updated_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  await replaceDomains(trx, id, values.requiredDomains);
  return id;
}

/** False: there is none. */
export async function updateProvider(
  trx: Db,
  id: number,
  values: ProviderValues,
  at: number,
): Promise<boolean> {
  const row = await trx
    .updateTable('identity_providers')
    .set({ ...columnsOf(values), updated_at: at })
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await replaceDomains(trx, id, values.requiredDomains);
  return true;
}

export async function deleteProvider(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('identity_providers').where('id', '=', id).execute();
}

export async function updateSealed(trx: Db, id: number, sealed: string | null): Promise<void> {
  await trx.updateTable('identity_providers').set({ sealed }).where('id', '=', id).execute();
}

function columnsOf(values: ProviderValues) {
  return {
    name: values.name,
    name_folded: fold(values.name),
    enabled: values.enabled ? (1 as const) : (0 as const),
    position: values.position,
    account_rules: JSON.stringify(values.accountRules),
    settings: JSON.stringify(values.settings),
    sealed: values.sealed,
  };
}

async function replaceDomains(trx: Db, providerId: number, domains: readonly string[]): Promise<void> {
  await trx.deleteFrom('required_domains').where('provider_id', '=', providerId).execute();
  if (domains.length === 0) return;
  const rows = domains.map((domain) => ({ domain: fold(domain), provider_id: providerId }));
  await trx.insertInto('required_domains').values(rows).execute();
}

/** Of these domains, those that another provider requires already. */
export async function domainsOfOthers(
  trx: Db,
  domains: readonly string[],
  ownId: number | undefined,
): Promise<string[]> {
  if (domains.length === 0) return [];
  let query = trx.selectFrom('required_domains').select('domain').where('domain', 'in', domains.map(fold));
  if (ownId !== undefined) query = query.where('provider_id', '!=', ownId);
  return (await query.execute()).map(({ domain }) => domain);
}

/** The provider of this kind with the id that stands in an address; undefined: none. */
export async function providerOfKind(
  db: Db,
  kind: ProviderKind,
  idText: string,
): Promise<Provider | undefined> {
  const id = decimalId(idText);
  return (await providersAt(db, await readRevision(db))).find((one) => one.id === id && one.kind === kind);
}
