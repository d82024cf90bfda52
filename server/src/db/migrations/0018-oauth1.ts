import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** OAuth 1.0a: applications that sign with a key of their own, what people let them do, and what was signed already. */
export const oauth1: Migration = {
  name: '0018-oauth1',
  async up(db, { text, identity }) {
    const statements = [
      // `two_legged_user_id`: whom a request without a token acts as; null: such requests are refused.
      `create table oauth1_links (
        id ${identity},
        consumer_key text not null unique,
        name text not null,
        public_key text not null,
        key_bits integer not null,
        callback text,
        two_legged_user_id bigint references users (id) on delete set null,
        impersonation integer not null default 0,
        created_at bigint not null,
        updated_at bigint not null)`,
      'create index oauth1_links_by_user on oauth1_links (two_legged_user_id)',
      // `callback`: null for an application that asks its user for the verifier (oob).
      `create table oauth1_request_tokens (
        id ${identity},
        link_id bigint not null references oauth1_links (id) on delete cascade,
        token_hash text not null unique,
        callback text,
        decision text,
        user_id bigint references users (id) on delete cascade,
        verifier_hash text,
        created_at bigint not null,
        expires_at bigint not null,
        used_at bigint)`,
      'create index oauth1_request_tokens_by_link on oauth1_request_tokens (link_id)',
      'create index oauth1_request_tokens_by_user on oauth1_request_tokens (user_id)',
      'create index oauth1_request_tokens_by_expiry on oauth1_request_tokens (expires_at)',
      // `renewable_until`: as long as its session handle changes it for a new one.
      `create table oauth1_access_tokens (
        id ${identity},
        link_id bigint not null references oauth1_links (id) on delete cascade,
        user_id bigint not null references users (id) on delete cascade,
        token_hash text not null unique,
        session_handle_hash text not null,
        created_at bigint not null,
        expires_at bigint not null,
        renewable_until bigint not null,
        last_used_at bigint,
        revoked_at bigint,
        revoked_by bigint references users (id) on delete set null)`,
      'create index oauth1_access_tokens_by_user on oauth1_access_tokens (user_id)',
      'create index oauth1_access_tokens_by_link on oauth1_access_tokens (link_id)',
      'create index oauth1_access_tokens_by_revoker on oauth1_access_tokens (revoked_by)',
      // `use_hash`: of consumer, token, timestamp and nonce together.
      `create table oauth1_nonces (
        link_id bigint not null references oauth1_links (id) on delete cascade,
        use_hash text not null,
        kept_until bigint not null,
        primary key (link_id, use_hash))`,
      'create index oauth1_nonces_by_end on oauth1_nonces (kept_until)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
