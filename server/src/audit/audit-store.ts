import { type SelectQueryBuilder, sql } from 'kysely';
import type { AuditEventRow, Db, Tables } from '../db/tables.ts';
import type { AuditChange } from './audit.ts';

/** A record as it was written, with what the account that acted is called now. */
export interface AuditRecord {
  readonly id: number;
  readonly at: number;
  readonly event: string;
  readonly outcome: 'ok' | 'refused';
  /** Whose name stands there: who acted, or whom the request claimed to be. */
  readonly actorName: string | null;
  /** null: nobody proven, or an account that is gone. */
  readonly actor: { readonly key: string; readonly accountId: string; readonly displayName: string } | null;
  readonly via: string;
  readonly credentialId: number | null;
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  readonly subject: string | null;
  readonly subjectType: string | null;
  readonly subjectId: number | null;
  readonly changes: readonly AuditChange[];
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** Where a page begins: after the record of this time and id. */
export interface Cursor {
  readonly at: number;
  readonly id: number;
}

/** Conditions that all hold; undefined: any. */
export interface RecordFilter {
  /** Names, or what they begin with up to a dot: `sign-in` means `sign-in.ok` and `sign-in.failed`. */
  readonly events?: readonly string[] | undefined;
  /** What this account did, or what was done to it; a name that no account has finds what was tried under it. */
  readonly user?: { readonly id: number } | { readonly name: string } | undefined;
  readonly outcome?: 'ok' | 'refused' | undefined;
  readonly address?: string | undefined;
  readonly requestId?: string | undefined;
  /** ms, both inclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Folded; each occurs somewhere in the record's text. */
  readonly words?: readonly string[] | undefined;
}

type Query<O> = SelectQueryBuilder<Tables, 'audit_events', O>;

/** Newest first. */
export async function findRecords(
  db: Db,
  filter: RecordFilter,
  page: { readonly after?: Cursor | undefined; readonly offset?: number; readonly limit: number },
): Promise<AuditRecord[]> {
  const { user } = filter;
  if (user === undefined) return pageOf(filtered(db, filter), page);
  if ('name' in user) {
    return pageOf(filtered(db, filter).where('audit_events.actor_name', '=', user.name), page);
  }
  // Each half walks an index of its own; one condition with `or` would sort everything there is.
  const did = await pageOf(filtered(db, filter).where('audit_events.actor_user_id', '=', user.id), page);
  const suffered = await pageOf(
    filtered(db, filter)
      .where('audit_events.subject_type', '=', 'user')
      .where('audit_events.subject_id', '=', user.id),
    page,
  );
  const both = new Map([...did, ...suffered].map((record) => [record.id, record]));
  return [...both.values()].sort((a, b) => b.at - a.at || b.id - a.id).slice(0, page.limit);
}

export async function countRecords(db: Db, filter: RecordFilter): Promise<number> {
  const { count } = await filtered(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function filtered(db: Db, filter: RecordFilter): Query<unknown> {
  const { events, outcome, address, requestId, from, to, words = [] } = filter;
  let query = db.selectFrom('audit_events') as Query<unknown>;
  if (events !== undefined) {
    query = query.where((eb) =>
      eb.or(
        events.flatMap((event) => [
          eb('audit_events.event', '=', event),
          // What lies between `sign-in.` and `sign-in/`, so that the index finds it.
          eb.and([eb('audit_events.event', '>=', `${event}.`), eb('audit_events.event', '<', `${event}/`)]),
        ]),
      ),
    );
  }
  if (outcome !== undefined) query = query.where('audit_events.outcome', '=', outcome);
  if (address !== undefined) query = query.where('audit_events.address', '=', address);
  if (requestId !== undefined) query = query.where('audit_events.request_id', '=', requestId);
  if (from !== undefined) query = query.where('audit_events.at', '>=', from);
  if (to !== undefined) query = query.where('audit_events.at', '<=', to);
  for (const word of words) {
    const pattern = `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;
    query = query.where(sql<boolean>`audit_events.search_text like ${pattern} escape '\\'`);
  }
  return query;
}

async function pageOf(
  query: Query<unknown>,
  { after, offset, limit }: { after?: Cursor | undefined; offset?: number; limit: number },
): Promise<AuditRecord[]> {
  let paged = query
    .leftJoin('users', 'users.id', 'audit_events.actor_user_id')
    .selectAll('audit_events')
    .select(['users.key', 'users.account_id', 'users.display_name'])
    .orderBy('audit_events.at', 'desc')
    .orderBy('audit_events.id', 'desc')
    .limit(limit);
  if (offset !== undefined && offset > 0) paged = paged.offset(offset);
  if (after !== undefined) {
    paged = paged
      .where('audit_events.at', '<=', after.at)
      .where((eb) => eb.or([eb('audit_events.at', '<', after.at), eb('audit_events.id', '<', after.id)]));
  }
  return (await paged.execute()).map(recordOf);
}

type Row = { [K in keyof AuditEventRow]: K extends 'id' ? number : AuditEventRow[K] } & {
  readonly key: string | null;
  readonly account_id: string | null;
  readonly display_name: string | null;
};

function recordOf(row: Row): AuditRecord {
  const { key, account_id: accountId, display_name: displayName } = row;
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    outcome: row.outcome,
    actorName: row.actor_name,
    actor:
      key === null || accountId === null || displayName === null ? null : { key, accountId, displayName },
    via: row.via,
    credentialId: row.credential_id,
    address: row.address,
    userAgent: row.user_agent,
    requestId: row.request_id,
    subject: row.subject,
    subjectType: row.subject_type,
    subjectId: row.subject_id,
    changes: row.changes === null ? [] : JSON.parse(row.changes),
    detail: row.detail === null ? null : JSON.parse(row.detail),
  };
}

/** Deletes the oldest records from before a moment, `most` at a time; how many it were. */
export async function deleteRecordsBefore(db: Db, before: number, most: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('audit_events')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('audit_events')
        .select('id')
        .where('at', '<', before)
        .orderBy('at')
        .orderBy('id')
        .limit(most),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}
