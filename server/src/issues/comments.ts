import { indexCommentText } from '../db/full-text.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound, Unauthenticated } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Page } from '../lib/paging.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { missingPermission } from '../projects/projects.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersById } from '../users/user-store.ts';
import { type Comment, isVisible } from './comment.ts';
import {
  countComments,
  deleteCommentRow,
  findComment,
  insertComment,
  listComments,
  type NewComment,
  updateComment,
} from './comment-store.ts';
import { longTextLimit, tooLong } from './fields/text.ts';
import { issueMissing, notSignedIn, type SeenIssue, seeIssue } from './issue-access.ts';
import { touchIssue } from './issue-store.ts';
import { membershipsIn } from './issue-view.ts';
import { parseProperties } from './properties.ts';
import { listProperties, type Property, putProperty } from './property-store.ts';
import { parseVisibility } from './visibility.ts';
import { watchFromNowOn } from './watchers.ts';

export interface CommentWithProperties {
  readonly comment: Comment;
  readonly properties: readonly Property[] | undefined;
}

export interface CommentView extends CommentWithProperties {
  readonly users: ReadonlyMap<number, User>;
}

export interface CommentPage extends Page {
  readonly total: number;
  readonly comments: readonly CommentWithProperties[];
  readonly users: ReadonlyMap<number, User>;
}

export interface CommentInput {
  readonly body?: unknown;
  readonly visibility?: unknown;
  readonly properties?: unknown;
}

export interface CommentsAsked extends Page {
  readonly descending: boolean;
  readonly withProperties: boolean;
}

export async function viewComments(
  site: Site,
  actor: Actor,
  idOrKey: string,
  asked: CommentsAsked,
): Promise<CommentPage> {
  const { issue, project, grants } = await seeIssue(site, actor, idOrKey);
  const reader = await membershipsIn(grants, project.id);
  const total = issue.hasComments === 0 ? 0 : await countComments(site.db, issue.id, reader);
  const comments = total === 0 ? [] : await listComments(site.db, issue.id, reader, asked);
  return {
    startAt: asked.startAt,
    maxResults: asked.maxResults,
    total,
    ...(await loadComments(site, comments, asked.withProperties)),
  };
}

export async function viewComment(
  site: Site,
  actor: Actor,
  idOrKey: string,
  id: string,
  withProperties: boolean,
): Promise<CommentView> {
  const seen = await seeIssue(site, actor, idOrKey);
  return commentView(site, await seeComment(site, seen, id), withProperties);
}

export async function addComment(
  site: Site,
  actor: Actor,
  idOrKey: string,
  input: CommentInput,
): Promise<CommentView> {
  const seen = await seeIssue(site, actor, idOrKey);
  const { issue } = seen;
  await requireMayComment(actor, seen);
  const comment = await parseNewComment(site, actor, seen, input);
  const properties = parseProperties(input.properties);
  const at = site.clock.now();
  const id = await inTransaction(site.db, async (trx) => {
    if (!(await touchIssue(trx, issue.id, at))) throw issueMissing(actor);
    const made = await insertComment(trx, { ...comment, at });
    await indexCommentText(trx, made, comment.body);
    for (const property of properties) await putProperty(trx, 'comment', made, property);
    await watchFromNowOn(trx, actor, issue.id, at);
    return made;
  });
  return commentView(site, await reread(site, issue.id, id), false);
}

export async function editComment(
  site: Site,
  actor: Actor,
  idOrKey: string,
  id: string,
  input: CommentInput,
): Promise<CommentView> {
  const seen = await seeIssue(site, actor, idOrKey);
  const comment = await seeComment(site, seen, id);
  await requireMayChange(actor, seen, comment, 'edit');
  const body = parseBody(input.body);
  const visibility =
    input.visibility === undefined ? undefined : await parseVisibility(site, actor, seen, input.visibility);
  const properties = parseProperties(input.properties);
  const at = site.clock.now();
  await inTransaction(site.db, async (trx) => {
    await touchIssue(trx, seen.issue.id, at);
    const change = { body, visibility, updaterId: actor.user?.id ?? null, at };
    if (!(await updateComment(trx, comment.id, change))) throw commentMissing(id);
    await indexCommentText(trx, comment.id, body);
    for (const property of properties) await putProperty(trx, 'comment', comment.id, property);
  });
  return commentView(site, await reread(site, seen.issue.id, comment.id), false);
}

export async function deleteComment(site: Site, actor: Actor, idOrKey: string, id: string): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  const comment = await seeComment(site, seen, id);
  await requireMayChange(actor, seen, comment, 'delete');
  const at = site.clock.now();
  await inTransaction(site.db, async (trx) => {
    await touchIssue(trx, seen.issue.id, at);
    if (!(await deleteCommentRow(trx, comment.id))) throw commentMissing(id);
  });
}

/** Reads a comment to be added to an issue; throws BadRequest. Whether it may be added is asked elsewhere. */
export async function parseNewComment(
  site: Site,
  actor: Actor,
  seen: SeenIssue,
  input: CommentInput,
): Promise<Omit<NewComment, 'at'>> {
  const body = parseBody(input.body);
  const visibility = await parseVisibility(site, actor, seen, input.visibility);
  return { issueId: seen.issue.id, authorId: actor.user?.id ?? null, body, visibility };
}

function parseBody(body: unknown): string {
  const refuse = (message: string) => new BadRequest({ fields: { comment: message } });
  if (body !== undefined && body !== null && typeof body !== 'string') {
    throw refuse('Comment body must be a string.');
  }
  if (body === undefined || body === null || body.trim() === '')
    throw refuse('Comment body can not be empty!');
  if (body.length > longTextLimit) throw refuse(tooLong(longTextLimit));
  return body;
}

/** As Jira answers: 401 for nobody, otherwise 400 with the person's name in the sentence. */
export async function requireMayComment(actor: Actor, seen: SeenIssue): Promise<void> {
  if (await seen.grants.onIssue('ADD_COMMENTS', seen.project, seen.issue)) return;
  if (actor.user === null) throw notSignedIn();
  throw new BadRequest({
    fields: {
      comment: `${actor.user.name}, you do not have the permission to comment on this issue.`,
    },
  });
}

const changeRights = {
  edit: ['EDIT_ALL_COMMENTS', 'EDIT_OWN_COMMENTS'],
  delete: ['DELETE_ALL_COMMENTS', 'DELETE_OWN_COMMENTS'],
} as const satisfies Record<string, readonly [ProjectPermission, ProjectPermission]>;

/** A comment of nobody is nobody's own. */
async function requireMayChange(
  actor: Actor,
  { grants, project, issue }: SeenIssue,
  comment: Comment,
  what: keyof typeof changeRights,
): Promise<void> {
  const [all, own] = changeRights[what];
  if (await grants.onIssue(all, project, issue)) return;
  const isOwn = actor.user !== null && comment.authorId === actor.user.id;
  if (isOwn && (await grants.onIssue(own, project, issue))) return;
  const message = `You do not have permission to ${what} comment with id '${comment.id}'.`;
  // 400 for who is signed in, as both of Jira's documents say.
  if (actor.user !== null) {
    throw new BadRequest({ messages: [message], why: missingPermission(all, project) });
  }
  throw new Unauthenticated({ messages: [message], why: { step: 'not-signed-in' } });
}

/** A comment that is missing and one that is kept from who asks are told apart by nobody. */
async function seeComment(site: Site, { issue, project, grants }: SeenIssue, id: string): Promise<Comment> {
  const comment = /^\d{1,15}$/.test(id) ? await findComment(site.db, issue.id, Number(id)) : undefined;
  if (comment === undefined) throw commentMissing(id);
  const restricted = comment.visibilityType !== null;
  if (restricted && !isVisible(comment, await membershipsIn(grants, project.id))) throw commentMissing(id);
  return comment;
}

/** A comment that was just written; somebody may have deleted it since. */
async function reread(site: Site, issueId: number, id: number): Promise<Comment> {
  const comment = await findComment(site.db, issueId, id);
  if (comment === undefined) throw commentMissing(String(id));
  return comment;
}

function commentMissing(id: string): NotFound {
  return new NotFound(`Can not find a comment for the id: ${id.slice(0, 255)}.`);
}

async function commentView(site: Site, comment: Comment, withProperties: boolean): Promise<CommentView> {
  const { comments, users } = await loadComments(site, [comment], withProperties);
  return { ...comments[0]!, users };
}

async function loadComments(
  site: Site,
  comments: readonly Comment[],
  withProperties: boolean,
): Promise<Pick<CommentPage, 'comments' | 'users'>> {
  const users = await usersById(
    site.db,
    comments.flatMap(({ authorId, updaterId }) => [authorId, updaterId]),
  );
  const ids = comments.map(({ id }) => id);
  const properties = withProperties
    ? Map.groupBy(await listProperties(site.db, 'comment', ids), ({ entityId }) => entityId)
    : undefined;
  const views = comments.map((comment) => ({
    comment,
    properties: properties && (properties.get(comment.id) ?? []),
  }));
  return { comments: views, users };
}
