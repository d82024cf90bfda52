import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Accounts and groups that an identity provider makes and closes by itself (SCIM 2.0), and what it shows to do so. */
export const scim: Migration = {
  name: '0016-scim',
  async up(db, { text, identity }) {
    const statements = [
      // `links`: 'externalId', 'userName' or 'none': what names the person at the provider's sign-in.
      `create table scim_credentials (
        id ${identity},
        provider_id bigint not null references identity_providers (id) on delete cascade,
        label text not null,
        token_hash text not null unique,
        links text not null,
        created_at bigint not null,
        last_used_at bigint)`,
      'create index scim_credentials_by_provider on scim_credentials (provider_id)',
      // `removed_at`: deleted there; the account stays, deactivated, and comes back as itself.
      `create table scim_users (
        provider_id bigint not null references identity_providers (id) on delete cascade,
        user_id bigint not null references users (id) on delete cascade,
        external_id text,
        created_at bigint not null,
        removed_at bigint,
        primary key (provider_id, user_id))`,
      'create unique index scim_users_by_external on scim_users (provider_id, external_id)',
      'create index scim_users_by_user on scim_users (user_id)',
      `create table scim_groups (
        provider_id bigint not null references identity_providers (id) on delete cascade,
        group_id bigint not null references groups (id) on delete cascade,
        external_id text,
        created_at bigint not null,
        primary key (provider_id, group_id))`,
      'create index scim_groups_by_group on scim_groups (group_id)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
