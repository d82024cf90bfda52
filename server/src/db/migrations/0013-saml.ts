import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Keys that this site shows to SAML identity providers, and their messages that were used already. */
export const saml: Migration = {
  name: '0013-saml',
  async up(db, { text, identity }) {
    const statements = [
      // `state`: 'current' signs; 'next' is announced beside it; 'former' still opens what was encrypted for it.
      `create table saml_keys (
        id ${identity},
        provider_id bigint not null references identity_providers (id) on delete cascade,
        state text not null,
        certificate text not null,
        sealed_key text not null,
        created_at bigint not null)`,
      'create index saml_keys_by_provider on saml_keys (provider_id)',
      // Assertions and requests that were taken; each once, on every node (X5).
      `create table used_saml_messages (
        provider_id bigint not null references identity_providers (id) on delete cascade,
        message_hash text not null,
        kept_until bigint not null,
        primary key (provider_id, message_hash))`,
      'create index used_saml_messages_by_time on used_saml_messages (kept_until)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
