import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { HistoryField } from '../issues/change-store.ts';
import type { Condition, Held, Period } from './condition.ts';

type Sql = RawBuilder<SqlBool>;
type Was = Extract<Condition, { kind: 'was' }>;
type Changed = Extract<Condition, { kind: 'changed' }>;

/**
 * `held_values` has what a field held until it was changed; what it holds today is in the issue. A value was there in
 * a period if it came before the period's end and went after its start.
 */
export function wasSql({ field, held, during, by, negated }: Was): Sql {
  const parts = [
    sql<SqlBool>`held_values.field = ${field}`,
    heldIs('value', field, held),
    ...(Number.isFinite(during.from) ? [sql<SqlBool>`held_values.until_at > ${during.from}`] : []),
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`held_values.since_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('held_values.since_by'), by)] : []),
  ];
  const past = sql`issues.id in (select held_values.issue_id from held_values where ${and(parts)})`;
  const today = and([ids(sql.ref(`issues.${columns[field]}`), held), ...todaySince(field, during, by)]);
  // Not `not`: that of an empty field would be neither true nor false.
  return negated ? sql`((${today} or ${past}) is not true)` : sql`(${today} or ${past})`;
}

/** Since when, and by whom, the value of today is there: the last change, or else the creation. */
function todaySince(field: HistoryField, during: Period, by: Held | undefined): Sql[] {
  if (!Number.isFinite(during.to) && by === undefined) return [];
  const last = sql`from held_values as last where last.id = (
    select max(latest.id) from held_values as latest
    where latest.issue_id = issues.id and latest.field = ${field})`;
  const unchanged = sql`not exists (select 1 ${last})`;
  const since = [
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`last.until_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('last.until_by'), by)] : []),
  ];
  const created = [
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`issues.created_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('issues.creator_id'), by)] : []),
  ];
  return [sql`(exists (select 1 ${last} and ${and(since)}) or (${and(created)} and ${unchanged}))`];
}

export function changedSql({ field, from, to, during, by, negated }: Changed): Sql {
  const parts = [
    sql<SqlBool>`held_values.field = ${field}`,
    ...(from ? [heldIs('value', field, from)] : []),
    ...(to ? [heldIs('next_value', field, to)] : []),
    ...(Number.isFinite(during.from) ? [sql<SqlBool>`held_values.until_at >= ${during.from}`] : []),
    ...(Number.isFinite(during.to) ? [sql<SqlBool>`held_values.until_at <= ${during.to}`] : []),
    ...(by ? [ids(sql.ref('held_values.until_by'), by)] : []),
  ];
  const not = negated ? sql`not ` : sql``;
  return sql`issues.id ${not}in (select held_values.issue_id from held_values where ${and(parts)})`;
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
