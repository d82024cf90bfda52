import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Administrator access of a session, sign-ins that are remembered, and sessions that belong together. */
export const sessions: Migration = {
  name: '0006-sessions',
  async up(db, { text, identity }) {
    const statements = [
      // One per sign-in that asked to be remembered. Its token changes at each use; the last one counts for a
      // moment more, for a second tab.
      `create table remember_me_series (
        id ${identity},
        series_hash text not null unique,
        user_id bigint not null references users (id) on delete cascade,
        token_hash text not null,
        previous_token_hash text,
        rotated_at bigint not null,
        created_at bigint not null,
        expires_at bigint not null,
        address text not null,
        user_agent text not null)`,
      'create index remember_me_series_by_user on remember_me_series (user_id)',
      'create index remember_me_series_by_expiry on remember_me_series (expires_at)',
      'alter table sessions add column web_sudo_until bigint',
      'alter table sessions add column series_id bigint references remember_me_series (id) on delete cascade',
      // The JSESSIONID of a form sign-in belongs to the session of the pages, and ends with it.
      'alter table sessions add column opened_with bigint references sessions (id) on delete cascade',
      'create index sessions_by_series on sessions (series_id)',
      'create index sessions_by_opened_with on sessions (opened_with)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
