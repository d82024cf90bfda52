import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Accounts that follow a directory: what each sync did, who is at it, and whom one deactivated. */
export const ldap: Migration = {
  name: '0014-ldap',
  async up(db, { text, identity }) {
    const statements = [
      // `started_by`: 'schedule' or 'administrator'; `outcome`: 'running', 'done' or 'failed'; `changes`: JSON, bounded.
      `create table directory_syncs (
        id ${identity},
        provider_id bigint not null references identity_providers (id) on delete cascade,
        started_at bigint not null,
        ended_at bigint,
        started_by text not null,
        outcome text not null,
        problem text,
        counts text not null,
        changes text not null)`,
      'create index directory_syncs_by_provider on directory_syncs (provider_id, id)',
      // One process at a time syncs a directory; whoever holds it longer than it says is gone.
      `create table directory_sync_leases (
        provider_id bigint primary key references identity_providers (id) on delete cascade,
        holder text not null,
        started_at bigint not null,
        held_until bigint not null)`,
      // Accounts that a sync deactivated, and as it left them: touched by nobody since, a sync may activate them again.
      `create table directory_deactivations (
        user_id bigint primary key references users (id) on delete cascade,
        provider_id bigint not null references identity_providers (id) on delete cascade,
        account_updated_at bigint not null)`,
      'create index directory_deactivations_by_provider on directory_deactivations (provider_id)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
