import { dialectOf } from '../db/dialect.ts';
import { fullTextOf } from '../db/full-text.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { parseIssueAddress } from '../issues/issue-key.ts';
import { fold } from '../lib/fold.ts';
import { type BrowseScope, type Grants, grantsOf } from '../permissions/permissions.ts';
import { type Projects, projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { mayBrowsePeople } from '../users/users.ts';
import { referenceAt } from '../workflows/reference.ts';
import { all } from './condition.ts';
import { firstDayOfWeek } from './jql-dates.ts';
import { type Unknowns, unknownsOf } from './jql-lookups.ts';
import { parseJql } from './jql-parser.ts';
import { conditionSql } from './jql-to-sql.ts';
import type { Known, KnownIssue } from './jql-values.ts';
import { orderSql } from './order-sql.ts';
import { resolveJql } from './resolve-jql.ts';
import { searchFieldsOf } from './search-fields.ts';
import { commentReader, searchScope } from './search-scope.ts';
import {
  countMatching,
  findGroupMembers,
  findIssuePlacesById,
  findIssuePlacesByKey,
  findMatchingIds,
  findPeople,
  type IssuePlace,
} from './search-store.ts';

export interface FindInput {
  readonly jql: string;
  readonly startAt: number;
  readonly maxResults: number;
  /** false: what is wrong with the query matches nothing, and is told as a warning. */
  readonly strict: boolean;
}

export interface FoundIssues {
  /** Of the page, in the order asked for. */
  readonly ids: readonly number[];
  readonly warnings: readonly string[];
  /** Of all pages, exactly. Asks the database when the page does not tell. */
  total(): Promise<number>;
}

/** Everything runs on the search side of the database, where it holds up nobody else. */
type SearchSite = Pick<Site, 'db' | 'searchDb' | 'clock'>;

/**
 * The ids of the issues that a query finds and the actor may see. Throws a 400 with everything that is
 * wrong with the query. Statements: memberships (one at most), one each for the people, issues and groups
 * that the query names, the page, and the total when it is asked for.
 */
export async function findIssues(site: Site, actor: Actor, input: FindInput): Promise<FoundIssues> {
  const query = parseJql(input.jql);
  const db = site.searchDb;
  const [reference, projects] = [
    await referenceAt(site.db, actor.revision),
    await projectsAt(site.db, actor.revision),
  ];
  const grants = await grantsOf(site, actor);
  const scope = await grants.browseScope(projects.all);
  const fields = searchFieldsOf(reference);
  const known = await learn(site, actor, { projects, scope, grants }, unknownsOf(query, fields));
  const { condition, sorts, problems } = resolveJql(query, fields, known);
  if (input.strict && problems.length > 0) throw new BadRequest({ messages: problems });

  // PostgreSQL knows from its statistics how many issues a project has; SQLite has to be told.
  const isMostProjects = dialectOf(db).name === 'sqlite' && scope.all.length * 2 >= projects.all.length;
  const seen = searchScope(scope, actor.user?.id ?? null, condition, { isMostProjects });
  const reader = await commentReader(grants, condition, seen.projectIds);
  const where = conditionSql(all([seen.condition, condition]), {
    fullText: fullTextOf(dialectOf(db)),
    reader,
  });
  const order = orderSql(sorts, seen.projectIds.size === 1);
  const ids = input.maxResults === 0 ? [] : await findMatchingIds(db, where, order, input);
  const isLastPage = ids.length > 0 && ids.length < input.maxResults;
  return {
    ids,
    warnings: problems,
    total: async () => (isLastPage ? input.startAt + ids.length : countMatching(db, where)),
  };
}

interface Surroundings {
  readonly projects: Projects;
  readonly scope: BrowseScope;
  readonly grants: Grants;
}

async function learn(
  site: SearchSite & Site,
  actor: Actor,
  { projects, scope, grants }: Surroundings,
  unknowns: Unknowns,
): Promise<Known> {
  const { user } = actor;
  const db = site.searchDb;
  const seen = new Set([...scope.all, ...scope.asReporter, ...scope.asAssignee]);
  const asksForPeople = unknowns.people.size > 0 || unknowns.groups.size > 0;
  const browsesPeople = asksForPeople && (await mayBrowsePeople(site, actor));
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
  };
}

/** Issues that exist but are hidden from the searcher are left out, as if they did not exist. */
async function findSeenIssues(
  { searchDb }: SearchSite,
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
