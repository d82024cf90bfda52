import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
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
      'api_tokens.revoked_at as token_revoked_at',
      'api_tokens.expires_at as token_expires_at',
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
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** How many there were. */
export async function deleteSessions(db: Db, tokenHashes: readonly string[]): Promise<number> {
  const ended = await db
    .deleteFrom('sessions')
    .where('token_hash', 'in', tokenHashes)
    .returning('id')
    .execute();
  return ended.length;
}

/** Ended ones are of no use to anybody; called when a session is opened, so no timer is needed. */
export async function deleteEndedSessions(db: Db, now: number): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}

export async function deleteSessionsOf(db: Db, userId: number): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
}

export async function isActiveAccount(db: Db, userId: number): Promise<boolean> {
  const row = await db.selectFrom('users').select('active').where('id', '=', userId).executeTakeFirst();
  return row?.active === 1;
}
