import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Pictures and sounds that were shown and not yet answered. */
export const captchas: Migration = {
  name: '0005-captchas',
  async up(db, { text }) {
    const statements = [
      `create table captchas (
        visitor_hash text primary key,
        answer_hash text not null,
        address text not null,
        kind text not null,
        expires_at bigint not null)`,
      'create index captchas_by_address on captchas (address, expires_at)',
      'create index captchas_by_expiry on captchas (expires_at)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
