import { sql } from 'kysely';
import { dialectOf } from '../server/src/db/dialect.ts';
import type { Db } from '../server/src/db/tables.ts';

export interface LargeSite {
  readonly issues: number;
  readonly changesPerIssue: number;
  /** Whose projects they are, and who is assigned one issue in fifty. */
  readonly userId: number;
}

/**
 * Issues and their history, made by the database itself from their numbers, so that each run has the same ones: five
 * projects, fifty people, three statuses, two hundred labels, a year of work.
 */
export async function fillLargeSite(db: Db, { issues, changesPerIssue, userId }: LargeSite): Promise<void> {
  const now = Date.now();
  const year = 365 * 86_400_000;
  const run = async (statement: string) => {
    await sql.raw(statement).execute(db);
  };
  const numbers = (most: number) =>
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < ${most})`;
  const words = [
    'login',
    'timeout',
    'report',
    'export',
    'payment',
    'crash',
    'slow',
    'invoice',
    'search',
    'mail',
  ];
  const word = (expression: string) =>
    `case (${expression}) % 10 ${words.map((one, at) => `when ${at} then '${one}'`).join(' ')} end`;
  const scheme = 'permission_scheme_id, issue_type_scheme_id, workflow_scheme_id';

  await run(`insert into users (id, key, account_id, name, name_folded, email, email_folded, display_name,
      display_name_folded, time_zone, locale, active, created_at, updated_at)
    ${numbers(49)} select 20000 + i, 'K' || i, 'acc-' || i, 'user' || i, 'user' || i, 'u' || i || '@x.test',
      'u' || i || '@x.test', 'User ' || i, 'user ' || i, 'UTC', 'en_US', 1, 0, 0 from n`);
  await run(`insert into projects (id, key, name, name_folded, description, url, lead_user_id, type_key, assignee_type,
      ${scheme}, last_issue_number, created_at)
    ${numbers(5)} select 20000 + i, 'P' || i, 'Project ' || i, 'project ' || i, '', '', ${userId}, 'software',
      'UNASSIGNED', own.permission_scheme_id, own.issue_type_scheme_id, own.workflow_scheme_id, ${issues}, 0
    from n cross join (select ${scheme} from projects limit 1) as own`);
  await run(`insert into project_role_actors (project_id, role_id, user_id, group_id)
    select others.id, own.role_id, own.user_id, own.group_id from projects as others
    cross join (select * from project_role_actors where project_id = (select min(id) from projects)) as own
    where others.id > 20000`);
  // Far from regular, so that one property of an issue says nothing about another.
  const mixed = (salt: number, count: number) => `((cast(i as bigint) * ${salt} + i / 7) % 10007 % ${count})`;
  const person = (salt: number) =>
    `case when ${mixed(salt, 50)} = 0 then ${userId} else 20000 + ${mixed(salt, 50)} end`;
  const status = (expression: string) =>
    `case (${expression}) % 3 when 0 then 10000 when 1 then 3 else 10001 end`;
  const made = `${now - year} + cast(i as bigint) * ${Math.floor(year / issues)}`;
  await run(`insert into issues (id, project_id, number, issue_type_id, summary, description, status_id, priority_id,
      resolution_id, assignee_id, reporter_id, creator_id, due_date, created_at, updated_at, resolved_at)
    ${numbers(issues)} select 100000 + i, 20001 + i % 5, i, 10001 + i % 2,
      ${word('i')} || ' of ' || ${word('i / 10')} || ' number ' || i,
      'The ' || ${word('i / 100')} || ' is ' || ${word('i / 7')}, ${status(mixed(31, 3))}, 1 + ${mixed(37, 5)},
      case when ${mixed(31, 3)} = 2 then 10000 end, ${person(1009)}, ${person(2003)}, ${person(2003)}, null,
      ${made}, ${made} + (i % 97) * cast(86400000 as bigint), case when ${mixed(31, 3)} = 2 then ${made} end from n`);
  for (const [letter, factor] of [
    ['l', 17],
    ['m', 29],
  ] as const) {
    await run(`insert into issue_labels (issue_id, label, label_folded)
      ${numbers(issues)} select 100000 + i, '${letter}' || ((i * ${factor}) % 100), '${letter}' || ((i * ${factor}) % 100)
      from n`);
  }
  // Statuses go round, the assignee changes now and then; each change a day after the other.
  const changes = issues * changesPerIssue;
  await run(`insert into change_groups (id, issue_id, author_id, created_at)
    ${numbers(changes)} select 1000000 + i, issues.id,
      ${person(4001)},
      issues.created_at + (1 + i % ${changesPerIssue}) * cast(86400000 as bigint)
    from n inner join issues on issues.id = 100001 + (i - 1) / ${changesPerIssue}`);
  await run(`insert into change_items (change_group_id, field, field_type, from_value, to_value)
    ${numbers(changes)} select 1000000 + i, case when i % 5 = 0 then 'assignee' else 'status' end, 'jira',
      case when i % 5 = 0 then 'K' || (1 + i % 49) else cast(${status(mixed(53, 3))} as text) end,
      case when i % 5 = 0 then 'K' || (1 + (i + 1) % 49) else cast(${status(`${mixed(53, 3)} + 1`)} as text) end from n`);
  await run(`insert into held_values (issue_id, field, value, next_value, since_at, since_by, until_at, until_by)
    select own.issue_id, item.field, item.from_value, item.to_value,
      coalesce(lag(own.created_at) over earlier, own.created_at - 86400000), own.author_id, own.created_at, own.author_id
    from change_items as item inner join change_groups as own on own.id = item.change_group_id
    window earlier as (partition by own.issue_id, item.field order by item.id)`);
  if (dialectOf(db).name === 'sqlite') {
    await run(`insert into issue_texts (rowid, summary, description) select id, summary, lower(description) from issues
      where id > 100000`);
  } else {
    await run(`insert into issue_texts (id, summary, description)
      select id, to_tsvector('tessera_text', summary), to_tsvector('tessera_text', lower(description)) from issues
      where id > 100000`);
    await run('vacuum analyze');
  }
}
