import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { HistoryField } from '../issues/change-store.ts';
import { always, type Condition, type Held, type Period } from './condition.ts';

type Sql = RawBuilder<SqlBool>;
type Was = Extract<Condition, { kind: 'was' }>;
type Changed = Extract<Condition, { kind: 'changed' }>;

/**
 * `held_values` has what a field held until it was changed, and since when; what it holds today is in the issue. A value
 * was there in a period if it came before the period's end and went after its start.
 *
 * Where only its coming counts, the changes that brought it tell as much as those that ended it, and no issue must be
 * asked for its last one.
 */
export function wasSql(condition: Was, inFewProjects: boolean): Sql {
  const { field, held, during, by, negated } = condition;
  const isPlain = by === undefined && during === always;
  const past = matching(inFewProjects && isPlain, field, [
    heldIs('value', field, held),
    ...(Number.isFinite(during.from) ? [sql<SqlBool>`held_values.until_at > ${during.from}`] : []),
    ...came('since', during, by),
  ]);
  const today = ids(sql.ref(`issues.${columns[field]}`), held);
  const others =
    came('since', during, by).length === 0
      ? [today]
      : [and([today, unchangedSince(condition)]), broughtByChange(condition, today)];
  if (!negated) return sql`(${past} or ${sql.join(others, sql` or `)})`;
  // One by one, for what has no row there databases find fast. Not `not`: that of an empty field would be neither true
  // nor false.
  const none = others.map((part) => sql`((${part}) is not true)`);
  return sql`(${sql.join(none, sql` and `)} and not ${past})`;
}

/** That a value came in time, and by one of those. */
const came = (column: 'since' | 'until', during: Period, by: Held | undefined): Sql[] => [
  ...(Number.isFinite(during.to)
    ? [sql<SqlBool>`${sql.ref(`held_values.${column}_at`)} <= ${during.to}`]
    : []),
  ...(by ? [ids(sql.ref(`held_values.${column}_by`), by)] : []),
];

/** It is there since the issue was made. */
function unchangedSince({ field, during, by }: Was): Sql {
  return and([
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`issues.created_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('issues.creator_id'), by)] : []),
    sql`not exists (select 1 from held_values
      where held_values.issue_id = issues.id and held_values.field = ${field})`,
  ]);
}

function broughtByChange({ field, held, during, by }: Was, today: Sql): Sql {
  const brought = [heldIs('next_value', field, held), ...came('until', during, by)];
  if (!Number.isFinite(during.from)) return matching(false, field, brought);
  // One that came before the period counts if it is still there.
  const last = sql<SqlBool>`held_values.id = (select max(latest.id) from held_values as latest
    where latest.issue_id = issues.id and latest.field = ${field})`;
  return and([today, matching(true, field, [...came('until', during, by), last])]);
}

export function changedSql({ field, from, to, during, by, negated }: Changed): Sql {
  const parts = [
    ...(from ? [heldIs('value', field, from)] : []),
    ...(to ? [heldIs('next_value', field, to)] : []),
    ...(Number.isFinite(during.from) ? [sql<SqlBool>`held_values.until_at >= ${during.from}`] : []),
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`held_values.until_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('held_values.until_by'), by)] : []),
  ];
  const found = matching(false, field, parts);
  return negated ? sql`not ${found}` : found;
}

/**
 * Issues with such a row: all of them listed first, which databases do once and fast, or each issue looked up. The
 * latter pays where few issues are asked for and many rows match; with more conditions than field and value SQLite would
 * take the wrong index for it.
 */
function matching(eachIssue: boolean, field: HistoryField, parts: readonly Sql[]): Sql {
  const where = and([sql`held_values.field = ${field}`, ...parts]);
  return eachIssue
    ? sql`exists (select 1 from held_values where held_values.issue_id = issues.id and ${where})`
    : sql`issues.id in (select held_values.issue_id from held_values where ${where})`;
}

const columns = {
  status: 'status_id',
  assignee: 'assignee_id',
  reporter: 'reporter_id',
  priority: 'priority_id',
  resolution: 'resolution_id',
} as const satisfies Readonly<Record<HistoryField, string>>;

const and = (parts: readonly Sql[]): Sql => sql`${sql.join(parts, sql` and `)}`;

function ids(column: RawBuilder<unknown>, held: Held): Sql {
  return orEmpty(column, held, sql`${column} in (${sql.join([...held.ids])})`);
}

/** Changes name people by their keys and everything else by its id. */
function heldIs(column: 'value' | 'next_value', field: HistoryField, held: Held): Sql {
  const own = sql.ref(`held_values.${column}`);
  const isPerson = field === 'assignee' || field === 'reporter';
  const values = isPerson
    ? sql`select users.key from users where users.id in (${sql.join([...held.ids])})`
    : sql.join([...held.ids].map(String));
  return orEmpty(own, held, sql`${own} in (${values})`);
}

function orEmpty(column: RawBuilder<unknown>, held: Held, matches: Sql): Sql {
  if (!held.orEmpty) return matches;
  return held.ids.size === 0 ? sql`${column} is null` : sql`(${matches} or ${column} is null)`;
}
