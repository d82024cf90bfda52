import type { Db, HolderType } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import type { ProjectPermission } from './permission-keys.ts';

export interface Grant {
  readonly permission: ProjectPermission;
  readonly holderType: HolderType;
  /** Id of the group, role or user; null for the other holder types. */
  readonly holderId: number | null;
}

export interface StoredGrant extends Grant {
  readonly id: number;
}

export interface PermissionScheme {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly grants: readonly StoredGrant[];
}

/** Two statements, whatever the number of schemes; `id`: that scheme only. */
export async function listSchemes(db: Db, id?: number): Promise<PermissionScheme[]> {
  let schemes = db.selectFrom('permission_schemes').selectAll().orderBy('name_folded');
  let grants = db.selectFrom('permission_grants').selectAll().orderBy('id');
  if (id !== undefined) {
    schemes = schemes.where('id', '=', id);
    grants = grants.where('scheme_id', '=', id);
  }
  const [schemeRows, grantRows] = [await schemes.execute(), await grants.execute()];
  const byScheme = Map.groupBy(grantRows, (row) => row.scheme_id);
  return schemeRows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    grants: (byScheme.get(row.id) ?? []).map(storedGrant),
  }));
}

const storedGrant = (row: {
  id: number;
  permission: string;
  holder_type: HolderType;
  holder_id: number | null;
}): StoredGrant => ({
  id: row.id,
  // Only keys of ours are ever stored.
  permission: row.permission as ProjectPermission,
  holderType: row.holder_type,
  holderId: row.holder_id,
});

export async function insertScheme(trx: Db, name: string, description: string): Promise<number> {
  const { id } = await trx
    .insertInto('permission_schemes')
    .values({ name, name_folded: fold(name), description })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function updateScheme(
  trx: Db,
  id: number,
  changes: { readonly name?: string | undefined; readonly description?: string | undefined },
): Promise<void> {
  const { name, description } = changes;
  await trx
    .updateTable('permission_schemes')
    .set({
      ...(name === undefined ? {} : { name, name_folded: fold(name) }),
      ...(description === undefined ? {} : { description }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteScheme(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('permission_schemes').where('id', '=', id).execute();
}

export async function insertGrants(
  trx: Db,
  schemeId: number,
  grants: readonly Grant[],
): Promise<StoredGrant[]> {
  if (grants.length === 0) return [];
  const rows = await trx
    .insertInto('permission_grants')
    .values(
      grants.map(({ permission, holderType, holderId }) => ({
        scheme_id: schemeId,
        permission,
        holder_type: holderType,
        holder_id: holderId,
      })),
    )
    .returningAll()
    .execute();
  return rows.map(storedGrant);
}

export async function deleteGrants(trx: Db, schemeId: number, grantId?: number): Promise<void> {
  let query = trx.deleteFrom('permission_grants').where('scheme_id', '=', schemeId);
  if (grantId !== undefined) query = query.where('id', '=', grantId);
  await query.execute();
}

/** Grants to a group, role or user that is going away; no foreign key can hold three kinds. */
export async function deleteGrantsOfHolder(
  trx: Db,
  holderType: 'group' | 'projectRole' | 'user',
  holderId: number,
): Promise<void> {
  await trx
    .deleteFrom('permission_grants')
    .where('holder_type', '=', holderType)
    .where('holder_id', '=', holderId)
    .execute();
}

export async function isHolder(
  db: Db,
  holderType: 'group' | 'projectRole' | 'user',
  holderId: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('permission_grants')
    .select('id')
    .where('holder_type', '=', holderType)
    .where('holder_id', '=', holderId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
