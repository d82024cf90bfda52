import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Page } from '../lib/paging.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { grantsOf } from '../permissions/permissions.ts';
import { projectsAt } from '../projects/project-cache.ts';
import { missingPermission } from '../projects/projects.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersById } from '../users/user-store.ts';
import { type ChangeItem, insertChange } from './change-store.ts';
import { isVisible } from './comment.ts';
import { lockIssue, updateIssue } from './draft-store.ts';
import { longestSeconds, parseDuration } from './durations.ts';
import { type Adjustment, type AdjustmentAsked, parseAdjustment } from './estimates.ts';
import { parseMoment } from './fields/dates.ts';
import { longTextLimit, tooLong } from './fields/text.ts';
import { issueMissing, refusal, requireOnIssue, type SeenIssue, seeIssue } from './issue-access.ts';
import { listRelatedIssues } from './issue-store.ts';
import { membershipsIn } from './issue-view.ts';
import { parseVisibility } from './visibility.ts';
import type { Worklog } from './worklog.ts';
import {
  countWorklogs,
  deleteWorklogRow,
  findWorklog,
  insertWorklog,
  listDeletedWorklogs,
  listUpdatedWorklogs,
  listWorklogs,
  listWorklogsById,
  secondsOfWorklog,
  updateWorklog,
  type WorklogFilter,
  type WorklogMoment,
  type WorklogValues,
} from './worklog-store.ts';

export interface WorklogViews {
  readonly worklogs: readonly Worklog[];
  readonly users: ReadonlyMap<number, User>;
}

export interface WorklogPage extends Page, WorklogViews {
  readonly total: number;
}

export interface WorklogInput {
  readonly comment?: unknown;
  readonly started?: unknown;
  readonly timeSpent?: unknown;
  readonly timeSpentSeconds?: unknown;
  readonly visibility?: unknown;
}

export async function viewWorklogs(
  site: Site,
  actor: Actor,
  idOrKey: string,
  asked: Page & WorklogFilter,
): Promise<WorklogPage> {
  const { issue, project, grants } = await seeIssue(site, actor, idOrKey);
  const { startAt, maxResults } = asked;
  if (issue.hasWorklogs === 0) return { startAt, maxResults, total: 0, worklogs: [], users: new Map() };
  const reader = await membershipsIn(grants, project.id);
  const total = await countWorklogs(site.db, issue.id, reader, asked);
  const worklogs = total === 0 ? [] : await listWorklogs(site.db, issue.id, reader, asked);
  return { startAt, maxResults, total, ...(await withUsers(site, worklogs)) };
}

export async function viewWorklog(
  site: Site,
  actor: Actor,
  idOrKey: string,
  id: string,
): Promise<WorklogViews> {
  const seen = await seeIssue(site, actor, idOrKey);
  return withUsers(site, [await seeWorklog(site, seen, id)]);
}

export async function addWorklog(
  site: Site,
  actor: Actor,
  idOrKey: string,
  input: WorklogInput,
  asked: AdjustmentAsked,
): Promise<WorklogViews> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(
    actor,
    seen,
    'WORK_ON_ISSUES',
    'You do not have the permission to associate a worklog to this issue.',
  );
  const adjust = parseAdjustment(asked, 'reduceBy');
  const values = await parseWorklog(site, actor, seen, input, undefined);
  const id = await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    await changeTime(trx, actor, seen.issue.id, at, adjust, async () => ({
      change: values.seconds,
      items: [],
    }));
    return insertWorklog(trx, seen.issue.id, actor.user?.id ?? null, values, at);
  });
  return withUsers(site, [await reread(site, seen.issue.id, id)]);
}

export async function editWorklog(
  site: Site,
  actor: Actor,
  idOrKey: string,
  id: string,
  input: WorklogInput,
  asked: AdjustmentAsked,
): Promise<WorklogViews> {
  const seen = await seeIssue(site, actor, idOrKey);
  const worklog = await seeWorklog(site, seen, id);
  await requireMayChange(actor, seen, worklog, 'edit');
  const adjust = parseAdjustment(asked, undefined);
  const values = await parseWorklog(site, actor, seen, input, worklog);
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    await changeTime(trx, actor, seen.issue.id, at, adjust, async () => {
      const before = await secondsOfWorklog(trx, worklog.id);
      if (before === undefined) throw worklogMissing(id);
      return { change: values.seconds - before, items: [idItem(worklog.id, worklog.id)] };
    });
    await updateWorklog(trx, worklog.id, actor.user?.id ?? null, values, at);
  });
  return withUsers(site, [await reread(site, seen.issue.id, worklog.id)]);
}

export async function deleteWorklog(
  site: Site,
  actor: Actor,
  idOrKey: string,
  id: string,
  asked: AdjustmentAsked,
): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  const worklog = await seeWorklog(site, seen, id);
  await requireMayChange(actor, seen, worklog, 'delete');
  const adjust = parseAdjustment(asked, 'increaseBy');
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    await changeTime(trx, actor, seen.issue.id, at, adjust, async () => {
      const before = await secondsOfWorklog(trx, worklog.id);
      if (before === undefined) throw worklogMissing(id);
      return { change: -before, items: [idItem(worklog.id, null), spentItem(before)] };
    });
    await deleteWorklogRow(trx, worklog.id, at);
  });
}

/** Of those that exist and that who asks may see. Two statements more than for who they name. */
export async function viewWorklogsById(
  site: Site,
  actor: Actor,
  ids: readonly number[],
): Promise<WorklogViews> {
  const found = await listWorklogsById(site.db, [...new Set(ids)]);
  return withUsers(site, await visibleOf(site, actor, found));
}

export interface WorklogChanges {
  readonly since: number;
  readonly until: number;
  readonly isLast: boolean;
  readonly changes: readonly WorklogMoment[];
}

/** What was written in the last minute waits: a transaction that began earlier may still be under way (Jira's rule). */
const settledAfterMs = 60_000;

export async function viewUpdatedWorklogs(site: Site, actor: Actor, since: number): Promise<WorklogChanges> {
  const now = site.clock.now() - settledAfterMs;
  const { changes, isLast } = await listUpdatedWorklogs(site.db, since, now);
  const worklogs = await listWorklogsById(
    site.db,
    changes.map(({ id }) => id),
  );
  const visible = new Set((await visibleOf(site, actor, worklogs)).map(({ id }) => id));
  const until = isLast ? Math.max(since, now) : changes.at(-1)!.at;
  return { since, until, isLast, changes: changes.filter(({ id }) => visible.has(id)) };
}

/** Ids only, which tell nothing, so everybody who is signed in may read them. */
export async function viewDeletedWorklogs(site: Site, since: number): Promise<WorklogChanges> {
  const now = site.clock.now() - settledAfterMs;
  const { changes, isLast } = await listDeletedWorklogs(site.db, since, now);
  return { since, until: isLast ? Math.max(since, now) : changes.at(-1)!.at, isLast, changes };
}

async function visibleOf(site: Site, actor: Actor, worklogs: readonly Worklog[]): Promise<Worklog[]> {
  const issueIds = [...new Set(worklogs.map(({ issueId }) => issueId))];
  const issues = new Map((await listRelatedIssues(site.db, issueIds)).map((issue) => [issue.id, issue]));
  const projects = await projectsAt(site.db, actor.revision);
  const grants = await grantsOf(site, actor);
  const visible: Worklog[] = [];
  for (const worklog of worklogs) {
    const issue = issues.get(worklog.issueId);
    const project = issue && projects.byId(issue.projectId);
    if (project === undefined || !(await grants.onIssue('BROWSE_PROJECTS', project, issue!))) continue;
    if (worklog.visibilityType !== null && !isVisible(worklog, await membershipsIn(grants, project.id))) {
      continue;
    }
    visible.push(worklog);
  }
  return visible;
}

/**
 * Books time on an issue, in the transaction that writes the worklog: what was spent, what remains, and the record of
 * both. The issue is held first, so that of changes at once none is lost.
 */
async function changeTime(
  trx: Db,
  actor: Actor,
  issueId: number,
  at: number,
  adjust: Adjustment,
  what: () => Promise<{ readonly change: number; readonly items: readonly ChangeItem[] }>,
): Promise<void> {
  const locked = await lockIssue(trx, issueId, { labels: false, custom: false });
  if (locked === undefined) throw issueMissing(actor);
  const { change, items: more } = await what();
  const before = locked.draft;
  const after = { ...before, remainingEstimate: adjust(before.remainingEstimate, change) };
  const spent = Math.max(0, (locked.timeSpent ?? 0) + change);
  await updateIssue(trx, issueId, { before, after, columns: { time_spent: spent }, at });
  const items = [
    ...timeItem('timeestimate', before.remainingEstimate, after.remainingEstimate),
    ...timeItem('timespent', locked.timeSpent, spent),
    ...more,
  ];
  if (items.length > 0) {
    await insertChange(trx, { issueId, authorId: actor.user?.id ?? null, createdAt: at, items });
  }
}

function timeItem(field: string, from: number | null, to: number | null): ChangeItem[] {
  const text = (seconds: number | null) => (seconds === null ? null : String(seconds));
  if (from === to) return [];
  return [
    { field, fieldType: 'jira', from: text(from), fromString: text(from), to: text(to), toString: text(to) },
  ];
}

const idItem = (from: number, to: number | null): ChangeItem => ({
  field: 'WorklogId',
  fieldType: 'jira',
  from: String(from),
  fromString: String(from),
  to: to === null ? null : String(to),
  toString: to === null ? null : String(to),
});

const spentItem = (seconds: number): ChangeItem => ({
  field: 'WorklogTimeSpent',
  fieldType: 'jira',
  from: String(seconds),
  fromString: String(seconds),
  to: null,
  toString: null,
});

/** `old`: the worklog that is changed, of which what the input does not name stays. */
async function parseWorklog(
  site: Site,
  actor: Actor,
  seen: SeenIssue,
  input: WorklogInput,
  old: Worklog | undefined,
): Promise<WorklogValues> {
  const visibility =
    input.visibility === undefined && old?.visibilityType != null
      ? { type: old.visibilityType, id: old.visibilityId! }
      : await parseVisibility(site, actor, seen, input.visibility);
  return {
    comment: input.comment === undefined && old ? old.comment : parseComment(input.comment),
    startedAt: parseStarted(input.started) ?? old?.startedAt ?? site.clock.now(),
    seconds: parseSpent(input) ?? old?.seconds ?? refuseTime('You must indicate the time spent working.'),
    visibility,
  };
}

function parseComment(comment: unknown): string {
  const refuse = (message: string) => new BadRequest({ fields: { comment: message } });
  if (comment === undefined || comment === null) return '';
  if (typeof comment !== 'string') throw refuse('Comment must be a string.');
  if (comment.length > longTextLimit) throw refuse(tooLong(longTextLimit));
  return comment;
}

function parseStarted(started: unknown): number | undefined {
  if (started === undefined || started === null || started === '') return undefined;
  const at = typeof started === 'string' ? parseMoment(started) : undefined;
  if (at === undefined) {
    const form = "yyyy-MM-dd'T'HH:mm:ss.SSSZ";
    throw new BadRequest({ fields: { started: `The date must be written as ${form}.` } });
  }
  return at;
}

/** `timeSpentSeconds` counts where both are there, as clients send back what they read. */
function parseSpent({ timeSpent, timeSpentSeconds }: WorklogInput): number | undefined {
  if (timeSpentSeconds !== undefined && timeSpentSeconds !== null) {
    const seconds = Number(timeSpentSeconds);
    const right = Number.isSafeInteger(seconds) && seconds > 0 && seconds <= longestSeconds;
    return right ? seconds : refuseTime('Invalid time duration entered.');
  }
  if (timeSpent === undefined || timeSpent === null || timeSpent === '') return undefined;
  const readable = typeof timeSpent === 'string' || typeof timeSpent === 'number';
  const seconds = readable ? parseDuration(String(timeSpent)) : undefined;
  return seconds === undefined || seconds === 0 ? refuseTime('Invalid time duration entered.') : seconds;
}

function refuseTime(message: string): never {
  throw new BadRequest({ fields: { timeLogged: message } });
}

const changeRights = {
  edit: ['EDIT_ALL_WORKLOGS', 'EDIT_OWN_WORKLOGS'],
  delete: ['DELETE_ALL_WORKLOGS', 'DELETE_OWN_WORKLOGS'],
} as const satisfies Record<string, readonly [ProjectPermission, ProjectPermission]>;

/** A worklog of nobody is nobody's own. */
async function requireMayChange(
  actor: Actor,
  { grants, project, issue }: SeenIssue,
  worklog: Worklog,
  what: keyof typeof changeRights,
): Promise<void> {
  const [all, own] = changeRights[what];
  if (await grants.onIssue(all, project, issue)) return;
  const isOwn = actor.user !== null && worklog.authorId === actor.user.id;
  if (isOwn && (await grants.onIssue(own, project, issue))) return;
  const message = `You do not have the permission to ${what} the worklog with id '${worklog.id}'.`;
  throw refusal(actor, message, missingPermission(all, project));
}

/** A worklog that is missing and one that is kept from who asks are told apart by nobody. */
async function seeWorklog(site: Site, { issue, project, grants }: SeenIssue, id: string): Promise<Worklog> {
  const worklog = /^\d{1,15}$/.test(id) ? await findWorklog(site.db, issue.id, Number(id)) : undefined;
  if (worklog === undefined) throw worklogMissing(id);
  const restricted = worklog.visibilityType !== null;
  if (restricted && !isVisible(worklog, await membershipsIn(grants, project.id))) throw worklogMissing(id);
  return worklog;
}

/** A worklog that was just written; somebody may have deleted it since. */
async function reread(site: Site, issueId: number, id: number): Promise<Worklog> {
  const worklog = await findWorklog(site.db, issueId, id);
  if (worklog === undefined) throw worklogMissing(String(id));
  return worklog;
}

function worklogMissing(id: string): NotFound {
  return new NotFound(`Cannot find worklog with id: '${id.slice(0, 255)}'.`);
}

async function withUsers(site: Site, worklogs: readonly Worklog[]): Promise<WorklogViews> {
  const people = worklogs.flatMap(({ authorId, updaterId }) => [authorId, updaterId]);
  return { worklogs, users: await usersById(site.db, people) };
}
