import type { Db, IssueMarkRow } from '../db/tables.ts';
import type { User } from '../users/user.ts';
import { user, userColumns } from '../users/user-store.ts';

/** Somebody watches an issue, or voted for it. */
export type MarkKind = IssueMarkRow['kind'];

export interface Mark {
  readonly kind: MarkKind;
  readonly issueId: number;
  readonly userId: number;
}

/** Once is enough: a mark that is there stays as it is. */
export async function putMark(db: Db, { kind, issueId, userId }: Mark, at: number): Promise<void> {
  await db
    .insertInto('issue_marks')
    .values({ kind, issue_id: issueId, user_id: userId, created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** False: there was none. */
export async function deleteMark(db: Db, { kind, issueId, userId }: Mark): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('issue_marks')
    .where('issue_id', '=', issueId)
    .where('kind', '=', kind)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** In the order in which they came. */
export async function listMarkers(db: Db, kind: MarkKind, issueId: number): Promise<User[]> {
  const rows = await db
    .selectFrom('issue_marks')
    .innerJoin('users', 'users.id', 'issue_marks.user_id')
    .select(userColumns)
    .where('issue_id', '=', issueId)
    .where('kind', '=', kind)
    .orderBy('issue_marks.created_at')
    .orderBy('users.id')
    .execute();
  return rows.map(user);
}
