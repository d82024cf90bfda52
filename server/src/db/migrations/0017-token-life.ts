import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** What API tokens are held to, how they are renewed, and how they end. */
export const tokenLife: Migration = {
  name: '0017-token-life',
  async up(db, { text }) {
    const columns = [
      // Separated by spaces; null: everything the owner may.
      'scopes text',
      'project_ids text',
      // Addresses and CIDR ranges; null: from anywhere.
      'addresses text',
      // An earlier secret of a token that was rotated: it lives on until its own expiry, or with that one.
      'replaced_by bigint references api_tokens (id) on delete cascade',
      // 'owner', 'administrator' or 'leaked'; null: it was not, or before this was kept.
      'revoked_why text',
      // The last notice of the coming expiry that was sent, in days before it.
      'expiry_notice bigint',
      'last_used_address text',
      'last_used_agent text',
      // When its owner was told last that others can read it.
      'leak_told_at bigint',
    ];
    for (const column of columns) {
      await sql.raw(`alter table api_tokens add column ${column.replaceAll(/\btext\b/g, text)}`).execute(db);
    }
    const indexes = [
      'create index api_tokens_by_expiry on api_tokens (expires_at)',
      'create index api_tokens_by_replacement on api_tokens (replaced_by)',
    ];
    for (const index of indexes) await sql.raw(index).execute(db);
    // No setting that anybody changes: under it the site answers where clients expect Cloud's gateway.
    const cloudId = JSON.stringify(randomUUID());
    await sql`insert into settings (key, value, updated_at) values ('cloudId', ${cloudId}, 0)`.execute(db);
  },
};
