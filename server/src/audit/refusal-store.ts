import { compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db, RefusalRow } from '../db/tables.ts';

export type NewRefusal = Omit<RefusalRow, 'id'>;

/** Keeps refusals; one that is kept already stays as it is, so that a batch may be written again. */
export async function insertRefusals(db: Db, refusals: readonly NewRefusal[]): Promise<void> {
  if (refusals.length === 0) return;
  await db
    .insertInto('refusals')
    .values([...refusals])
    .onConflict((conflict) => conflict.column('request_id').doNothing())
    .execute();
}

const selectRefusal = compiledQuery((db: Db, p: ParamsOf<{ requestId: string }>) =>
  db
    .selectFrom('refusals')
    .select([
      'request_id',
      'at',
      'status',
      'step',
      'user_id',
      'asker_id',
      'via',
      'credential_id',
      'method',
      'path',
      'address',
      'user_agent',
      'facts',
    ])
    .where('request_id', '=', p.requestId),
);

export async function findRefusal(db: Db, requestId: string): Promise<NewRefusal | undefined> {
  const [row] = await selectRefusal(db, { requestId });
  return row;
}

/** Deletes the oldest from before a moment, `most` at a time; how many it were. */
export async function deleteRefusalsBefore(db: Db, before: number, most: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('refusals')
    .where('id', 'in', (eb) =>
      eb.selectFrom('refusals').select('id').where('at', '<', before).orderBy('at').limit(most),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
