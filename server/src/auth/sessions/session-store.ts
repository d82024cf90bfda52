import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import { dialectOf } from '../../db/dialect.ts';
import type { Db, SessionRow } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';

/** Session, account and configuration revision in one row; a session opened by a token needs the token alive. */
export const findSessionWithOwner = compiledQuery((db: Db, p: ParamsOf<{ hash: string }>) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .innerJoin('config_revision', (join) => join.on('config_revision.id', '=', 1))
    .leftJoin('api_tokens', 'api_tokens.id', 'sessions.api_token_id')
    .select([
      'sessions.id as session_id',
      'sessions.kind',
      'sessions.expires_at',
      'sessions.last_seen_at',
      'sessions.api_token_id',
      'sessions.web_sudo_until',
      'api_tokens.revoked_at as token_revoked_at',
      'api_tokens.expires_at as token_expires_at',
      'api_tokens.scopes',
      'api_tokens.project_ids',
      'api_tokens.addresses',
      'config_revision.revision',
      ...accountColumns,
    ])
    .where('sessions.token_hash', '=', p.hash),
);

export interface NewSession {
  readonly tokenHash: string;
  readonly userId: number;
  readonly kind: SessionRow['kind'];
  readonly apiTokenId: number | null;
  readonly at: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
  readonly webSudoUntil: number | null;
  readonly seriesId: number | null;
  /** The session of the pages that this one is the JSESSIONID of. */
  readonly openedWith: number | null;
}

export async function insertSession(db: Db, session: NewSession): Promise<number> {
  const { id } = await db
    .insertInto('sessions')
    .values({
      token_hash: session.tokenHash,
      user_id: session.userId,
      kind: session.kind,
      api_token_id: session.apiTokenId,
      created_at: session.at,
      last_seen_at: session.at,
      expires_at: session.expiresAt,
      address: session.address,
      user_agent: session.userAgent,
      web_sudo_until: session.webSudoUntil,
      series_id: session.seriesId,
      opened_with: session.openedWith,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Sessions that a request carries, with what they belong to. */
export async function findSessions(
  db: Db,
  tokenHashes: readonly string[],
): Promise<{ id: number; user_id: number; opened_with: number | null; series_id: number | null }[]> {
  return db
    .selectFrom('sessions')
    .select(['id', 'user_id', 'opened_with', 'series_id'])
    .where('token_hash', 'in', tokenHashes)
    .execute();
}

/** Whether the request's JSESSIONID was opened together with this session of the pages. */
export async function isOpenedWith(db: Db, tokenHash: string, sessionId: number): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .select('id')
    .where('token_hash', '=', tokenHash)
    .where('opened_with', '=', sessionId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The remembered sign-in that a session was made from. */
export async function findSeriesOf(db: Db, id: number): Promise<number | null> {
  const row = await db.selectFrom('sessions').select('series_id').where('id', '=', id).executeTakeFirst();
  return row?.series_id ?? null;
}

/** Those that belong to them end with them (foreign key). */
export async function deleteSessionsById(db: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('sessions').where('id', 'in', ids).execute();
}

/** Ended ones are of no use to anybody; called when a session is opened, so no timer is needed. */
export async function deleteEndedSessions(db: Db, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
  await db.deleteFrom('remember_me_series').where('expires_at', '<=', now).execute();
}

/** All of an account but for `keptId` and the JSESSIONID that belongs to it; how many of them one would call a session. */
export async function deleteSessionsOf(db: Db, userId: number, keptId: number | null): Promise<number> {
  let query = db.deleteFrom('sessions').where('user_id', '=', userId);
  if (keptId !== null) {
    query = query
      .where('id', '!=', keptId)
      .where((eb) => eb.or([eb('opened_with', 'is', null), eb('opened_with', '!=', keptId)]));
  }
  const ended = await query.returning(['id', 'opened_with']).execute();
  return ended.filter((one) => one.opened_with === null).length;
}

/** It goes on without being remembered, and asks for the password before administration. */
export async function keepPlainSession(db: Db, id: number): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ series_id: null, web_sudo_until: null })
    .where('id', '=', id)
    .execute();
}

/** The session of the pages when the id is that of its JSESSIONID; else the id itself. */
export async function wholeSessionId(db: Db, id: number): Promise<number> {
  const row = await db.selectFrom('sessions').select('opened_with').where('id', '=', id).executeTakeFirst();
  return row?.opened_with ?? id;
}

/**
 * Whether the account is active, and what its password is stored as; on PostgreSQL it stays so until the transaction
 * ends: whoever disables the account or changes its password waits, and then finds the new session (H10). SQLite has
 * one writer.
 */
export async function holdAccount(
  trx: Db,
  userId: number,
): Promise<{ active: boolean; passwordHash: string | null } | undefined> {
  let query = trx.selectFrom('users').select(['active', 'password_hash']).where('id', '=', userId);
  if (dialectOf(trx).name === 'postgres') query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && { active: row.active === 1, passwordHash: row.password_hash };
}

/** Sessions that may be alive, newest first; those of JSESSIONIDs that belong to another are left out. */
export async function listSessions(db: Db, userId: number, now: number, idleMs: number) {
  return db
    .selectFrom('sessions')
    .leftJoin('api_tokens', 'api_tokens.id', 'sessions.api_token_id')
    .leftJoin('sessions as twin', 'twin.opened_with', 'sessions.id')
    .select([
      'sessions.id',
      'sessions.kind',
      'sessions.address',
      'sessions.user_agent',
      'sessions.created_at',
      'sessions.last_seen_at',
      'twin.last_seen_at as twin_seen_at',
      'sessions.expires_at',
      'sessions.series_id',
      'sessions.api_token_id',
    ])
    .where('sessions.user_id', '=', userId)
    .where('sessions.opened_with', 'is', null)
    .where('sessions.expires_at', '>', now)
    .where((eb) =>
      eb.or([eb('sessions.last_seen_at', '>', now - idleMs), eb('twin.last_seen_at', '>', now - idleMs)]),
    )
    .where((eb) =>
      eb.or([
        eb('sessions.api_token_id', 'is', null),
        eb.and([eb('api_tokens.revoked_at', 'is', null), eb('api_tokens.expires_at', '>', now)]),
      ]),
    )
    .orderBy('sessions.id', 'desc')
    .execute();
}

/** A new secret for a session whose rights rise; the old one is dead at once (S1). undefined: it had ended meanwhile. */
export async function renewSession(
  trx: Db,
  id: number,
  tokenHash: string,
  webSudoUntil: number,
): Promise<SessionRow['kind'] | undefined> {
  const row = await trx
    .updateTable('sessions')
    .set({ token_hash: tokenHash, web_sudo_until: webSudoUntil })
    .where('id', '=', id)
    .returning('kind')
    .executeTakeFirst();
  return row?.kind;
}

/** Whether it had any. */
export async function dropWebSudo(trx: Db, id: number, now: number): Promise<boolean> {
  const row = await trx
    .updateTable('sessions')
    .set({ web_sudo_until: null })
    .where('id', '=', id)
    .where('web_sudo_until', '>', now)
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** When a session was opened. */
export async function findSessionStart(db: Db, id: number): Promise<number | undefined> {
  const row = await db.selectFrom('sessions').select('created_at').where('id', '=', id).executeTakeFirst();
  return row?.created_at;
}
