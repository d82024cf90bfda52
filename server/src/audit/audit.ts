import type { Db } from '../db/tables.ts';
import type { Actor, Identity, Source, Via } from '../identity.ts';
import type { Clock } from '../lib/clock.ts';

/** Who makes a change that is audited. A call has all of it. */
export interface Asker {
  readonly actor: Actor;
  readonly identity: Identity;
  readonly source: Source;
}

export interface AuditEvent {
  /** Noun and past tense: `api-token.created`, `sign-in.failed`. */
  readonly event: string;
  readonly outcome: 'ok' | 'refused';
  /** undefined: nobody signed in; then `name` may say whom the request claimed to be. */
  readonly asker?: Asker | undefined;
  readonly source: Source;
  readonly name?: string;
  readonly via?: Via | 'command-line' | 'basic' | 'bearer' | 'session' | 'form';
  /** What was changed, as a person would name it. */
  readonly subject?: string;
  /** Never a secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Appends one record; inside the transaction that makes the change. */
export async function audit(db: Db, clock: Clock, event: AuditEvent): Promise<void> {
  const user = event.asker?.actor.user;
  await db
    .insertInto('audit_events')
    .values({
      at: clock.now(),
      event: event.event,
      outcome: event.outcome,
      actor_user_id: user?.id ?? null,
      actor_name: user?.name ?? event.name ?? null,
      via: event.via ?? event.asker?.identity.via ?? 'anonymous',
      credential_id: event.asker?.identity.credentialId ?? null,
      address: event.source.address,
      request_id: event.source.requestId,
      subject: event.subject ?? null,
      detail: event.detail === undefined ? null : JSON.stringify(event.detail),
    })
    .execute();
}
