import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** Audit records can be searched and cannot be changed; refused requests are kept for explanation. */
export const auditReading: Migration = {
  name: '0009-audit-reading',
  async up(db, { name, text, identity }) {
    const statements = [
      "alter table audit_events add column user_agent text not null default ''",
      'alter table audit_events add column subject_type text',
      'alter table audit_events add column subject_id bigint',
      'alter table audit_events add column changes text',
      "alter table audit_events add column search_text text not null default ''",
      `update audit_events set search_text =
        lower(event || ' ' || coalesce(actor_name, '') || ' ' || coalesce(subject, '') || ' ' || address)`,
      'drop index audit_events_by_time',
      'create index audit_events_by_time on audit_events (at, id)',
      'create index audit_events_by_event on audit_events (event, at, id)',
      'create index audit_events_by_actor on audit_events (actor_user_id, at, id)',
      'create index audit_events_by_subject on audit_events (subject_type, subject_id, at, id)',
      'create index audit_events_by_address on audit_events (address, at, id)',
      'create index audit_events_by_request on audit_events (request_id)',
      `create table refusals (
        id ${identity},
        request_id text not null unique,
        at bigint not null,
        status integer not null,
        step text not null,
        user_id bigint,
        asker_id bigint,
        via text not null,
        credential_id bigint,
        method text not null,
        path text not null,
        address text not null,
        user_agent text not null,
        facts text)`,
      'create index refusals_by_time on refusals (at)',
    ];
    for (const statement of statements) {
      await sql.raw(statement.replaceAll(/\btext\b/g, text)).execute(db);
    }
    for (const statement of appendOnly[name]) await sql.raw(statement).execute(db);
  },
};

/** The program changes no record; the database sees to it, whatever a later version of the program does. */
const appendOnly = {
  sqlite: [
    `create trigger audit_events_append_only before update on audit_events
      begin select raise(abort, 'audit_events is append-only'); end`,
  ],
  postgres: [
    `create function refuse_audit_change() returns trigger language plpgsql as
      $$ begin raise exception 'audit_events is append-only'; end $$`,
    `create trigger audit_events_append_only before update on audit_events
      for each row execute function refuse_audit_change()`,
  ],
} as const;
