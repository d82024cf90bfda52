import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** How much programs use their credentials, and for what. */
export const credentialUse: Migration = {
  name: '0021-credential-use',
  async up(db, { text }) {
    const statements = [
      // `kind`: 'api-token', 'oauth1', 'oauth2'; `day`: days since 1970, UTC.
      `create table credential_use_days (
        kind text not null,
        credential_id bigint not null,
        day bigint not null,
        requests bigint not null,
        primary key (kind, credential_id, day))`,
      'create index credential_use_days_by_day on credential_use_days (day)',
      // Scopes that let some request through, by the names of those that credentials hold.
      `create table credential_scopes_used (
        kind text not null,
        credential_id bigint not null,
        scope text not null,
        primary key (kind, credential_id, scope))`,
      'create index api_tokens_by_last_use on api_tokens (last_used_at)',
    ];
    for (const statement of statements) await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
  },
};
