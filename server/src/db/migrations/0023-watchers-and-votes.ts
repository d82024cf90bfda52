import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Who watches an issue and who voted for it. Nobody watches what was there before. */
export const watchersAndVotes: Migration = {
  name: '0023-watchers-and-votes',
  async up(db, { text }) {
    const statements = [
      // `kind`: 'watch' or 'vote'.
      `create table issue_marks (
        issue_id bigint not null references issues (id) on delete cascade,
        kind text not null,
        user_id bigint not null references users (id) on delete cascade,
        created_at bigint not null,
        primary key (issue_id, kind, user_id))`,
      'create index issue_marks_by_user on issue_marks (user_id, kind, issue_id)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
