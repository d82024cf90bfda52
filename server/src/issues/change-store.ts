import { sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { ChangeItemRow, Db } from '../db/tables.ts';

/** One field's change, with raw values and the text people read. */
export interface ChangeItem {
  /** Id of a system field, or `customfield_10000`. */
  readonly field: string;
  readonly fieldType: ChangeItemRow['field_type'];
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
}

/** What one person changed in one go. */
export interface Change {
  readonly id: number;
  readonly issueId: number;
  readonly authorId: number | null;
  readonly createdAt: number;
  readonly items: readonly ChangeItem[];
}

export async function insertChange(db: Db, change: Omit<Change, 'id'>): Promise<void> {
  const { id } = await db
    .insertInto('change_groups')
    .values({ issue_id: change.issueId, author_id: change.authorId, created_at: change.createdAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('change_items')
    .values(
      change.items.map((item) => ({
        change_group_id: id,
        field: item.field,
        field_type: item.fieldType,
        from_value: item.from,
        from_string: item.fromString,
        to_value: item.to,
        to_string: item.toString,
      })),
    )
    .execute();
  if (change.items.some(({ field }) => isSearchable(field))) await insertHeldValues(db, id);
}

/** The fields whose history JQL searches (Atlassian, "Advanced searching: operators", WAS and CHANGED). */
export const historyFields = ['status', 'assignee', 'reporter', 'priority', 'resolution'] as const;
export type HistoryField = (typeof historyFields)[number];

const isSearchable = (field: string): boolean => (historyFields as readonly string[]).includes(field);

/** A value was there since the change before, or since the issue was made. */
async function insertHeldValues(db: Db, changeId: number): Promise<void> {
  await sql`
    insert into held_values (issue_id, field, value, next_value, since_at, since_by, until_at, until_by)
    select issues.id, item.field, item.from_value, item.to_value,
      coalesce(earlier.until_at, issues.created_at),
      case when earlier.id is null then issues.creator_id else earlier.until_by end,
      own.created_at, own.author_id
    from change_groups as own
    inner join change_items as item on item.change_group_id = own.id
    inner join issues on issues.id = own.issue_id
    left join held_values as earlier on earlier.id = (
      select max(id) from held_values where issue_id = own.issue_id and field = item.field)
    where own.id = ${changeId} and item.field in (${sql.join(historyFields)})
  `.execute(db);
}

const count = compiledQuery((db: Db, p: ParamsOf<{ issueId: number }>) =>
  db
    .selectFrom('change_groups')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('issue_id', '=', p.issueId),
);

export async function countChanges(db: Db, issueId: number): Promise<number> {
  const [row] = await count(db, { issueId });
  return Number(row!.total);
}

/** Oldest first; two statements. */
export async function listChanges(
  db: Db,
  issueId: number,
  { startAt, maxResults }: { readonly startAt: number; readonly maxResults: number },
): Promise<Change[]> {
  const groups = await db
    .selectFrom('change_groups')
    .selectAll()
    .where('issue_id', '=', issueId)
    .orderBy('id')
    .limit(maxResults)
    .offset(startAt)
    .execute();
  if (groups.length === 0) return [];
  const rows = await db
    .selectFrom('change_items')
    .selectAll()
    .where(
      'change_group_id',
      'in',
      groups.map(({ id }) => id),
    )
    .orderBy('id')
    .execute();
  const items = Map.groupBy(rows, (row) => row.change_group_id);
  return groups.map((group) => ({
    id: group.id,
    issueId: group.issue_id,
    authorId: group.author_id,
    createdAt: group.created_at,
    items: (items.get(group.id) ?? []).map((row) => ({
      field: row.field,
      fieldType: row.field_type,
      from: row.from_value,
      fromString: row.from_string,
      to: row.to_value,
      toString: row.to_string,
    })),
  }));
}
