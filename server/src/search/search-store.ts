import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Db } from '../db/tables.ts';
import type { Change } from '../issues/change-store.ts';
import { fold } from '../lib/fold.ts';
import { startsWith } from '../users/text-match.ts';
import type { User } from '../users/user.ts';
import { usersByWord } from '../users/user-store.ts';
import type { OrderSql } from './order-sql.ts';

/** Values of one statement; SQLite binds 32,766, and looking for people takes each word four times. */
const batch = 5_000;

function* batches<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += batch) yield items.slice(at, at + batch);
}

export interface IssuePlace {
  readonly id: number;
  readonly projectId: number;
  readonly number: number;
  readonly reporterId: number | null;
  readonly assigneeId: number | null;
}

const places = (db: Db) =>
  db
    .selectFrom('issues')
    .select([
      'id',
      'project_id as projectId',
      'number',
      'reporter_id as reporterId',
      'assignee_id as assigneeId',
    ]);

export async function findIssuePlacesById(db: Db, ids: readonly number[]): Promise<IssuePlace[]> {
  const found: IssuePlace[] = [];
  for (const some of batches(ids)) found.push(...(await places(db).where('id', 'in', some).execute()));
  return found;
}

/** One statement per project that the keys name. */
export async function findIssuePlacesByKey(
  db: Db,
  keys: readonly { readonly projectId: number; readonly number: number }[],
): Promise<IssuePlace[]> {
  const found: IssuePlace[] = [];
  for (const [projectId, inProject] of Map.groupBy(keys, (key) => key.projectId)) {
    for (const some of batches(inProject)) {
      const numbers = some.map(({ number }) => number);
      const query = places(db).where('project_id', '=', projectId).where('number', 'in', numbers);
      found.push(...(await query.execute()));
    }
  }
  return found;
}

/** People by the words given for them. */
export async function findPeople(db: Db, words: readonly string[]): Promise<Map<string, User>> {
  const found = new Map<string, User>();
  for (const some of batches(words)) {
    for (const [word, user] of await usersByWord(db, some)) found.set(word, user);
  }
  return found;
}

/** By the folded name; a group without members is there with none. */
export async function findGroupMembers(
  db: Db,
  names: readonly string[],
): Promise<Map<string, { readonly id: number; readonly members: number[] }>> {
  const found = new Map<string, { id: number; members: number[] }>();
  for (const some of batches([...new Set(names.map(fold))])) {
    const rows = await db
      .selectFrom('groups')
      .leftJoin('group_members', 'group_members.group_id', 'groups.id')
      .select(['groups.id', 'groups.name_folded as name', 'group_members.user_id as userId'])
      .where('groups.name_folded', 'in', some)
      .execute();
    for (const { id, name, userId } of rows) {
      const group = found.get(name) ?? { id, members: [] };
      if (userId !== null) group.members.push(userId);
      found.set(name, group);
    }
  }
  return found;
}

/** null: never, as far as is known. */
export async function findSignIns(
  db: Db,
  userId: number,
): Promise<{ readonly current: number | null; readonly last: number | null }> {
  const row = await db
    .selectFrom('sign_in_records')
    .select(['last_sign_in_at as current', 'previous_sign_in_at as last'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row ?? { current: null, last: null };
}

/** Labels of issues that a condition holds for, by how they begin. */
export async function findLabels(
  db: Db,
  where: RawBuilder<SqlBool>,
  folded: string,
  most: number,
): Promise<string[]> {
  const { rows } = await sql<{ label: string }>`
    select min(issue_labels.label) as label from issue_labels
    inner join issues on issues.id = issue_labels.issue_id
    where ${startsWith('issue_labels.label_folded', folded)} and ${where}
    group by issue_labels.label_folded order by issue_labels.label_folded limit ${most}
  `.execute(db);
  return rows.map(({ label }) => label);
}

export async function findMatchingIds(
  db: Db,
  where: RawBuilder<SqlBool>,
  order: OrderSql,
  page: { readonly startAt: number; readonly maxResults: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select issues.id from issues ${order.joins} where ${where} order by ${order.by}
    limit ${page.maxResults} offset ${page.startAt}
  `.execute(db);
  return rows.map(({ id }) => id);
}

export async function countMatching(db: Db, where: RawBuilder<SqlBool>): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from issues where ${where}`.execute(
    db,
  );
  return Number(rows[0]?.total ?? 0);
}

/** The first changes of each issue, oldest first, and how many each has. Two statements. */
export async function listChangesOfIssues(
  db: Db,
  issueIds: readonly number[],
  most: number,
): Promise<{ readonly changes: Change[]; readonly totals: ReadonlyMap<number, number> }> {
  if (issueIds.length === 0) return { changes: [], totals: new Map() };
  const ranked = sql<number>`row_number() over (partition by issue_id order by id)`;
  const total = sql<number>`count(*) over (partition by issue_id)`;
  const numbered = db
    .selectFrom('change_groups')
    .select(['id', 'issue_id', 'author_id', 'created_at', ranked.as('place'), total.as('total')])
    .where('issue_id', 'in', issueIds);
  const first = db.selectFrom(numbered.as('numbered')).where('place', '<=', most);
  const groups = await first.selectAll().orderBy('id').execute();
  if (groups.length === 0) return { changes: [], totals: new Map() };
  const rows = await db
    .selectFrom('change_items')
    .selectAll()
    .where('change_group_id', 'in', first.select('id'))
    .orderBy('id')
    .execute();
  const items = Map.groupBy(rows, (row) => row.change_group_id);
  const changes = groups.map((group) => ({
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
  return { changes, totals: new Map(groups.map((group) => [group.issue_id, Number(group.total)])) };
}
