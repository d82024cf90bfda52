import { type Asker, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { NotFound } from '../../errors.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { deleteSeries, listSleepingSeries } from '../remember-me/remember-me-store.ts';
import { deleteSessionsById, findSeriesOf, listSessions, wholeSessionId } from './session-store.ts';
import { endOtherSessions } from './sessions.ts';

/** A place where somebody is signed in. */
export interface OwnSession {
  /** Digits: a session. `r` and digits: a remembered sign-in that has no session open now. */
  readonly id: string;
  readonly kind: 'web' | 'rest';
  readonly current: boolean;
  readonly address: string;
  readonly userAgent: string;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly remembered: boolean;
  readonly byToken: boolean;
}

const minuteMs = 60_000;

/** Where the asker is signed in, newest first. */
export async function listOwnSessions(site: Site, asker: Asker): Promise<OwnSession[]> {
  const me = requireSignedIn(asker.actor);
  const now = site.clock.now();
  const { sessionIdleMinutes } = await settingsAt(site.db, asker.actor.revision);
  const current = await currentSession(site, asker);
  const rows = await listSessions(site.db, me.id, now, sessionIdleMinutes * minuteMs);
  const awake = rows.flatMap((row) => row.series_id ?? []);
  const sleeping = await listSleepingSeries(site.db, me.id, now, awake);
  return [
    ...rows.map((row) => ({
      id: String(row.id),
      kind: row.kind,
      current: row.id === current,
      address: row.address,
      userAgent: row.user_agent,
      createdAt: row.created_at,
      lastSeenAt: Math.max(row.last_seen_at, row.twin_seen_at ?? 0),
      expiresAt: row.expires_at,
      remembered: row.series_id !== null,
      byToken: row.api_token_id !== null,
    })),
    ...sleeping.map((row) => ({
      id: `r${row.id}`,
      kind: 'web' as const,
      current: false,
      address: row.address,
      userAgent: row.user_agent,
      createdAt: row.created_at,
      lastSeenAt: row.rotated_at,
      expiresAt: row.expires_at,
      remembered: true,
      byToken: false,
    })),
  ];
}

/** Ends one of the asker's own; what remembers it as well. Throws NotFound for any other id. */
export async function endOwnSession(site: Site, asker: Asker, id: string): Promise<void> {
  const all = await listOwnSessions(site, asker);
  const session = all.find((one) => one.id === id);
  if (session === undefined) throw new NotFound('You have no such session.');
  await inTransaction(site.db, async (trx) => {
    if (id.startsWith('r')) await deleteSeries(trx, [Number(id.slice(1))]);
    else await endWithSeries(trx, Number(id));
    await auditEnd(site, trx, asker, { address: session.address, createdAt: session.createdAt });
  });
}

/** Ends a session, and forgets the remembered sign-in that it was made from. */
export async function endWithSeries(trx: Db, id: number): Promise<void> {
  const series = await findSeriesOf(trx, id);
  await deleteSessionsById(trx, [id]);
  await deleteSeries(trx, series === null ? [] : [series]);
}

/** Ends all but the one it is done from. */
export async function endOwnOtherSessions(site: Site, asker: Asker): Promise<void> {
  const me = requireSignedIn(asker.actor);
  const current = await currentSession(site, asker);
  await inTransaction(site.db, async (trx) => {
    const count = await endOtherSessions(trx, me.id, current, { asItIs: true });
    await auditEnd(site, trx, asker, { others: true, count });
  });
}

async function currentSession(site: Site, { identity }: Asker): Promise<number | null> {
  if (identity.via !== 'session' || identity.credentialId === null) return null;
  return wholeSessionId(site.db, identity.credentialId);
}

async function auditEnd(
  site: Site,
  trx: Parameters<typeof audit>[0],
  asker: Asker,
  detail: Record<string, unknown>,
): Promise<void> {
  await audit(trx, site.clock, {
    event: 'session.ended',
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: requireSignedIn(asker.actor).name,
    subjectType: 'user',
    subjectId: asker.actor.user?.id,
    detail,
  });
}
