import { sql } from 'kysely';
import { compiledListQuery } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';
import type { Memberships, Visibility } from './comment.ts';
import { visibleTo } from './comment-store.ts';
import type { Worklog } from './worklog.ts';

const visibilityName = sql<string | null>`
  case worklogs.visibility_type
    when 'group' then (select name from groups where groups.id = worklogs.visibility_id)
    when 'role' then (select name from project_roles where project_roles.id = worklogs.visibility_id)
  end`.as('visibilityName');

const worklogs = (db: Db) =>
  db
    .selectFrom('worklogs')
    .select([
      'worklogs.id',
      'worklogs.issue_id as issueId',
      'worklogs.author_id as authorId',
      'worklogs.updater_id as updaterId',
      'worklogs.comment',
      'worklogs.started_at as startedAt',
      'worklogs.time_spent as seconds',
      'worklogs.visibility_type as visibilityType',
      'worklogs.visibility_id as visibilityId',
      'worklogs.created_at as createdAt',
      'worklogs.updated_at as updatedAt',
    ])
    .select(visibilityName);

/** How many worklogs an issue's own JSON holds at most, as in Jira. */
export const worklogsInIssue = 20;

/** The first of each issue, whoever may see them; of each issue oldest first. */
export const listFirstWorklogs: (db: Db, issueIds: readonly number[]) => Promise<Worklog[]> =
  compiledListQuery((db: Db, issueIds: readonly number[]) =>
    worklogs(db)
      .innerJoin(
        (eb) =>
          eb
            .selectFrom('worklogs as ranked')
            .select([
              'ranked.id',
              sql<number>`row_number() over (partition by ranked.issue_id order by ranked.id)`.as('place'),
            ])
            .where('ranked.issue_id', 'in', issueIds)
            .as('places'),
        (join) => join.onRef('places.id', '=', 'worklogs.id'),
      )
      .where('places.place', '<=', sql.lit(worklogsInIssue))
      .orderBy('worklogs.id'),
  );

export interface WorklogFilter {
  /** Begun at or after, and at or before, in ms. */
  readonly startedAfter?: number | undefined;
  readonly startedBefore?: number | undefined;
}

const within = (db: Db, issueId: number, reader: Memberships, filter: WorklogFilter) =>
  db
    .selectFrom('worklogs')
    .where('worklogs.issue_id', '=', issueId)
    .where(visibleTo(reader))
    .$if(filter.startedAfter !== undefined, (query) => query.where('started_at', '>=', filter.startedAfter!))
    .$if(filter.startedBefore !== undefined, (query) =>
      query.where('started_at', '<=', filter.startedBefore!),
    );

export async function countWorklogs(
  db: Db,
  issueId: number,
  reader: Memberships,
  filter: WorklogFilter = {},
): Promise<number> {
  const { total } = await within(db, issueId, reader, filter)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

export function listWorklogs(
  db: Db,
  issueId: number,
  reader: Memberships,
  page: WorklogFilter & { readonly startAt: number; readonly maxResults: number },
): Promise<Worklog[]> {
  return worklogs(db)
    .where('worklogs.id', 'in', within(db, issueId, reader, page).select('worklogs.id'))
    .orderBy('worklogs.id')
    .limit(page.maxResults)
    .offset(page.startAt)
    .execute();
}

/** In no order; unknown ids are left out. */
export const listWorklogsById: (db: Db, ids: readonly number[]) => Promise<Worklog[]> = compiledListQuery(
  (db: Db, ids: readonly number[]) => worklogs(db).where('worklogs.id', 'in', ids),
);

export function findWorklog(db: Db, issueId: number, id: number): Promise<Worklog | undefined> {
  return worklogs(db)
    .where('worklogs.id', '=', id)
    .where('worklogs.issue_id', '=', issueId)
    .executeTakeFirst();
}

export interface WorklogValues {
  readonly comment: string;
  readonly startedAt: number;
  readonly seconds: number;
  readonly visibility: Visibility | null;
}

const columnsOf = ({ comment, startedAt, seconds, visibility }: WorklogValues) => ({
  comment,
  started_at: startedAt,
  time_spent: seconds,
  visibility_type: visibility?.type ?? null,
  visibility_id: visibility?.id ?? null,
});

export async function insertWorklog(
  trx: Db,
  issueId: number,
  authorId: number | null,
  values: WorklogValues,
  at: number,
): Promise<number> {
  const { id } = await trx
    .insertInto('worklogs')
    .values({
      ...columnsOf(values),
      issue_id: issueId,
      author_id: authorId,
      updater_id: authorId,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What a worklog of a locked issue is now; undefined: it is gone. */
export async function secondsOfWorklog(trx: Db, id: number): Promise<number | undefined> {
  const row = await trx.selectFrom('worklogs').select('time_spent').where('id', '=', id).executeTakeFirst();
  return row?.time_spent;
}

export async function updateWorklog(
  trx: Db,
  id: number,
  updaterId: number | null,
  values: WorklogValues,
  at: number,
): Promise<void> {
  await trx
    .updateTable('worklogs')
    .set({ ...columnsOf(values), updater_id: updaterId, updated_at: at })
    .where('id', '=', id)
    .execute();
}

export async function deleteWorklogRow(trx: Db, id: number, at: number): Promise<void> {
  await trx.deleteFrom('worklogs').where('id', '=', id).execute();
  await trx.insertInto('deleted_worklogs').values({ worklog_id: id, deleted_at: at }).execute();
}

/** When a worklog was changed, or deleted. */
export interface WorklogMoment {
  readonly id: number;
  readonly at: number;
}

export const changesInPage = 1000;

/**
 * The oldest changes after `since` and not after `until`, a page of them; with the last of them come all others of the
 * same millisecond, so that nothing is lost between two pages.
 */
export async function listUpdatedWorklogs(
  db: Db,
  since: number,
  until: number,
): Promise<{ changes: (WorklogMoment & { readonly issueId: number })[]; isLast: boolean }> {
  const query = db
    .selectFrom('worklogs')
    .select(['id', 'issue_id as issueId', 'updated_at as at'])
    .orderBy('updated_at')
    .orderBy('id');
  const changes = await query
    .where('updated_at', '>', since)
    .where('updated_at', '<=', until)
    .limit(changesInPage)
    .execute();
  const last = changes.at(-1);
  if (last === undefined || changes.length < changesInPage) return { changes, isLast: true };
  const others = await query.where('updated_at', '=', last.at).where('id', '>', last.id).execute();
  return { changes: [...changes, ...others], isLast: false };
}

export async function listDeletedWorklogs(
  db: Db,
  since: number,
  until: number,
): Promise<{ changes: WorklogMoment[]; isLast: boolean }> {
  const query = db
    .selectFrom('deleted_worklogs')
    .select(['worklog_id as id', 'deleted_at as at'])
    .orderBy('deleted_at')
    .orderBy('worklog_id');
  const changes = await query
    .where('deleted_at', '>', since)
    .where('deleted_at', '<=', until)
    .limit(changesInPage)
    .execute();
  const last = changes.at(-1);
  if (last === undefined || changes.length < changesInPage) return { changes, isLast: true };
  const others = await query.where('deleted_at', '=', last.at).where('worklog_id', '>', last.id).execute();
  return { changes: [...changes, ...others], isLast: false };
}
