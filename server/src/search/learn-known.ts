import type { Actor } from '../identity.ts';
import { parseIssueAddress } from '../issues/issue-key.ts';
import { fold } from '../lib/fold.ts';
import { isProjectPermission, permissions } from '../permissions/permission-keys.ts';
import type { BrowseScope, Grants } from '../permissions/permissions.ts';
import type { Project, Projects } from '../projects/project-cache.ts';
import { rolesAt } from '../projects/role-cache.ts';
import type { Site } from '../site.ts';
import { mayBrowsePeople } from '../users/users.ts';
import type { Reference } from '../workflows/reference.ts';
import { firstDayOfWeek } from './jql-dates.ts';
import { findFunction } from './jql-functions.ts';
import type { Unknowns } from './jql-lookups.ts';
import type { Known, KnownIssue } from './jql-values.ts';
import {
  findGroupMembers,
  findIssuePlacesById,
  findIssuePlacesByKey,
  findPeople,
  findSignIns,
  type IssuePlace,
} from './search-store.ts';

/** What is at hand of the site and of the searcher's rights. */
export interface Surroundings {
  readonly reference: Reference;
  readonly projects: Projects;
  readonly scope: BrowseScope;
  readonly grants: Grants;
}

/**
 * Looks up what only the database knows of a query's words, as far as the searcher may know it. Everything hidden is
 * left out, as if it did not exist.
 */
export async function learnKnown(
  site: Site,
  actor: Actor,
  { reference, projects, scope, grants }: Surroundings,
  unknowns: Unknowns,
): Promise<Known> {
  const { user } = actor;
  const db = site.searchDb;
  const seen = new Set([...scope.all, ...scope.asReporter, ...scope.asAssignee]);
  const visible = projects.all.filter(({ id }) => seen.has(id));
  const asksForPeople = unknowns.people.size > 0 || unknowns.groups.size > 0;
  const browsesPeople = asksForPeople && (await mayBrowsePeople(site, actor, grants));
  const people = new Map<string, number>();
  for (const [word, person] of await findPeople(db, [...unknowns.people])) {
    // An address is found by who may browse people alone, or anybody could try addresses out.
    const byAddress = fold(person.email) === fold(word) && fold(person.name) !== fold(word);
    if (browsesPeople || !byAddress || person.id === user?.id) people.set(word, person.id);
  }
  const groups = new Map<string, readonly number[]>();
  if (unknowns.groups.size > 0) {
    const own = await grants.groupIds();
    for (const [name, { id, members }] of await findGroupMembers(db, [...unknowns.groups])) {
      if (browsesPeople || own.has(id)) groups.set(name, members);
    }
  }
  return {
    searcher: user,
    moment: {
      now: site.clock.now(),
      zone: user?.timeZone ?? 'UTC',
      firstDayOfWeek: firstDayOfWeek(user?.locale ?? 'en_US'),
    },
    findProject(text) {
      const project =
        projects.byKey(text) ??
        projects.byName(text) ??
        (/^\d{1,15}$/.test(text) ? projects.byId(Number(text)) : undefined);
      return project !== undefined && seen.has(project.id) ? project : undefined;
    },
    people,
    mayBrowsePeople: browsesPeople,
    issues: await findSeenIssues(site, { projects, scope, userId: user?.id }, unknowns.issues),
    groups,
    projectLists: await listProjects(site, actor, { visible, people, browsesPeople, grants }, unknowns),
    projectsOfType(type) {
      const exists = (projectTypes as readonly string[]).includes(type);
      return exists ? idsOf(visible.filter(({ typeKey }) => typeKey === type)) : undefined;
    },
    standardIssueTypes: idsOf(reference.issueTypes.all.filter(({ subtask }) => !subtask)),
    subtaskIssueTypes: idsOf(reference.issueTypes.all.filter(({ subtask }) => subtask)),
    signIns:
      unknowns.signIns && user !== null ? await findSignIns(db, user.id) : { current: null, last: null },
  };
}

export const projectTypes = ['business', 'software', 'service_desk'] as const;

const idsOf = (all: readonly { readonly id: number }[]): number[] => all.map(({ id }) => id);

/** For each call that asks for some of the searcher's projects; none for what does not exist. */
async function listProjects(
  site: Site,
  { user, revision }: Actor,
  seen: {
    readonly visible: readonly Project[];
    readonly people: ReadonlyMap<string, number>;
    readonly browsesPeople: boolean;
    readonly grants: Grants;
  },
  { projectLists }: Unknowns,
): Promise<Map<string, readonly number[]>> {
  const { visible, people, browsesPeople, grants } = seen;
  const lists = new Map<string, readonly number[]>();
  const those = async (key: string, belongs: (project: Project) => boolean | Promise<boolean>) => {
    const ids: number[] = [];
    for (const project of visible) if (await belongs(project)) ids.push(project.id);
    lists.set(key, ids);
  };
  if (user === null) return lists;
  for (const [key, called] of projectLists) {
    const [word] = called.args;
    const asked = fold(word ?? '');
    switch (findFunction(called)?.name) {
      case 'projectsLeadByUser': {
        const lead = word === undefined ? user.id : people.get(word);
        // Whoever may not browse people is not told that nobody has the name.
        if (lead !== undefined || !browsesPeople) await those(key, ({ leadUserId }) => leadUserId === lead);
        break;
      }
      case 'projectsWhereUserHasPermission': {
        const found = permissions.find(({ name, key: own }) => fold(name) === asked || fold(own) === asked);
        if (found === undefined || !isProjectPermission(found.key)) break;
        const permission = found.key;
        await those(key, (project) => grants.inProject(permission, project));
        break;
      }
      case 'projectsWhereUserHasRole': {
        const roles = (await rolesAt(site.db, revision)).all;
        const role = roles.find(({ id, name }) => fold(name) === asked || String(id) === asked);
        if (role !== undefined) await those(key, async ({ id }) => (await grants.roleIds(id)).has(role.id));
      }
    }
  }
  return lists;
}

/** Issues that exist but are hidden from the searcher are left out, as if they did not exist. */
async function findSeenIssues(
  { searchDb }: Site,
  { projects, scope, userId }: { projects: Projects; scope: BrowseScope; userId: number | undefined },
  words: ReadonlySet<string>,
): Promise<Map<string, KnownIssue>> {
  const ids: number[] = [];
  const keys: { projectId: number; number: number }[] = [];
  for (const word of words) {
    const address = parseIssueAddress(word);
    if (address === undefined) continue;
    if ('id' in address) ids.push(address.id);
    else {
      const project = projects.byKey(address.projectKey);
      if (project !== undefined) keys.push({ projectId: project.id, number: address.number });
    }
  }
  const [all, reporter, assignee] = [scope.all, scope.asReporter, scope.asAssignee].map(
    (list) => new Set(list),
  ) as [Set<number>, Set<number>, Set<number>];
  const sees = ({ projectId, reporterId, assigneeId }: IssuePlace): boolean =>
    all.has(projectId) ||
    (userId !== undefined &&
      ((reporter.has(projectId) && reporterId === userId) ||
        (assignee.has(projectId) && assigneeId === userId)));
  const found = new Map<string, KnownIssue>();
  for (const issue of await findIssuePlacesById(searchDb, ids)) {
    if (sees(issue)) found.set(String(issue.id), issue);
  }
  for (const issue of await findIssuePlacesByKey(searchDb, keys)) {
    if (sees(issue)) found.set(`${projects.byId(issue.projectId)!.key}-${issue.number}`, issue);
  }
  return found;
}
