import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/**
 * What WAS and CHANGED search: the changes of a few fields once more, without the texts of all the others, each with
 * the time since which the earlier value had been there.
 */
export const jql: Migration = {
  name: '0022-jql',
  async up(db, { text, identity }) {
    const statements = [
      // `since_by` and `until_by`: who set the value, and who set the next one.
      `create table held_values (
        id ${identity},
        issue_id bigint not null references issues (id) on delete cascade,
        field text not null,
        value text,
        next_value text,
        since_at bigint not null,
        since_by bigint,
        until_at bigint not null,
        until_by bigint)`,
      `insert into held_values (issue_id, field, value, next_value, since_at, since_by, until_at, until_by)
        select issues.id, item.field, item.from_value, item.to_value,
          coalesce(lag(own.created_at) over earlier, issues.created_at),
          case when lag(own.id) over earlier is null then issues.creator_id
            else lag(own.author_id) over earlier end,
          own.created_at, own.author_id
        from change_items as item
        inner join change_groups as own on own.id = item.change_group_id
        inner join issues on issues.id = own.issue_id
        where item.field in ('status', 'assignee', 'reporter', 'priority', 'resolution')
        window earlier as (partition by own.issue_id, item.field order by item.id)
        order by item.id`,
      'create index held_values_by_issue on held_values (issue_id, field, id)',
      'create index held_values_by_value on held_values (field, value, until_at, since_at, issue_id)',
      'create index held_values_by_next on held_values (field, next_value, until_at, issue_id)',
      'create index held_values_by_time on held_values (field, until_at, until_by, issue_id)',
      // For updatedBy().
      'create index change_groups_by_author on change_groups (author_id, created_at, issue_id)',
      'create index comments_by_author on comments (author_id, created_at, issue_id)',
      'create index issues_by_creator on issues (creator_id, created_at)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
