import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import type { Site } from '../site.ts';
import { usersByAccountId } from '../users/user-store.ts';
import { findIssues, surroundingsOf, understandJql } from './find-issues.ts';
import type { JqlClause, JqlOperand, JqlQuery } from './jql-ast.ts';
import { JqlSyntaxError } from './jql-error.ts';
import { fieldsOfTerm, unknownsOf } from './jql-lookups.ts';
import { parseJql } from './jql-parser.ts';
import { jqlText } from './jql-text.ts';
import type { Known } from './jql-values.ts';
import { learnKnown, type Surroundings } from './learn-known.ts';
import { searchFieldsOf } from './search-fields.ts';

/** What Cloud's resources about queries do: parse them, try them on issues, take out what somebody may not see. */

export interface ParsedJql {
  readonly jql: string;
  /** undefined: it is no JQL, or wrong where that counts. */
  readonly query: JqlQuery | undefined;
  readonly errors: readonly string[];
}

export type Validation = 'strict' | 'warn' | 'none';

export async function parseJqls(
  site: Site,
  actor: Actor,
  jqls: readonly string[],
  validation: Validation,
): Promise<ParsedJql[]> {
  atMost(jqls, 100, 'queries');
  const surroundings = validation === 'none' ? undefined : await surroundingsOf(site, actor);
  const parsed: ParsedJql[] = [];
  for (const jql of jqls) {
    const { query, errors } = parsedOrNot(jql);
    const problems =
      query === undefined || surroundings === undefined
        ? []
        : (await understandJql(site, actor, query, surroundings)).problems;
    const shown = validation === 'strict' && problems.length > 0 ? undefined : query;
    parsed.push({ jql, query: shown, errors: [...errors, ...problems] });
  }
  return parsed;
}

function parsedOrNot(jql: string): { query: JqlQuery | undefined; errors: readonly string[] } {
  try {
    return { query: parseJql(jql), errors: [] };
  } catch (error) {
    if (error instanceof JqlSyntaxError) return { query: undefined, errors: error.messages };
    throw error;
  }
}

function atMost(list: readonly unknown[], most: number, what: string): void {
  if (list.length > most) throw new BadRequest(`At most ${most} ${what} may be given at once.`);
}

export interface JqlMatches {
  readonly issueIds: readonly number[];
  readonly errors: readonly string[];
}

/** Which of some issues each query finds; those that the asker may not see, none does. */
export async function matchJqls(
  site: Site,
  actor: Actor,
  { jqls, issueIds }: { readonly jqls: readonly string[]; readonly issueIds: readonly number[] },
): Promise<JqlMatches[]> {
  atMost(jqls, 100, 'queries');
  atMost(issueIds, 1_000, 'issues');
  const matches: JqlMatches[] = [];
  for (const jql of jqls) {
    try {
      const page = { startAt: 0, maxResults: issueIds.length };
      const { ids } = await findIssues(site, actor, { jql, ...page, strict: true, among: issueIds });
      matches.push({ issueIds: ids, errors: [] });
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      matches.push({ issueIds: [], errors: [`Invalid JQL: ${jql}`, ...error.messages] });
    }
  }
  return matches;
}

export interface JqlToSanitize {
  readonly jql: string;
  /** null: for nobody signed in. */
  readonly accountId: string | null;
}

export interface SanitizedJql extends JqlToSanitize {
  readonly sanitized: string | undefined;
  readonly errors: readonly string[];
}

/**
 * Puts ids for the names of projects and issues that the reader of a query may not see. What the administrator who
 * asks may not see either stays as it is: as if it did not exist.
 */
export async function sanitizeJqls(
  site: Site,
  actor: Actor,
  given: readonly JqlToSanitize[],
): Promise<SanitizedJql[]> {
  await requireAdministrator(site, actor);
  atMost(given, 20, 'queries');
  const own = await surroundingsOf(site, actor);
  const readers = await usersByAccountId(
    site.db,
    given.flatMap(({ accountId }) => accountId ?? []),
  );
  const sanitized: SanitizedJql[] = [];
  for (const { jql, accountId } of given) {
    const { query, errors } = parsedOrNot(jql);
    const user = accountId === null ? null : readers.get(accountId);
    const told = user === undefined ? [`The user with account ID '${accountId}' does not exist.`] : errors;
    if (query === undefined || user === undefined) {
      sanitized.push({ jql, accountId, sanitized: undefined, errors: told });
      continue;
    }
    const reader: Actor = { user, revision: actor.revision, profile: actor.profile };
    const names = await namesIn(site, query, [
      [actor, own],
      [reader, await surroundingsOf(site, reader)],
    ]);
    sanitized.push({ jql, accountId, sanitized: withoutHidden(jql, query, names), errors: [] });
  }
  return sanitized;
}

interface Names {
  /** The id to put for a word written for this field; undefined: it may stay. */
  idFor(field: 'project' | 'issue', word: string): number | undefined;
  kindOf(clause: Extract<JqlClause, { kind: 'term' }>): string | undefined;
}

async function namesIn(
  site: Site,
  query: JqlQuery,
  [asker, reader]: readonly [readonly [Actor, Surroundings], readonly [Actor, Surroundings]],
): Promise<Names> {
  const fields = searchFieldsOf(asker[1].reference);
  const unknowns = unknownsOf(query, fields);
  const learn = ([actor, surroundings]: readonly [Actor, Surroundings]): Promise<Known> =>
    learnKnown(site, actor, surroundings, unknowns);
  const [own, theirs] = [await learn(asker), await learn(reader)];
  return {
    idFor(field, word) {
      const found = ({ findProject, issues }: Known) =>
        field === 'project' ? findProject(word)?.id : issues.get(word.toUpperCase())?.id;
      return found(theirs) === undefined ? found(own) : undefined;
    },
    kindOf: (term) => fieldsOfTerm(fields, term)[0]?.kind.kind,
  };
}

function withoutHidden(jql: string, query: JqlQuery, names: Names): string {
  let changed = false;
  const inOperand = (field: 'project' | 'issue', operand: JqlOperand): JqlOperand => {
    if (operand.kind === 'list')
      return { ...operand, items: operand.items.map((item) => inOperand(field, item)) };
    if (operand.kind !== 'value') return operand;
    const id = names.idFor(field, operand.value);
    if (id === undefined) return operand;
    changed = true;
    return { ...operand, value: String(id), quoted: false };
  };
  const inClause = (clause: JqlClause): JqlClause => {
    if (clause.kind === 'not') return { ...clause, clause: inClause(clause.clause) };
    if (clause.kind !== 'term') return { ...clause, clauses: clause.clauses.map(inClause) };
    const kind = names.kindOf(clause);
    if (clause.operand === null || (kind !== 'project' && kind !== 'issue')) return clause;
    return { ...clause, operand: inOperand(kind, clause.operand) };
  };
  const where = query.where === null ? null : inClause(query.where);
  return changed ? jqlText({ ...query, where }) : jql;
}
