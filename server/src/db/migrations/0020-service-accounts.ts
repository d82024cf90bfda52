import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Accounts of programs: without a password, each with a person who answers for it. */
export const serviceAccounts: Migration = {
  name: '0020-service-accounts',
  async up(db) {
    const statements = [
      // `owner_id`: null once that account has been deleted.
      `create table service_accounts (
        user_id bigint primary key references users (id) on delete cascade,
        owner_id bigint references users (id) on delete set null,
        created_at bigint not null)`,
      'create index service_accounts_by_owner on service_accounts (owner_id)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
