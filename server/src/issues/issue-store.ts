import { sql } from 'kysely';
import { compiledListQuery, compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';
import type { CustomValue, Issue, RelatedIssue } from './issue.ts';
import type { MarkKind } from './mark-store.ts';

/** An issue with its labels, and word of which other rows belong to it, so that only those are asked for. */
export interface FoundIssue extends Issue {
  /** Between spaces, which no label holds, in no order. null: none. */
  readonly labelText: string | null;
  readonly hasCustomValues: 0 | 1;
  readonly hasComments: 0 | 1;
  readonly hasSubtasks: 0 | 1;
  readonly hasWorklogs: 0 | 1;
  readonly hasLinks: 0 | 1;
  readonly watchCount: number;
  readonly voteCount: number;
  /** Whether the reader watches it, and voted for it. */
  readonly isWatching: 0 | 1;
  readonly hasVoted: 0 | 1;
}

const related = [
  'issues.id',
  'issues.project_id as projectId',
  'issues.number',
  'issues.parent_id as parentId',
  'issues.summary',
  'issues.issue_type_id as issueTypeId',
  'issues.status_id as statusId',
  'issues.priority_id as priorityId',
  'issues.assignee_id as assigneeId',
  'issues.reporter_id as reporterId',
  'issues.original_estimate as originalEstimate',
  'issues.remaining_estimate as remainingEstimate',
  'issues.time_spent as timeSpent',
] as const;

const columns = [
  ...related,
  'issues.description',
  'issues.environment',
  'issues.resolution_id as resolutionId',
  'issues.creator_id as creatorId',
  'issues.due_date as dueDate',
  'issues.created_at as createdAt',
  'issues.updated_at as updatedAt',
  'issues.resolved_at as resolvedAt',
] as const;

const exists = (table: string, column: string) =>
  sql<
    0 | 1
  >`case when exists (select 1 from ${sql.table(table)} as related where related.${sql.ref(column)} = issues.id) then 1 else 0 end`;

const markCount = (kind: MarkKind) =>
  sql<number>`cast((select count(*) from issue_marks where issue_id = issues.id and kind = ${sql.lit(kind)}) as integer)`;

const markedBy = (kind: MarkKind, userId: number) =>
  sql<
    0 | 1
  >`case when exists (select 1 from issue_marks where issue_id = issues.id and kind = ${sql.lit(kind)} and user_id = ${userId}) then 1 else 0 end`;

/** Who reads; see `nobody`. */
type Reader = { readerId: number };

/** The id of no user, for those who are not signed in. */
export const nobody = 0;

const found = (db: Db, { readerId }: ParamsOf<Reader>) =>
  db
    .selectFrom('issues')
    .select(columns)
    .select([
      // SQLite has PostgreSQL's name for its group_concat too (since 3.44).
      sql<string | null>`(select string_agg(label, ' ') from issue_labels where issue_id = issues.id)`.as(
        'labelText',
      ),
      exists('custom_field_values', 'issue_id').as('hasCustomValues'),
      exists('comments', 'issue_id').as('hasComments'),
      exists('issues', 'parent_id').as('hasSubtasks'),
      exists('worklogs', 'issue_id').as('hasWorklogs'),
      sql<
        0 | 1
      >`case when exists (select 1 from issue_links where source_id = issues.id) or exists (select 1 from issue_links where destination_id = issues.id) then 1 else 0 end`.as(
        'hasLinks',
      ),
      markCount('watch').as('watchCount'),
      markCount('vote').as('voteCount'),
      markedBy('watch', readerId).as('isWatching'),
      markedBy('vote', readerId).as('hasVoted'),
    ]);

const selectByNumber = compiledQuery((db: Db, p: ParamsOf<Reader & { projectId: number; number: number }>) =>
  found(db, p).where('project_id', '=', p.projectId).where('number', '=', p.number),
);

const selectById = compiledQuery((db: Db, p: ParamsOf<Reader & { id: number }>) =>
  found(db, p).where('issues.id', '=', p.id),
);

export async function findIssueByNumber(
  db: Db,
  projectId: number,
  number: number,
  readerId: number,
): Promise<FoundIssue | undefined> {
  return (await selectByNumber(db, { projectId, number, readerId }))[0];
}

export async function findIssueById(db: Db, id: number, readerId: number): Promise<FoundIssue | undefined> {
  return (await selectById(db, { id, readerId }))[0];
}

/** In no particular order; unknown ids are left out. */
export const listIssues = compiledListQuery((db: Db, ids: readonly number[], p: ParamsOf<Reader>) =>
  found(db, p).where('issues.id', 'in', ids),
);

export async function listLabels(db: Db, issueId: number): Promise<string[]> {
  const rows = await db.selectFrom('issue_labels').select('label').where('issue_id', '=', issueId).execute();
  return rows.map(({ label }) => label);
}

/** Of each issue in the order of its fields and of their values. */
export const listCustomValues: (db: Db, issueIds: readonly number[]) => Promise<CustomValue[]> =
  compiledListQuery((db: Db, issueIds: readonly number[]) =>
    db
      .selectFrom('custom_field_values')
      .select([
        'issue_id as issueId',
        'field_id as fieldId',
        'text_value as text',
        'number_value as number',
        'time_value as time',
        'option_id as optionId',
        'user_id as userId',
      ])
      .where('issue_id', 'in', issueIds)
      .orderBy('field_id')
      .orderBy('position'),
  );

/** Of each parent in the order they were made in. */
export const listSubtasks: (db: Db, parentIds: readonly number[]) => Promise<RelatedIssue[]> =
  compiledListQuery((db: Db, parentIds: readonly number[]) =>
    db.selectFrom('issues').select(related).where('parent_id', 'in', parentIds).orderBy('issues.id'),
  );

export const listRelatedIssues: (db: Db, ids: readonly number[]) => Promise<RelatedIssue[]> =
  compiledListQuery((db: Db, ids: readonly number[]) =>
    db.selectFrom('issues').select(related).where('id', 'in', ids),
  );

/** Keeps an issue from being deleted until this transaction ends. False: it is gone already. */
export async function holdIssue(trx: Db, id: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('issues')
    .set((eb) => ({ updated_at: eb.ref('updated_at') }))
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** The same, and moves its time of update. */
export async function touchIssue(trx: Db, id: number, at: number): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('issues')
    .set({ updated_at: at })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
