import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Identity providers, whom they know, and sign-ins that are under way with them. */
export const singleSignOn: Migration = {
  name: '0011-single-sign-on',
  async up(db, { text, identity }) {
    const statements = [
      // `account_rules` and `settings`: JSON; `sealed`: what of the settings is secret, sealed.
      `create table identity_providers (
        id ${identity},
        kind text not null,
        name text not null,
        name_folded text not null unique,
        enabled integer not null,
        position integer not null,
        account_rules text not null,
        settings text not null,
        sealed text,
        created_at bigint not null,
        updated_at bigint not null)`,
      // People of these e-mail domains must sign in to the pages through the provider.
      `create table required_domains (
        domain text primary key,
        provider_id bigint not null references identity_providers (id) on delete cascade)`,
      'create index required_domains_by_provider on required_domains (provider_id)',
      // Who somebody is at a provider: the pair names one account, never the e-mail address alone (X6).
      `create table external_identities (
        id ${identity},
        provider_id bigint not null references identity_providers (id) on delete cascade,
        subject text not null,
        user_id bigint not null references users (id) on delete cascade,
        created_at bigint not null,
        last_used_at bigint,
        unique (provider_id, subject))`,
      'create index external_identities_by_user on external_identities (user_id)',
      // Memberships that a provider gave, and so may take again.
      `create table provided_members (
        provider_id bigint not null references identity_providers (id) on delete cascade,
        group_id bigint not null references groups (id) on delete cascade,
        user_id bigint not null references users (id) on delete cascade,
        primary key (provider_id, group_id, user_id))`,
      'create index provided_members_by_user on provided_members (user_id)',
      'create index provided_members_by_group on provided_members (group_id)',
      // A sign-in that went to a provider; bound to the browser by a cookie, used once.
      `create table sso_flows (
        state_hash text primary key,
        browser_hash text not null,
        provider_id bigint not null references identity_providers (id) on delete cascade,
        purpose text not null,
        user_id bigint references users (id) on delete cascade,
        return_to text,
        data text not null,
        created_at bigint not null,
        expires_at bigint not null,
        answered_at bigint,
        ticket_hash text unique,
        answer text,
        finished_at bigint)`,
      'create index sso_flows_by_expiry on sso_flows (expires_at)',
      'create index sso_flows_by_provider on sso_flows (provider_id)',
      'create index sso_flows_by_user on sso_flows (user_id)',
      // What a provider calls the session, so that it can end it.
      `create table sso_sessions (
        session_id bigint primary key references sessions (id) on delete cascade,
        provider_id bigint not null references identity_providers (id) on delete cascade,
        subject text not null,
        provider_session text,
        detail text not null)`,
      'create index sso_sessions_by_subject on sso_sessions (provider_id, subject)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
