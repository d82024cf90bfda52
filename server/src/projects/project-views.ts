import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { fold } from '../lib/fold.ts';
import { type Page, pageOf } from '../lib/paging.ts';
import { requireSignedIn } from '../permissions/administrators.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { usersById } from '../users/user-store.ts';
import {
  type IssueType,
  issueTypesOf,
  referenceAt,
  type Status,
  workflowOf,
} from '../workflows/reference.ts';
import type { Project } from './project-cache.ts';
import { administersProject, seenProjects, seeProject } from './projects.ts';
import { type ProjectRole, rolesAt } from './role-cache.ts';

/** A project with all that its JSON may show. */
export interface ProjectView {
  readonly project: Project;
  readonly lead: User | undefined;
  readonly issueTypes: readonly IssueType[];
  readonly roles: readonly ProjectRole[];
}

/** One statement: the lead. */
export async function viewProject(site: Site, actor: Actor, idOrKey: string): Promise<ProjectView> {
  const { project } = await seeProject(site, actor, idOrKey);
  return (await views(site, actor, [project], true))[0]!;
}

/** One statement for all leads; none when they are not asked for. */
async function views(
  site: Site,
  actor: Actor,
  projects: readonly Project[],
  withLeads: boolean,
): Promise<ProjectView[]> {
  const reference = await referenceAt(site.db, actor.revision);
  const roles = (await rolesAt(site.db, actor.revision)).all;
  const leads = withLeads
    ? await usersById(
        site.db,
        projects.map(({ leadUserId }) => leadUserId),
      )
    : undefined;
  return projects.map((project) => ({
    project,
    lead: leads?.get(project.leadUserId),
    issueTypes: issueTypesOf(reference, project.issueTypeSchemeId),
    roles,
  }));
}

export async function listProjectViews(
  site: Site,
  actor: Actor,
  asked: { readonly withLeads: boolean; readonly recent: number | undefined },
): Promise<ProjectView[]> {
  const seen = await seenProjects(site, actor);
  // No visits are kept: the newest projects stand for the recent ones, at most 20 as in Jira.
  const chosen =
    asked.recent === undefined
      ? seen
      : seen
          .toSorted((a, b) => b.createdAt - a.createdAt || b.id - a.id)
          .slice(0, Math.min(Math.max(asked.recent, 0), 20));
  return views(site, actor, chosen, asked.withLeads);
}

export interface ProjectSearch {
  readonly query?: string | undefined;
  readonly ids: readonly string[];
  readonly keys: readonly string[];
  readonly typeKeys: readonly string[];
  readonly statuses: readonly string[];
  readonly action?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly startAt?: number | undefined;
  readonly maxResults?: number | undefined;
  readonly withLeads: boolean;
}

export interface ProjectPage {
  readonly page: Page;
  readonly total: number;
  readonly values: readonly ProjectView[];
}

export async function searchProjects(site: Site, actor: Actor, asked: ProjectSearch): Promise<ProjectPage> {
  const order = orderOf(asked.orderBy);
  let found = await actionable(site, actor, await seenProjects(site, actor), asked.action);
  if (asked.query) {
    const text = fold(asked.query);
    found = found.filter(({ key, name }) => fold(key).includes(text) || fold(name).includes(text));
  }
  if (asked.ids.length > 0) {
    const ids = new Set(asked.ids.map(decimalId));
    found = found.filter(({ id }) => ids.has(id));
  }
  if (asked.keys.length > 0) {
    const keys = new Set(asked.keys.map((key) => key.toUpperCase()));
    found = found.filter(({ key }) => keys.has(key));
  }
  if (asked.typeKeys.length > 0) found = found.filter(({ typeKey }) => asked.typeKeys.includes(typeKey));
  // There is neither an archive nor a bin: every project is live.
  if (asked.statuses.length > 0 && !asked.statuses.includes('live')) found = [];
  const page = pageOf(asked, { fallback: 50, cap: 100 });
  const shown = found.toSorted(order).slice(page.startAt, page.startAt + page.maxResults);
  return { page, total: found.length, values: await views(site, actor, shown, asked.withLeads) };
}

type Order = (a: Project, b: Project) => number;

const collator = new Intl.Collator('en', { sensitivity: 'base' });
const orders: ReadonlyMap<string, Order> = new Map([
  ['key', (a, b) => (a.key < b.key ? -1 : 1)],
  ['name', (a, b) => collator.compare(a.name, b.name) || a.id - b.id],
  ['owner', (a, b) => a.leadUserId - b.leadUserId || a.id - b.id],
] as [string, Order][]);

function orderOf(orderBy = 'key'): Order {
  const descending = orderBy.startsWith('-');
  const order = orders.get(orderBy.replace(/^[-+]/, '').toLowerCase());
  if (order === undefined) {
    throw new BadRequest(`The orderBy value '${orderBy}' must be one of ${[...orders.keys()].join(', ')}.`);
  }
  return descending ? (a, b) => order(b, a) : order;
}

async function actionable(
  site: Site,
  actor: Actor,
  seen: readonly Project[],
  action = 'view',
): Promise<readonly Project[]> {
  const grants = await grantsOf(site, actor);
  const left: Project[] = [];
  switch (action) {
    case 'view':
      return seen;
    case 'browse':
      for (const project of seen)
        if (await grants.somewhereInProject('BROWSE_PROJECTS', project)) left.push(project);
      return left;
    case 'edit':
      for (const project of seen) if (await administersProject(grants, project)) left.push(project);
      return left;
    case 'create':
      for (const project of seen) if (await grants.inProject('CREATE_ISSUES', project)) left.push(project);
      return left;
    default:
      throw new BadRequest(`The action '${action}' must be one of view, browse, edit, create.`);
  }
}

export interface IssueTypeStatuses {
  readonly issueType: IssueType;
  readonly statuses: readonly Status[];
}

/** The statuses that issues of each type can be in. */
export async function viewStatuses(site: Site, actor: Actor, idOrKey: string): Promise<IssueTypeStatuses[]> {
  const { project } = await seeProject(site, actor, idOrKey);
  const reference = await referenceAt(site.db, actor.revision);
  return issueTypesOf(reference, project.issueTypeSchemeId).map((issueType) => ({
    issueType,
    statuses: workflowOf(reference, project.workflowSchemeId, issueType.id).statuses.flatMap(
      (id) => reference.statuses.byId(id) ?? [],
    ),
  }));
}

/** Kinds of project; who sees no project at all is asked to sign in. */
export async function requireSomeProject(site: Site, actor: Actor): Promise<void> {
  if (actor.user === null && (await seenProjects(site, actor)).length === 0) requireSignedIn(actor);
}
