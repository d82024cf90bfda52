import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Applications that act for people by OAuth 2.0, and sign them in by OpenID Connect. */
export const oauth2: Migration = {
  name: '0019-oauth2',
  async up(db, { text, identity }) {
    const statements = [
      // An application. `secret_hash` null: a public one, which has no secret. `grants` and `scopes`: separated by spaces.
      // `acts_as`: whose rights it has when it asks for itself (client credentials).
      `create table oauth2_links (
        id ${identity},
        client_id text not null unique,
        name text not null,
        secret_hash text,
        redirect_uris text not null,
        scopes text not null,
        grants text not null,
        acts_as bigint references users (id) on delete set null,
        created_at bigint not null)`,
      // What one person lets one application do, from one consent. `grant_key`: what the protocol calls it.
      `create table oauth2_grants (
        id ${identity},
        grant_key text not null unique,
        link_id bigint not null references oauth2_links (id) on delete cascade,
        user_id bigint not null references users (id) on delete cascade,
        scopes text not null,
        redirect_uri text,
        payload text not null,
        created_at bigint not null,
        expires_at bigint not null,
        last_used_at bigint)`,
      'create index oauth2_grants_by_user on oauth2_grants (user_id)',
      'create index oauth2_grants_by_link on oauth2_grants (link_id)',
      'create index oauth2_grants_by_expiry on oauth2_grants (expires_at)',
      // Tokens, codes and visits to the consent page, by SHA-256. No key on the grant: what is issued while it is being
      // revoked counts for nothing without it.
      `create table oauth2_items (
        id ${identity},
        kind text not null,
        item_hash text not null unique,
        grant_key text,
        link_id bigint not null references oauth2_links (id) on delete cascade,
        scopes text,
        user_code text unique,
        payload text not null,
        expires_at bigint not null,
        consumed_at bigint)`,
      'create index oauth2_items_by_grant on oauth2_items (grant_key)',
      'create index oauth2_items_by_link on oauth2_items (link_id)',
      'create index oauth2_items_by_expiry on oauth2_items (expires_at)',
      // `state`: 'current' signs; 'former' is published still.
      `create table oauth2_keys (
        id ${identity},
        kid text not null unique,
        state text not null,
        sealed_key text not null,
        created_at bigint not null)`,
      "create unique index oauth2_keys_current on oauth2_keys (state) where state = 'current'",
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
