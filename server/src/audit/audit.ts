import type { Db } from '../db/tables.ts';
import type { Actor, Identity, Source, Via } from '../identity.ts';
import type { Clock } from '../lib/clock.ts';
import { fold } from '../lib/fold.ts';
import { eventKind } from './events.ts';

/** Who makes a change that is audited. A call has all of it. */
export interface Asker {
  readonly actor: Actor;
  readonly identity: Identity;
  readonly source: Source;
}

/** A value that became another; null: there was, or is, none. */
export interface AuditChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface AuditEvent {
  /** Noun and past tense: `api-token.created`, `sign-in.failed`; events.ts says what each is called. */
  readonly event: string;
  readonly outcome: 'ok' | 'refused';
  /** undefined: nobody signed in; then `name` may say whom the request claimed to be. */
  readonly asker?: Asker | undefined;
  readonly source: Source;
  readonly name?: string;
  /** Without an asker: the account that acts, where that is proven; `name` is its name then. */
  readonly userId?: number;
  readonly via?: Via | 'command-line' | 'retention' | 'basic' | 'bearer' | 'session' | 'form';
  /** Without an asker: id of the token or session that was used. */
  readonly credentialId?: number | null;
  /** What was changed, as a person would name it. */
  readonly subject?: string;
  /** `user`, `group`, `project`, `api-token` …, and its id; for finding all that happened to one thing. */
  readonly subjectType?: string;
  readonly subjectId?: number | undefined;
  readonly changes?: readonly AuditChange[];
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Appends one record; inside the transaction that makes the change. */
export async function audit(db: Db, clock: Clock, event: AuditEvent): Promise<void> {
  const user = event.asker?.actor.user;
  const actorName = user?.name ?? event.name ?? null;
  const subject = event.subject === undefined ? null : short(event.subject, 255);
  const application = event.asker?.identity.application;
  const detail = application === undefined ? event.detail : { ...event.detail, application };
  const changes = event.changes?.filter(({ from, to }) => from !== to).map(shortened);
  await db
    .insertInto('audit_events')
    .values({
      at: clock.now(),
      event: event.event,
      outcome: event.outcome,
      actor_user_id: user?.id ?? event.userId ?? null,
      actor_name: actorName,
      via: event.via ?? event.asker?.identity.via ?? 'anonymous',
      credential_id: event.credentialId ?? event.asker?.identity.credentialId ?? null,
      address: event.source.address,
      user_agent: event.source.userAgent,
      request_id: event.source.requestId,
      subject,
      subject_type: event.subjectType ?? null,
      subject_id: event.subjectId ?? null,
      changes: changes === undefined || changes.length === 0 ? null : JSON.stringify(changes),
      detail: detail === undefined ? null : JSON.stringify(bounded(detail)),
      search_text: searchText(event, actorName, subject, changes ?? []),
    })
    .execute();
}

/** What Jira's filter looks at: summary, category, names, values and address. */
function searchText(
  { event, source, detail }: AuditEvent,
  actorName: string | null,
  subject: string | null,
  changes: readonly AuditChange[],
): string {
  const { summary, category } = eventKind(event);
  const added = event === 'audit.record-added' ? [detail?.summary, detail?.category] : [];
  const values = changes.flatMap(({ field, from, to }) => [field, from, to]);
  const words = [event, summary, category, actorName, subject, source.address, ...added, ...values];
  return fold(words.filter((word) => typeof word === 'string').join(' ')).slice(0, 2000);
}

const longestValue = 1000;
const longestList = 50;

const short = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

const shortened = ({ field, from, to }: AuditChange): AuditChange => ({
  field,
  from: from === null ? null : short(from, longestValue),
  to: to === null ? null : short(to, longestValue),
});

/** A record stays readable however large the change was. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string') return short(value, longestValue);
  if (Array.isArray(value)) {
    const kept = value.slice(0, longestList).map(bounded);
    return value.length <= longestList ? kept : [...kept, `and ${value.length - longestList} more`];
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bounded(inner)]));
}

/** The fields whose values differ between two states of a thing. */
export function changesBetween<T extends object>(
  before: T,
  after: T,
  fields: readonly (keyof T & string)[],
): AuditChange[] {
  return fields.flatMap((field) => {
    const [from, to] = [textOf(before[field]), textOf(after[field])];
    return from === to ? [] : [{ field, from, to }];
  });
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
