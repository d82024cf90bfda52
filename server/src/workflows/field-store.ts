import { sql } from 'kysely';
import type { Db } from '../db/tables.ts';

export interface NewCustomField {
  readonly name: string;
  readonly description: string;
  readonly typeKey: string;
  readonly searcherKey: string | null;
}

export async function insertCustomField(db: Db, field: NewCustomField): Promise<number> {
  const { id } = await db
    .insertInto('custom_fields')
    .values({
      name: field.name,
      description: field.description,
      type_key: field.typeKey,
      searcher_key: field.searcherKey,
      position: sql<number>`(select coalesce(max(position), -1) + 1 from custom_fields)`,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface OptionInput {
  readonly value: string;
  readonly disabled: boolean;
}

/** Appends options in the order given; returns them with their ids. */
export async function insertOptions(db: Db, fieldId: number, options: readonly OptionInput[]) {
  const { last } = await db
    .selectFrom('custom_field_options')
    .select((eb) => eb.fn.max('position').as('last'))
    .where('field_id', '=', fieldId)
    .executeTakeFirstOrThrow();
  const first = last === null ? 0 : Number(last) + 1;
  const rows = await db
    .insertInto('custom_field_options')
    .values(
      options.map(({ value, disabled }, index) => ({
        field_id: fieldId,
        value,
        disabled: disabled ? (1 as const) : (0 as const),
        position: first + index,
      })),
    )
    .returning(['id', 'value', 'disabled', 'position'])
    .execute();
  return rows.sort((a, b) => a.position - b.position);
}

export async function updateOption(
  db: Db,
  id: number,
  changes: { readonly value?: string; readonly disabled?: boolean },
): Promise<void> {
  await db
    .updateTable('custom_field_options')
    .set({
      ...(changes.value !== undefined && { value: changes.value }),
      ...(changes.disabled !== undefined && { disabled: changes.disabled ? 1 : 0 }),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteOptionRow(db: Db, id: number): Promise<void> {
  await db.deleteFrom('custom_field_options').where('id', '=', id).execute();
}

/** Makes other changes of the same field wait until this transaction ends. */
export async function lockCustomField(trx: Db, id: number): Promise<void> {
  await trx
    .updateTable('custom_fields')
    .set((eb) => ({ position: eb.ref('position') }))
    .where('id', '=', id)
    .execute();
}
