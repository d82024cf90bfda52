import { type RawBuilder, sql } from 'kysely';
import type { Sort } from './resolve-jql.ts';
import type { CustomColumn, IssueColumn, SortKey } from './search-fields.ts';

export interface OrderSql {
  /** What the keys need beside the issues. */
  readonly joins: RawBuilder<unknown>;
  readonly by: RawBuilder<unknown>;
}

/**
 * ORDER BY. Issues that are equal in it stand in the order of their ids, in the direction of the last key,
 * which is how an index holds them; without ORDER BY the newest comes first. Empty values count as the
 * greatest, as in PostgreSQL. `inOneProject`: all matches are of one project, whose issues an index holds
 * in the order of their numbers.
 */
export function orderSql(sorts: readonly Sort[], inOneProject: boolean): OrderSql {
  const joins: RawBuilder<unknown>[] = [];
  const terms: RawBuilder<unknown>[] = [];
  for (const { key, descending } of sorts) {
    for (const { by, join, optional, reversed } of keysOf(key, inOneProject, `sort_${joins.length}`)) {
      if (join !== undefined) joins.push(join);
      // Said only where it matters: SQLite uses an index for the plain form alone.
      const nulls = optional ? (descending ? sql` nulls first` : sql` nulls last`) : sql``;
      terms.push(sql`${by} ${descending === reversed ? sql`asc` : sql`desc`}${nulls}`);
    }
  }
  const ascending = sorts.length > 0 && !sorts.at(-1)!.descending;
  terms.push(ascending ? sql`issues.id asc` : sql`issues.id desc`);
  return { joins: joins.length === 0 ? sql`` : sql.join(joins, sql` `), by: sql.join(terms) };
}

interface OrderKey {
  readonly by: RawBuilder<unknown>;
  readonly join?: RawBuilder<unknown>;
  readonly optional: boolean;
  readonly reversed: boolean;
}

const column = (name: IssueColumn): RawBuilder<unknown> => sql.ref(`issues.${name}`);

function keysOf(key: SortKey, inOneProject: boolean, alias: string): OrderKey[] {
  const plain = (by: RawBuilder<unknown>, optional: boolean): OrderKey => ({ by, optional, reversed: false });
  switch (key.by) {
    case 'column':
      return [plain(column(key.column), key.optional)];
    case 'text':
      return [plain(sql`lower(${column(key.column)})`, key.column !== 'summary')];
    case 'key': {
      const number = plain(sql.ref('issues.number'), false);
      if (inOneProject) return [number];
      const join = joined('projects', alias, 'project_id');
      return [{ ...plain(sql.ref(`${alias}.key`), false), join }, number];
    }
    case 'labels':
      return [plain(sql`(select min(label_folded) from issue_labels where issue_id = issues.id)`, true)];
    case 'reference':
      return [
        {
          by: sql.ref(`${alias}.${rankColumns[key.table]}`),
          join: joined(key.table, alias, key.column),
          optional: true,
          reversed: key.reversed ?? false,
        },
      ];
    case 'custom':
      return [plain(customKey(key.fieldId, key.column), true)];
  }
}

type Ranked = Extract<SortKey, { by: 'reference' }>['table'];

const rankColumns: Readonly<Record<Ranked, string>> = {
  projects: 'name_folded',
  issue_types: 'position',
  statuses: 'position',
  priorities: 'position',
  resolutions: 'position',
  users: 'display_name_folded',
};

const joined = (table: Ranked, alias: string, own: IssueColumn): RawBuilder<unknown> =>
  sql`left join ${sql.table(table)} as ${sql.id(alias)} on ${sql.ref(`${alias}.id`)} = ${column(own)}`;

/** Of several values the least. */
function customKey(fieldId: number, own: CustomColumn): RawBuilder<unknown> {
  const value = sql.ref(`held.${own}`);
  const from = sql`custom_field_values as held where held.field_id = ${fieldId} and held.issue_id = issues.id`;
  if (own === 'option_id') {
    return sql`(select min(ranked.position) from custom_field_options as ranked
      where ranked.id in (select ${value} from ${from}))`;
  }
  if (own === 'user_id') {
    return sql`(select min(ranked.display_name_folded) from users as ranked
      where ranked.id in (select ${value} from ${from}))`;
  }
  return sql`(select min(${value}) from ${from})`;
}
