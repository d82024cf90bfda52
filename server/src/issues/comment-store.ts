import { sql } from 'kysely';
import { compiledListQuery, compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';
import type { Comment, Memberships, Visibility } from './comment.ts';

const columns = [
  'comments.id',
  'comments.issue_id as issueId',
  'comments.author_id as authorId',
  'comments.updater_id as updaterId',
  'comments.body',
  'comments.visibility_type as visibilityType',
  'comments.visibility_id as visibilityId',
  'comments.created_at as createdAt',
  'comments.updated_at as updatedAt',
] as const;

const visibilityName = sql<string | null>`
  case comments.visibility_type
    when 'group' then (select name from groups where groups.id = comments.visibility_id)
    when 'role' then (select name from project_roles where project_roles.id = comments.visibility_id)
  end`.as('visibilityName');

const comments = (db: Db) => db.selectFrom('comments').select(columns).select(visibilityName);

/** How many comments an issue's own JSON holds at most; the comment resource pages through all. */
export const commentsInIssue = 1000;

const selectFirstOfIssue = compiledQuery((db: Db, p: ParamsOf<{ issueId: number }>) =>
  comments(db).where('issue_id', '=', p.issueId).orderBy('comments.id').limit(sql.lit(commentsInIssue)),
);

const selectFirstOfEach = compiledListQuery((db: Db, issueIds: readonly number[]) =>
  comments(db)
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('comments as ranked')
          .select([
            'ranked.id',
            sql<number>`row_number() over (partition by ranked.issue_id order by ranked.id)`.as('place'),
          ])
          .where('ranked.issue_id', 'in', issueIds)
          .as('places'),
      (join) => join.onRef('places.id', '=', 'comments.id'),
    )
    .where('places.place', '<=', sql.lit(commentsInIssue))
    .orderBy('comments.id'),
);

/** The first comments of each issue, whoever may see them; of each issue oldest first. */
export function listFirstComments(db: Db, issueIds: readonly number[]): Promise<Comment[]> {
  return issueIds.length === 1
    ? selectFirstOfIssue(db, { issueId: issueIds[0]! })
    : selectFirstOfEach(db, issueIds);
}

/** Of comments and worklogs. */
export const visibleTo = (reader: Memberships) => {
  const held = (type: Visibility['type'], ids: ReadonlySet<number>) =>
    ids.size === 0
      ? sql<boolean>`1 = 0`
      : sql<boolean>`visibility_type = ${sql.lit(type)} and visibility_id in (${sql.join([...ids])})`;
  return sql<boolean>`(visibility_type is null or (${held('group', reader.groupIds)}) or (${held('role', reader.roleIds)}))`;
};

export async function countComments(db: Db, issueId: number, reader: Memberships): Promise<number> {
  const { total } = await db
    .selectFrom('comments')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('issue_id', '=', issueId)
    .where(visibleTo(reader))
    .executeTakeFirstOrThrow();
  return Number(total);
}

export function listComments(
  db: Db,
  issueId: number,
  reader: Memberships,
  page: { startAt: number; maxResults: number; descending: boolean },
): Promise<Comment[]> {
  return comments(db)
    .where('issue_id', '=', issueId)
    .where(visibleTo(reader))
    .orderBy('comments.id', page.descending ? 'desc' : 'asc')
    .limit(page.maxResults)
    .offset(page.startAt)
    .execute();
}

export function findComment(db: Db, issueId: number, id: number): Promise<Comment | undefined> {
  return comments(db).where('comments.id', '=', id).where('issue_id', '=', issueId).executeTakeFirst();
}

export interface NewComment {
  readonly issueId: number;
  readonly authorId: number | null;
  readonly body: string;
  readonly visibility: Visibility | null;
  readonly at: number;
}

export async function insertComment(db: Db, comment: NewComment): Promise<number> {
  const { id } = await db
    .insertInto('comments')
    .values({
      issue_id: comment.issueId,
      author_id: comment.authorId,
      updater_id: comment.authorId,
      body: comment.body,
      visibility_type: comment.visibility?.type ?? null,
      visibility_id: comment.visibility?.id ?? null,
      created_at: comment.at,
      updated_at: comment.at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface CommentChange {
  readonly body: string;
  /** undefined: as it was. */
  readonly visibility: Visibility | null | undefined;
  readonly updaterId: number | null;
  readonly at: number;
}

/** False: it is gone. */
export async function updateComment(db: Db, id: number, change: CommentChange): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('comments')
    .set({
      body: change.body,
      updater_id: change.updaterId,
      updated_at: change.at,
      ...(change.visibility !== undefined && {
        visibility_type: change.visibility?.type ?? null,
        visibility_id: change.visibility?.id ?? null,
      }),
    })
    .where('id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** False: it is gone. */
export async function deleteCommentRow(db: Db, id: number): Promise<boolean> {
  await db
    .deleteFrom('entity_properties')
    .where('entity_type', '=', 'comment')
    .where('entity_id', '=', id)
    .execute();
  const { numDeletedRows } = await db.deleteFrom('comments').where('id', '=', id).executeTakeFirst();
  return numDeletedRows > 0n;
}
