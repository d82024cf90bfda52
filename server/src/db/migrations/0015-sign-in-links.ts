import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Links that sign an account in once, made on the command line for when nothing else does. */
export const signInLinks: Migration = {
  name: '0015-sign-in-links',
  async up(db, { text }) {
    const statement = `create table sign_in_links (
      code_hash text primary key,
      user_id bigint not null references users (id) on delete cascade,
      created_at bigint not null,
      expires_at bigint not null,
      used_at bigint)`;
    await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
  },
};
