import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Work that was logged, and estimates; all in seconds. Issues of before have neither. */
export const worklogs: Migration = {
  name: '0024-worklogs',
  async up(db, { text, identity }) {
    const statements = [
      'alter table issues add column original_estimate bigint',
      'alter table issues add column remaining_estimate bigint',
      'alter table issues add column time_spent bigint',
      `create table worklogs (
        id ${identity},
        issue_id bigint not null references issues (id) on delete cascade,
        author_id bigint references users (id),
        updater_id bigint references users (id),
        comment text not null,
        started_at bigint not null,
        time_spent bigint not null,
        visibility_type text,
        visibility_id bigint,
        created_at bigint not null,
        updated_at bigint not null)`,
      'create index worklogs_by_issue on worklogs (issue_id, id)',
      'create index worklogs_by_update on worklogs (updated_at, id)',
      'create index worklogs_by_author on worklogs (author_id)',
      'create index worklogs_by_updater on worklogs (updater_id)',
      // For programs that keep a copy: what they shall forget.
      `create table deleted_worklogs (
        worklog_id bigint primary key,
        deleted_at bigint not null)`,
      'create index deleted_worklogs_by_time on deleted_worklogs (deleted_at, worklog_id)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
