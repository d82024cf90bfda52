import { compiledListQuery } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';

/** In the words of the type: the source blocks the destination, which is blocked by it. */
export interface IssueLink {
  readonly id: number;
  readonly typeId: number;
  readonly sourceId: number;
  readonly destinationId: number;
}

const links = (db: Db) =>
  db
    .selectFrom('issue_links')
    .select(['id', 'type_id as typeId', 'source_id as sourceId', 'destination_id as destinationId']);

/** Of all that lead from or to the issues, in the order they were made in. */
export const listLinks: (db: Db, issueIds: readonly number[]) => Promise<IssueLink[]> = compiledListQuery(
  (db: Db, issueIds: readonly number[]) =>
    links(db)
      .where((eb) => eb.or([eb('source_id', 'in', issueIds), eb('destination_id', 'in', issueIds)]))
      .orderBy('id'),
);

export function findLink(db: Db, id: number): Promise<IssueLink | undefined> {
  return links(db).where('id', '=', id).executeTakeFirst();
}

/** Whether it was not there before. */
export async function insertLink(trx: Db, link: Omit<IssueLink, 'id'>, at: number): Promise<boolean> {
  const rows = await trx
    .insertInto('issue_links')
    .values({
      type_id: link.typeId,
      source_id: link.sourceId,
      destination_id: link.destinationId,
      created_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Whether it was there. */
export async function deleteLinkRow(trx: Db, id: number): Promise<boolean> {
  const { numDeletedRows } = await trx.deleteFrom('issue_links').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
