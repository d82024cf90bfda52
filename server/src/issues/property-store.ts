import { compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db, EntityPropertyRow } from '../db/tables.ts';

type EntityType = EntityPropertyRow['entity_type'];

export interface PropertyInput {
  readonly key: string;
  /** Any JSON value, as text. */
  readonly json: string;
}

export interface Property {
  readonly entityId: number;
  readonly key: string;
  readonly value: unknown;
}

/** True: it is new. */
export async function putProperty(
  trx: Db,
  type: EntityType,
  entityId: number,
  { key, json }: PropertyInput,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('entity_properties')
    .set({ value: json })
    .where('entity_type', '=', type)
    .where('entity_id', '=', entityId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) return false;
  await trx
    .insertInto('entity_properties')
    .values({ entity_type: type, entity_id: entityId, key, value: json })
    // Another transaction may have made it meanwhile.
    .onConflict((conflict) =>
      conflict.columns(['entity_type', 'entity_id', 'key']).doUpdateSet({ value: json }),
    )
    .execute();
  return true;
}

const selectKeys = compiledQuery((db: Db, p: ParamsOf<{ type: EntityType; entityId: number }>) =>
  db
    .selectFrom('entity_properties')
    .select('key')
    .where('entity_type', '=', p.type)
    .where('entity_id', '=', p.entityId)
    .orderBy('key'),
);

export async function listPropertyKeys(db: Db, type: EntityType, entityId: number): Promise<string[]> {
  return (await selectKeys(db, { type, entityId })).map(({ key }) => key);
}

/** Of several entities; `keys` undefined: all. */
export async function listProperties(
  db: Db,
  type: EntityType,
  entityIds: readonly number[],
  keys?: readonly string[],
): Promise<Property[]> {
  if (entityIds.length === 0 || keys?.length === 0) return [];
  let query = db
    .selectFrom('entity_properties')
    .select(['entity_id', 'key', 'value'])
    .where('entity_type', '=', type)
    .where('entity_id', 'in', entityIds)
    .orderBy('key');
  if (keys !== undefined) query = query.where('key', 'in', keys);
  const rows = await query.execute();
  return rows.map((row) => ({ entityId: row.entity_id, key: row.key, value: JSON.parse(row.value) }));
}

export async function findProperty(
  db: Db,
  type: EntityType,
  entityId: number,
  key: string,
): Promise<Property | undefined> {
  return (await listProperties(db, type, [entityId], [key]))[0];
}

/** False: there was none. */
export async function deleteProperty(
  db: Db,
  type: EntityType,
  entityId: number,
  key: string,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('entity_properties')
    .where('entity_type', '=', type)
    .where('entity_id', '=', entityId)
    .where('key', '=', key)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

export async function countProperties(db: Db, type: EntityType, entityId: number): Promise<number> {
  const { total } = await db
    .selectFrom('entity_properties')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('entity_type', '=', type)
    .where('entity_id', '=', entityId)
    .executeTakeFirstOrThrow();
  return Number(total);
}
