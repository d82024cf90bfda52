import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { Db } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';

/** The statement of every request by token; read anew each time, so that a revoked one is refused on the very next. */
export const findAccessToken = compiledQuery((db: Db, p: ParamsOf<{ linkId: number; hash: string }>) =>
  db
    .selectFrom('oauth1_access_tokens')
    .innerJoin('users', 'users.id', 'oauth1_access_tokens.user_id')
    .select([
      'oauth1_access_tokens.id as token_id',
      'oauth1_access_tokens.expires_at',
      'oauth1_access_tokens.renewable_until',
      'oauth1_access_tokens.revoked_at',
      'oauth1_access_tokens.last_used_at',
      ...accountColumns,
    ])
    .where('oauth1_access_tokens.token_hash', '=', p.hash)
    .where('oauth1_access_tokens.link_id', '=', p.linkId),
);

export interface TokenHashes {
  readonly tokenHash: string;
  readonly handleHash: string;
}

export interface Lifetimes {
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly renewableUntil: number;
}

/** So long it is known why a token that is over is refused. */
const rememberedMs = 90 * 86_400_000;

export async function insertAccessToken(
  trx: Db,
  token: TokenHashes & Lifetimes & { readonly linkId: number; readonly userId: number },
): Promise<number> {
  const forgotten = token.createdAt - rememberedMs;
  await trx
    .deleteFrom('oauth1_access_tokens')
    .where((eb) => eb.or([eb('revoked_at', '<=', forgotten), eb('renewable_until', '<=', forgotten)]))
    .execute();
  const { id } = await trx
    .insertInto('oauth1_access_tokens')
    .values({
      link_id: token.linkId,
      user_id: token.userId,
      token_hash: token.tokenHash,
      session_handle_hash: token.handleHash,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      renewable_until: token.renewableUntil,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return Number(id);
}

/** Puts a new token in the old one's place. Whether it was still good; of several that renew it at once, one hears so. */
export async function renewAccessToken(
  trx: Db,
  linkId: number,
  old: TokenHashes,
  renewed: TokenHashes & Lifetimes,
): Promise<{ id: number; userId: number } | undefined> {
  const row = await trx
    .updateTable('oauth1_access_tokens')
    .set({
      token_hash: renewed.tokenHash,
      session_handle_hash: renewed.handleHash,
      expires_at: renewed.expiresAt,
      renewable_until: renewed.renewableUntil,
    })
    .where('link_id', '=', linkId)
    .where('token_hash', '=', old.tokenHash)
    .where('session_handle_hash', '=', old.handleHash)
    .where('revoked_at', 'is', null)
    .where('renewable_until', '>', renewed.createdAt)
    .returning(['id', 'user_id'])
    .executeTakeFirst();
  return row && { id: Number(row.id), userId: Number(row.user_id) };
}

/** What somebody lets an application do. */
export interface Authorisation {
  readonly id: number;
  readonly userId: number;
  readonly application: string;
  readonly consumerKey: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

export async function listAuthorisations(db: Db, userId: number, now: number): Promise<Authorisation[]> {
  const rows = await db
    .selectFrom('oauth1_access_tokens')
    .innerJoin('oauth1_links', 'oauth1_links.id', 'oauth1_access_tokens.link_id')
    .select([
      'oauth1_access_tokens.id',
      'oauth1_access_tokens.user_id',
      'oauth1_links.name',
      'oauth1_links.consumer_key',
      'oauth1_access_tokens.created_at',
      'oauth1_access_tokens.expires_at',
      'oauth1_access_tokens.last_used_at',
    ])
    .where('oauth1_access_tokens.user_id', '=', userId)
    .where('oauth1_access_tokens.revoked_at', 'is', null)
    .where('oauth1_access_tokens.renewable_until', '>', now)
    .orderBy('oauth1_access_tokens.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    application: row.name,
    consumerKey: row.consumer_key,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** How many people let an application in, by link. */
export async function countAuthorisations(db: Db, now: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('oauth1_access_tokens')
    .select((eb) => ['link_id', eb.fn.count<number>('user_id').distinct().as('people')])
    .where('revoked_at', 'is', null)
    .where('renewable_until', '>', now)
    .groupBy('link_id')
    .execute();
  return new Map(rows.map((row) => [Number(row.link_id), Number(row.people)]));
}

/** The application's name; undefined: it is nobody's, somebody else's, or revoked already. */
export async function revokeAuthorisation(
  trx: Db,
  { id, userId, at, by }: { id: number; userId: number; at: number; by: number },
): Promise<string | undefined> {
  const row = await trx
    .updateTable('oauth1_access_tokens')
    .set({ revoked_at: at, revoked_by: by })
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('link_id')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { name } = await trx
    .selectFrom('oauth1_links')
    .select('name')
    .where('id', '=', row.link_id)
    .executeTakeFirstOrThrow();
  return name;
}
