import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { FullText, TextQuery } from '../db/full-text.ts';
import { BadRequest } from '../errors.ts';
import type { Comparison, Condition, Held } from './condition.ts';
import { changedSql, wasSql } from './history-sql.ts';
import type { IssueColumn, Place } from './search-fields.ts';

type Sql = RawBuilder<SqlBool>;

/** What of the searcher decides which comments count. */
export interface CommentReader {
  readonly groupIds: readonly number[];
  /** Roles held, by project; projects with the same roles stand together. */
  readonly roles: readonly { readonly projectIds: readonly number[]; readonly roleIds: readonly number[] }[];
}

export interface SqlContext {
  readonly fullText: FullText;
  readonly reader: CommentReader;
  /** What is sought is in a small part of all projects. */
  readonly inFewProjects: boolean;
}

/** SQLite binds 32,766 values at most and takes a statement of 1 MB; PostgreSQL more of both. */
const mostValues = 30_000;
const mostConditions = 5_000;
const mostPhrases = 15_000;
/** SQLite refuses expressions deeper than 1000. */
const deepest = 900;

const column = (name: IssueColumn): RawBuilder<unknown> => sql.ref(`issues.${name}`);

/** Throws for a query that is beyond what the databases take, before they are asked. */
export function conditionSql(condition: Condition, context: SqlContext): Sql {
  const { values, conditions, phrases, depth } = sizeOf(condition);
  if (values > mostValues) {
    throw new BadRequest(`The JQL query is too large: it compares with more than ${mostValues} values.`);
  }
  if (phrases > mostPhrases) {
    throw new BadRequest(`The JQL query is too large: it looks for more than ${mostPhrases} texts.`);
  }
  if (conditions > mostConditions || depth > deepest) {
    throw new BadRequest(`The JQL query is too large: it has more than ${mostConditions} conditions.`);
  }
  return render(condition, context);
}

interface Size {
  readonly values: number;
  readonly conditions: number;
  readonly phrases: number;
  readonly depth: number;
}

function sizeOf(condition: Condition): Size {
  const one = { values: 2, conditions: 1, phrases: 0, depth: 4 };
  if (condition.kind === 'in') return { ...one, values: condition.values.size };
  if (condition.kind === 'text') return { ...one, phrases: phrasesIn(condition.query) };
  if (condition.kind === 'was' || condition.kind === 'changed') {
    const held = condition.kind === 'was' ? [condition.held] : [condition.from, condition.to];
    // Values are bound up to three times: for what was, for what is, and for what made it so.
    return { ...one, values: 15 + 3 * sizesOf([...held, condition.by]), depth: 12 };
  }
  if (condition.kind !== 'and' && condition.kind !== 'or') return one;
  const sizes = condition.parts.map(sizeOf);
  return {
    values: sizes.reduce((sum, size) => sum + size.values, 0),
    conditions: sizes.reduce((sum, size) => sum + size.conditions, 0),
    phrases: sizes.reduce((sum, size) => sum + size.phrases, 0),
    depth: Math.ceil(Math.log2(sizes.length)) + sizes.reduce((most, size) => Math.max(most, size.depth), 0),
  };
}

const sizesOf = (held: readonly (Held | undefined)[]): number =>
  held.reduce((sum, some) => sum + (some?.ids.size ?? 0), 0);

const phrasesIn = (query: TextQuery): number =>
  query.kind === 'phrase'
    ? 1
    : [...query.parts, ...(query.kind === 'and' ? query.without : [])].reduce(
        (sum, part) => sum + phrasesIn(part),
        0,
      );

function render(condition: Condition, context: SqlContext): Sql {
  switch (condition.kind) {
    case 'anything':
      return sql`1 = 1`;
    case 'nothing':
      return sql`1 = 0`;
    case 'and':
    case 'or':
      return balanced(
        condition.kind,
        condition.parts.map((part) => render(part, context)),
      );
    case 'in':
      return inSql(condition, context);
    case 'filled':
      return filledSql(condition.place, condition.negated, context);
    case 'compare':
      return compareSql(condition.place, condition.operator, condition.value);
    case 'number':
      return sql`(issues.project_id = ${condition.projectId} and issues.number ${comparison[condition.operator]} ${condition.number})`;
    case 'text':
      return textSql(condition, context);
    case 'was':
      return wasSql(condition, context.inFewProjects);
    case 'changed':
      return changedSql(condition);
    case 'updatedBy':
      return updatedBySql(condition, context);
  }
}

/** As a tree of even height: a chain of 2,000 would be deeper than SQLite allows. */
function balanced(kind: 'and' | 'or', parts: readonly Sql[]): Sql {
  if (parts.length === 1) return parts[0]!;
  const middle = parts.length >> 1;
  const left = balanced(kind, parts.slice(0, middle));
  const right = balanced(kind, parts.slice(middle));
  return kind === 'and' ? sql`(${left} and ${right})` : sql`(${left} or ${right})`;
}

const comparison: Readonly<Record<Comparison, RawBuilder<unknown>>> = {
  '<': sql`<`,
  '<=': sql`<=`,
  '>': sql`>`,
  '>=': sql`>=`,
};

const oneOf = (left: RawBuilder<unknown>, values: readonly (string | number)[], negated: boolean): Sql => {
  const [only] = values;
  if (values.length === 1) return negated ? sql`${left} <> ${only}` : sql`${left} = ${only}`;
  return negated ? sql`${left} not in (${sql.join(values)})` : sql`${left} in (${sql.join(values)})`;
};

function inSql(
  { place, values: set, negated, common }: Extract<Condition, { kind: 'in' }>,
  context: SqlContext,
): Sql {
  const values = [...set];
  // An empty column is neither in a list nor out of it: SQL's null and JQL's EMPTY agree.
  if (place.in === 'issue') {
    // The plus keeps SQLite from using an index (https://www.sqlite.org/optoverview.html#uplus).
    const own = common ? sql`+${column(place.column)}` : column(place.column);
    return oneOf(own, values, negated);
  }
  const matching = oneOf(valueColumn(place), values, false);
  if (!negated) return sql`issues.id in (select issue_id from ${rows(place)} and ${matching})`;
  const none = sql`not exists (select 1 from ${rows(place)} and issue_id = issues.id and ${matching})`;
  return sql`(${filledSql(place, false, context)} and ${none})`;
}

function filledSql(place: Place, negated: boolean, { reader }: SqlContext): Sql {
  if (place.in === 'issue') {
    return negated ? sql`${column(place.column)} is null` : sql`${column(place.column)} is not null`;
  }
  const not = negated ? sql`not ` : sql``;
  if (place.in === 'comments') {
    return sql`${not}exists (select 1 ${comments} where comments.issue_id = issues.id and ${visibleComment(reader)})`;
  }
  return sql`${not}exists (select 1 from ${rows(place)} and issue_id = issues.id)`;
}

function compareSql(place: Place, operator: Comparison, value: string | number): Sql {
  if (place.in === 'issue') return sql`${column(place.column)} ${comparison[operator]} ${value}`;
  const matching = sql`${valueColumn(place)} ${comparison[operator]} ${value}`;
  return sql`issues.id in (select issue_id from ${rows(place)} and ${matching})`;
}

/** The table and the first condition on its rows. */
function rows(place: Place): RawBuilder<unknown> {
  if (place.in === 'labels') return sql`issue_labels where 1 = 1`;
  if (place.in === 'custom') return sql`custom_field_values where field_id = ${place.fieldId}`;
  throw new Error(`There are no rows of values in ${place.in}`);
}

function valueColumn(place: Place): RawBuilder<unknown> {
  return place.in === 'custom' ? sql.ref(place.column) : sql.ref('label_folded');
}

const comments = sql`from comments inner join issues as commented on commented.id = comments.issue_id`;

function textSql(
  { target, fieldIds, query, negated }: Extract<Condition, { kind: 'text' }>,
  { fullText, reader }: SqlContext,
): Sql {
  const matches = fullText.matches(target, query);
  const not = negated ? sql`not ` : sql``;
  if (target === 'comment') {
    return sql`issues.id ${not}in (select comments.issue_id ${comments}
      where comments.id in (${matches}) and ${visibleComment(reader)})`;
  }
  if (target === 'customField') {
    const own = oneOf(sql.ref('field_id'), fieldIds, false);
    return sql`issues.id ${not}in (select issue_id from custom_field_values where id in (${matches}) and ${own})`;
  }
  return sql`issues.id ${not}in (${matches})`;
}

/** What one may not read of a comment is not told by its time either. */
function updatedBySql(
  { userId, during: { from, to }, negated }: Extract<Condition, { kind: 'updatedBy' }>,
  { reader }: SqlContext,
): Sql {
  const within = (by: string, at: string): Sql => {
    const bounds = [
      ...(Number.isFinite(from) ? [sql<SqlBool>`${sql.ref(at)} >= ${from}`] : []),
      ...(Number.isFinite(to) ? [sql<SqlBool>`${sql.ref(at)} <= ${to}`] : []),
    ];
    return sql`${sql.join([sql`${sql.ref(by)} = ${userId}`, ...bounds], sql` and `)}`;
  };
  const comment = (by: string, at: string) =>
    sql`select comments.issue_id ${comments}
      where ${within(`comments.${by}`, `comments.${at}`)} and ${visibleComment(reader)}`;
  const not = negated ? sql`not ` : sql``;
  return sql`issues.id ${not}in (
    select change_groups.issue_id from change_groups
      where ${within('change_groups.author_id', 'change_groups.created_at')}
    union all select made.id from issues as made where ${within('made.creator_id', 'made.created_at')}
    union all ${comment('author_id', 'created_at')}
    union all ${comment('updater_id', 'updated_at')})`;
}

/** A comment for a group or a role is found only by who may read it. */
function visibleComment({ groupIds, roles }: CommentReader): Sql {
  const allowed: Sql[] = [sql`comments.visibility_type is null`];
  if (groupIds.length > 0) {
    const own = oneOf(sql.ref('comments.visibility_id'), groupIds, false);
    allowed.push(sql`(comments.visibility_type = 'group' and ${own})`);
  }
  for (const { projectIds, roleIds } of roles) {
    const here = oneOf(sql.ref('commented.project_id'), projectIds, false);
    const own = oneOf(sql.ref('comments.visibility_id'), roleIds, false);
    allowed.push(sql`(comments.visibility_type = 'role' and ${here} and ${own})`);
  }
  return balanced('or', allowed);
}
