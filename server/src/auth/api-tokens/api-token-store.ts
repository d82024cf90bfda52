import { sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { ApiTokenRow, Db } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';

/** The statement of every request by token: token, account and configuration revision in one row. */
export const findTokenWithOwner = compiledQuery((db: Db, p: ParamsOf<{ hash: string }>) =>
  db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .innerJoin('config_revision', (join) => join.on('config_revision.id', '=', 1))
    .select([
      'api_tokens.id as token_id',
      'api_tokens.expires_at',
      'api_tokens.revoked_at',
      'api_tokens.last_used_at',
      'users.name_folded',
      'users.email_folded',
      'config_revision.revision',
      ...accountColumns,
      // Only then need the lock be looked at.
      sql<0 | 1>`case when exists (select 1 from sign_in_failures
        where subject = 'u:' || users.id) then 1 else 0 end`.as('counted'),
    ])
    .where('api_tokens.token_hash', '=', p.hash),
);

export interface NewToken {
  readonly userId: number;
  readonly label: string;
  readonly tokenHash: string;
  readonly kind: ApiTokenRow['kind'];
  readonly createdAt: number;
  readonly expiresAt: number;
}

export async function insertToken(db: Db, token: NewToken): Promise<number> {
  const { id } = await db
    .insertInto('api_tokens')
    .values({
      user_id: token.userId,
      label: token.label,
      token_hash: token.tokenHash,
      kind: token.kind,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      last_used_at: null,
      revoked_at: null,
      revoked_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface TokenSummary {
  readonly id: number;
  readonly label: string;
  readonly kind: ApiTokenRow['kind'];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

/** Those that are neither revoked nor expired for longer than the list keeps them. */
export async function listTokens(db: Db, userId: number): Promise<TokenSummary[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(['id', 'label', 'kind', 'created_at', 'expires_at', 'last_used_at'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    kind: row.kind,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }));
}

export interface TokenRecord extends TokenSummary {
  readonly revokedAt: number | null;
}

/** All of an account's tokens, revoked ones too. */
export async function listTokenRecords(db: Db, userId: number): Promise<TokenRecord[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(['id', 'label', 'kind', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    label: row.label,
    kind: row.kind,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }));
}

/** Transactions that count an account's tokens before adding one wait for each other from here on. */
export async function lockTokensOf(db: Db, userId: number): Promise<void> {
  await db.updateTable('users').set({ active: sql`active` }).where('id', '=', userId).execute();
}

export async function countLiveTokens(db: Db, userId: number, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('api_tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Labels of the tokens that this call revoked. */
export async function revokeTokens(
  db: Db,
  input: { userId: number; id?: number; at: number; by: number | null },
): Promise<{ id: number; label: string }[]> {
  let query = db
    .updateTable('api_tokens')
    .set({ revoked_at: input.at, revoked_by: input.by })
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null);
  if (input.id !== undefined) query = query.where('id', '=', input.id);
  return query.returning(['id', 'label']).execute();
}
