import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Failed sign-ins in a row, devices that signed in before, and links that lift a lock. */
export const locks: Migration = {
  name: '0004-locks',
  async up(db, { text, identity }) {
    const statements = [
      // subject: 'u:ID' of an account, 'n:HASH' of a name that no account has. source: an address, a device, '*'
      // (everywhere), or '' for the row that counts over all sources.
      `create table sign_in_failures (
        subject text not null,
        source text not null,
        network text not null,
        name text not null,
        failures integer not null,
        password_failures integer not null,
        reserved integer not null,
        reserved_at bigint not null,
        last_failed_at bigint not null,
        locked_at bigint,
        primary key (subject, source))`,
      'create index sign_in_failures_by_time on sign_in_failures (last_failed_at)',
      `create table known_devices (
        id ${identity},
        user_id bigint not null references users (id) on delete cascade,
        device_hash text not null unique,
        created_at bigint not null,
        last_used_at bigint not null)`,
      'create index known_devices_by_user on known_devices (user_id)',
      `create table unlock_codes (
        code_hash text primary key,
        user_id bigint not null references users (id) on delete cascade,
        created_at bigint not null,
        expires_at bigint not null)`,
      'create index unlock_codes_by_user on unlock_codes (user_id)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
