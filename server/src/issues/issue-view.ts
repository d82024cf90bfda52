import type { Actor } from '../identity.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import { type Project, projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersById } from '../users/user-store.ts';
import { type Reference, referenceAt } from '../workflows/reference.ts';
import { type Comment, isVisible, type Memberships, type Restricted } from './comment.ts';
import { commentsInIssue, countComments, listFirstComments } from './comment-store.ts';
import type { CustomValue, RelatedIssue } from './issue.ts';
import type { SeenIssue } from './issue-access.ts';
import {
  type FoundIssue,
  listCustomValues,
  listIssues,
  listRelatedIssues,
  listSubtasks,
  nobody,
} from './issue-store.ts';
import { type IssueLink, listLinks } from './link-store.ts';
import type { WantedFields } from './wanted-fields.ts';
import type { Worklog } from './worklog.ts';
import { countWorklogs, listFirstWorklogs, worklogsInIssue } from './worklog-store.ts';

export interface LinkedIssue {
  readonly link: IssueLink;
  /** The one at the other end. */
  readonly issue: RelatedIssue;
  readonly project: Project;
}

/** Everything an issue's JSON is built from; what was not wanted is empty. */
export interface IssueView {
  readonly issue: FoundIssue;
  readonly project: Project;
  readonly reference: Reference;
  /** Everyone the rest names. */
  readonly users: ReadonlyMap<number, User>;
  readonly labels: readonly string[];
  readonly customValues: readonly CustomValue[];
  readonly parent: RelatedIssue | undefined;
  readonly subtasks: readonly RelatedIssue[];
  /** Those that who asks may see, oldest first. */
  readonly comments: readonly Comment[];
  /** How many there are of them, the first of which `comments` holds. */
  readonly commentTotal: number;
  /** The other issues that it is linked to, as far as who asks may see them. */
  readonly links: readonly LinkedIssue[];
  /** The same of the work that was logged. */
  readonly worklogs: readonly Worklog[];
  readonly worklogTotal: number;
}

/**
 * The views of a page of issues, in the order of `ids`; issues that are gone, or that the actor may not
 * see, are left out. One statement for the issues and one per kind of related rows that exist and are
 * wanted: custom values, parents, sub-tasks, comments, worklogs, users.
 */
export async function loadIssueViews(
  site: Pick<Site, 'db'>,
  actor: Actor,
  ids: readonly number[],
  wanted: WantedFields,
): Promise<IssueView[]> {
  if (ids.length === 0) return [];
  const projects = await projectsAt(site.db, actor.revision);
  const grants = await grantsOf(site, actor);
  const seen = new Map<number, SeenIssue>();
  for (const issue of await listIssues(site.db, ids, { readerId: actor.user?.id ?? nobody })) {
    const project = projects.byId(issue.projectId);
    if (project === undefined) continue;
    if (await grants.onIssue('BROWSE_PROJECTS', project, issue)) {
      seen.set(issue.id, { issue, project, grants });
    }
  }
  return loadViews(
    site,
    actor,
    ids.flatMap((id) => seen.get(id) ?? []),
    wanted,
  );
}

export async function loadViews(
  site: Pick<Site, 'db'>,
  actor: Actor,
  seen: readonly SeenIssue[],
  wanted: WantedFields,
): Promise<IssueView[]> {
  const { db } = site;
  const reference = await referenceAt(db, actor.revision);
  const having = (field: string, holds: (issue: FoundIssue) => boolean): number[] =>
    wanted.has(field) ? seen.filter(({ issue }) => holds(issue)).map(({ issue }) => issue.id) : [];

  const wantsCustom = wanted.all || reference.customFields.all.some(({ key }) => wanted.has(key));
  const withCustom = wantsCustom
    ? seen.filter(({ issue }) => issue.hasCustomValues === 1).map(({ issue }) => issue.id)
    : [];
  const customValues = withCustom.length === 0 ? [] : await listCustomValues(db, withCustom);
  // What is summed up over sub-tasks needs them too.
  const wantsSubtasks = ['subtasks', ...summedUp].some((field) => wanted.has(field));
  const withSubtasks = wantsSubtasks
    ? seen.filter(({ issue }) => issue.hasSubtasks === 1).map(({ issue }) => issue.id)
    : [];
  const subtasks = withSubtasks.length === 0 ? [] : await listSubtasks(db, withSubtasks);
  const parentIds = wanted.has('parent') ? seen.flatMap(({ issue }) => issue.parentId ?? []) : [];
  const parents = parentIds.length === 0 ? [] : await listRelatedIssues(db, [...new Set(parentIds)]);
  const withComments = having('comment', (issue) => issue.hasComments === 1);
  const comments = withComments.length === 0 ? [] : await listFirstComments(db, withComments);
  const withLinks = having('issuelinks', (issue) => issue.hasLinks === 1);
  const links = withLinks.length === 0 ? noLinks : await loadLinks(db, actor, seen[0]!.grants, withLinks);
  const withWorklogs = having('worklog', (issue) => issue.hasWorklogs === 1);
  const worklogs = withWorklogs.length === 0 ? [] : await listFirstWorklogs(db, withWorklogs);
  const users = await usersKnowing(db, actor, namedUsers(seen, customValues, [...comments, ...worklogs]));

  if (seen.length === 1) {
    const [only] = seen as [SeenIssue];
    return [
      await viewOf(db, only, {
        reference,
        users,
        customValues,
        parent: parents[0],
        subtasks,
        comments,
        worklogs,
        links: links.get(only.issue.id) ?? [],
      }),
    ];
  }
  const valuesOf = Map.groupBy(customValues, (row) => row.issueId);
  const subtasksOf = Map.groupBy(subtasks, (row) => row.parentId);
  const commentsOf = Map.groupBy(comments, (row) => row.issueId);
  const worklogsOf = Map.groupBy(worklogs, (row) => row.issueId);
  const parentOf = new Map(parents.map((row) => [row.id, row]));
  const views: IssueView[] = [];
  for (const one of seen) {
    const { id, parentId } = one.issue;
    views.push(
      await viewOf(db, one, {
        reference,
        users,
        customValues: valuesOf.get(id) ?? [],
        parent: parentId === null ? undefined : parentOf.get(parentId),
        subtasks: subtasksOf.get(id) ?? [],
        comments: commentsOf.get(id) ?? [],
        worklogs: worklogsOf.get(id) ?? [],
        links: links.get(id) ?? [],
      }),
    );
  }
  return views;
}

type Loaded = Pick<
  IssueView,
  'reference' | 'users' | 'customValues' | 'parent' | 'subtasks' | 'comments' | 'worklogs' | 'links'
>;

const summedUp = [
  'aggregatetimespent',
  'aggregatetimeestimate',
  'aggregatetimeoriginalestimate',
  'aggregateprogress',
] as const;

/** Leaves out what the actor may not see. Queries only for an issue with more comments or worklogs than one view holds. */
async function viewOf(
  db: Site['db'],
  { issue, project, grants }: SeenIssue,
  loaded: Loaded,
): Promise<IssueView> {
  const sees = (other: RelatedIssue) => grants.onIssue('BROWSE_PROJECTS', project, other);
  const { parent } = loaded;
  const comments = await visibleOnes(loaded.comments, grants, project.id);
  const worklogs = await visibleOnes(loaded.worklogs, grants, project.id);
  return {
    issue,
    project,
    reference: loaded.reference,
    users: loaded.users,
    labels: sortedLabels(issue.labelText),
    customValues: loaded.customValues,
    parent: parent !== undefined && (await sees(parent)) ? parent : undefined,
    subtasks: loaded.subtasks.length === 0 ? noIssues : await filterAsync(loaded.subtasks, sees),
    comments,
    commentTotal:
      loaded.comments.length < commentsInIssue
        ? comments.length
        : await countComments(db, issue.id, await membershipsIn(grants, project.id)),
    links: loaded.links,
    worklogs,
    worklogTotal:
      loaded.worklogs.length < worklogsInIssue
        ? worklogs.length
        : await countWorklogs(db, issue.id, await membershipsIn(grants, project.id)),
  };
}

const noLinks: ReadonlyMap<number, LinkedIssue[]> = new Map();

/** By the issue that shows them; both ends may be on the page. */
async function loadLinks(
  db: Site['db'],
  actor: Actor,
  grants: Grants,
  issueIds: readonly number[],
): Promise<ReadonlyMap<number, LinkedIssue[]>> {
  const links = await listLinks(db, issueIds);
  const ends = links.flatMap((link) => [
    { link, own: link.sourceId, other: link.destinationId },
    { link, own: link.destinationId, other: link.sourceId },
  ]);
  const shown = new Set(issueIds);
  const wanted = ends.filter(({ own }) => shown.has(own));
  const others = await listRelatedIssues(db, [...new Set(wanted.map(({ other }) => other))]);
  const projects = await projectsAt(db, actor.revision);
  const visible = new Map<number, Omit<LinkedIssue, 'link'>>();
  for (const issue of others) {
    const project = projects.byId(issue.projectId);
    if (project !== undefined && (await grants.onIssue('BROWSE_PROJECTS', project, issue))) {
      visible.set(issue.id, { issue, project });
    }
  }
  const found = new Map<number, LinkedIssue[]>();
  for (const { link, own, other } of wanted) {
    const end = visible.get(other);
    if (end === undefined) continue;
    const known = found.get(own);
    if (known === undefined) found.set(own, [{ link, ...end }]);
    else known.push({ link, ...end });
  }
  return found;
}

const noIssues: readonly RelatedIssue[] = [];
const noLabels: readonly string[] = [];

function sortedLabels(text: string | null): readonly string[] {
  if (text === null) return noLabels;
  const labels = text.split(' ');
  return labels.length === 1 ? labels : labels.sort(collator.compare);
}

const collator = new Intl.Collator('en');

async function visibleOnes<T extends Restricted>(
  all: readonly T[],
  grants: Grants,
  projectId: number,
): Promise<readonly T[]> {
  if (all.every(({ visibilityType }) => visibilityType === null)) return all;
  const reader = await membershipsIn(grants, projectId);
  return all.filter((one) => isVisible(one, reader));
}

export async function membershipsIn(grants: Grants, projectId: number): Promise<Memberships> {
  return { groupIds: await grants.groupIds(), roleIds: await grants.roleIds(projectId) };
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept: T[] = [];
  for (const item of items) if (await keep(item)) kept.push(item);
  return kept;
}

/** Who asks was read by the statement that authenticated, and is often the only one named. */
async function usersKnowing(
  db: Site['db'],
  { user }: Actor,
  ids: Set<number | null>,
): Promise<ReadonlyMap<number, User>> {
  const namesActor = user !== null && ids.delete(user.id);
  const users = await usersById(db, ids);
  return namesActor ? users.set(user.id, user) : users;
}

function namedUsers(
  seen: readonly SeenIssue[],
  customValues: readonly CustomValue[],
  written: readonly Pick<Comment, 'authorId' | 'updaterId'>[],
): Set<number | null> {
  const ids = new Set<number | null>();
  for (const { issue } of seen) ids.add(issue.assigneeId).add(issue.reporterId).add(issue.creatorId);
  for (const { userId } of customValues) ids.add(userId);
  for (const { authorId, updaterId } of written) ids.add(authorId).add(updaterId);
  return ids;
}
