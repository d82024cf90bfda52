import { dialectOf } from '../db/dialect.ts';
import { fullTextOf } from '../db/full-text.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { grantsOf } from '../permissions/permissions.ts';
import { projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { referenceAt } from '../workflows/reference.ts';
import { all, type Condition, inColumn } from './condition.ts';
import type { JqlQuery } from './jql-ast.ts';
import { unknownsOf } from './jql-lookups.ts';
import { parseJql } from './jql-parser.ts';
import { conditionSql } from './jql-to-sql.ts';
import { learnKnown, type Surroundings } from './learn-known.ts';
import { orderSql } from './order-sql.ts';
import { type ResolvedJql, resolveJql } from './resolve-jql.ts';
import { searchFieldsOf } from './search-fields.ts';
import { commentReader, searchScope } from './search-scope.ts';
import { countMatching, findMatchingIds } from './search-store.ts';

export interface FindInput {
  readonly jql: string;
  readonly startAt: number;
  readonly maxResults: number;
  /** false: what is wrong with the query matches nothing, and is told as a warning. */
  readonly strict: boolean;
  /** Ids of issues; undefined: all. */
  readonly among?: readonly number[];
}

export interface FoundIssues {
  /** Of the page, in the order asked for. */
  readonly ids: readonly number[];
  readonly warnings: readonly string[];
  /** Of all pages, exactly. Asks the database when the page does not tell. */
  total(): Promise<number>;
}

/** What of the site and of the searcher's rights every search needs; memberships are read when it must be. */
export async function surroundingsOf(site: Site, actor: Actor): Promise<Surroundings> {
  const reference = await referenceAt(site.db, actor.revision);
  const projects = await projectsAt(site.db, actor.revision);
  const grants = await grantsOf(site, actor);
  return { reference, projects, grants, scope: await grants.browseScope(projects.all) };
}

/** What a query means for who asks. Statements: one each for the people, issues and groups that it names. */
export async function understandJql(
  site: Site,
  actor: Actor,
  query: JqlQuery,
  surroundings: Surroundings,
): Promise<ResolvedJql> {
  const fields = searchFieldsOf(surroundings.reference);
  const known = await learnKnown(site, actor, surroundings, unknownsOf(query, fields));
  return resolveJql(query, fields, known);
}

/**
 * The ids of the issues that a query finds and the actor may see. Throws a 400 with everything that is
 * wrong with the query. Statements: memberships (one at most), one each for the people, issues and groups
 * that the query names, the page, and the total when it is asked for. They run on the search side of the database,
 * where they hold up nobody else.
 */
export async function findIssues(site: Site, actor: Actor, input: FindInput): Promise<FoundIssues> {
  const query = parseJql(input.jql);
  const surroundings = await surroundingsOf(site, actor);
  const { condition, sorts, problems } = await understandJql(site, actor, query, surroundings);
  if (input.strict && problems.length > 0) throw new BadRequest({ messages: problems });

  const db = site.searchDb;
  const wanted = input.among === undefined ? condition : all([inColumn('id', input.among), condition]);
  const { where, projectIds } = await seenSql(site, actor, surroundings, wanted);
  const order = orderSql(sorts, projectIds.size === 1);
  const ids = input.maxResults === 0 ? [] : await findMatchingIds(db, where, order, input);
  const isLastPage = ids.length < input.maxResults && (ids.length > 0 || input.startAt === 0);
  return {
    ids,
    warnings: problems,
    total: async () => (isLastPage ? input.startAt + ids.length : countMatching(db, where)),
  };
}

/** A condition on issues as SQL, with that of being seen by who asks. */
export async function seenSql(
  site: Site,
  actor: Actor,
  { scope, projects, grants }: Surroundings,
  condition: Condition,
) {
  const dialect = dialectOf(site.searchDb);
  // PostgreSQL knows from its statistics how many issues a project has; SQLite has to be told.
  const isMostProjects = dialect.name === 'sqlite' && scope.all.length * 2 >= projects.all.length;
  const seen = searchScope(scope, actor.user?.id ?? null, condition, { isMostProjects });
  const reader = await commentReader(grants, condition, seen.projectIds);
  const where = conditionSql(all([seen.condition, condition]), {
    fullText: fullTextOf(dialect),
    reader,
    inFewProjects: seen.projectIds.size * 4 <= projects.all.length,
  });
  return { where, projectIds: seen.projectIds };
}
