import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Failed sign-ins of a network and of the whole site, over time. */
export const signInLimits: Migration = {
  name: '0010-sign-in-limits',
  async up(db, { text }) {
    const statements = [
      // paid_until: each failure moves it on by one interval; as far ahead of now as the window is long, the network
      // must wait. reserved: checks under way, each of which may become a failure.
      `create table sign_in_networks (
        network text primary key,
        paid_until bigint not null,
        reserved integer not null,
        reserved_at bigint not null)`,
      'create index sign_in_networks_by_time on sign_in_networks (paid_until)',
      // How many sign-ins failed on the whole site, hour by hour, for a week: what is usual.
      `create table sign_in_failure_hours (
        hour bigint primary key,
        failures bigint not null,
        alarmed integer not null)`,
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
  },
};
