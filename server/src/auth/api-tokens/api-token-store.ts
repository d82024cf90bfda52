import { type Selectable, sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import { dialectOf } from '../../db/dialect.ts';
import type { ApiTokenRow, Db } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';
import type { StoredLimits } from './token-limits.ts';

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
      'api_tokens.revoked_why',
      'api_tokens.last_used_at',
      'api_tokens.label',
      'api_tokens.replaced_by',
      'api_tokens.scopes',
      'api_tokens.project_ids',
      'api_tokens.addresses',
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

export interface NewToken extends StoredLimits {
  readonly userId: number;
  readonly label: string;
  readonly tokenHash: string;
  readonly kind: ApiTokenRow['kind'];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly replacedBy?: number | null;
  readonly lastUsedAt?: number | null;
  /** Ended at once, whatever the clocks of other nodes say. */
  readonly revokedAt?: number | null;
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
      scopes: token.scopes,
      project_ids: token.project_ids,
      addresses: token.addresses,
      replaced_by: token.replacedBy ?? null,
      last_used_at: token.lastUsedAt ?? null,
      revoked_at: token.revokedAt ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface TokenRecord extends StoredLimits {
  readonly id: number;
  readonly userId: number;
  readonly label: string;
  readonly kind: ApiTokenRow['kind'];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly lastUsedAddress: string | null;
  readonly lastUsedAgent: string | null;
  readonly revokedAt: number | null;
  readonly revokedBy: number | null;
  readonly revokedWhy: ApiTokenRow['revoked_why'];
  /** The token that took over; null: this is no earlier secret of another one. */
  readonly replacedBy: number | null;
}

const recordColumns = [
  ...(['id', 'user_id', 'label', 'kind', 'created_at', 'expires_at', 'replaced_by'] as const),
  ...(['last_used_at', 'last_used_address', 'last_used_agent'] as const),
  ...(['revoked_at', 'revoked_by', 'revoked_why', 'scopes', 'project_ids', 'addresses'] as const),
] as const;

type RecordRow = Pick<Selectable<ApiTokenRow>, (typeof recordColumns)[number]>;

const recordOf = (row: RecordRow): TokenRecord => ({
  id: row.id,
  userId: row.user_id,
  label: row.label,
  kind: row.kind,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  lastUsedAddress: row.last_used_address,
  lastUsedAgent: row.last_used_agent,
  revokedAt: row.revoked_at,
  revokedBy: row.revoked_by,
  revokedWhy: row.revoked_why,
  replacedBy: row.replaced_by,
  scopes: row.scopes,
  project_ids: row.project_ids,
  addresses: row.addresses,
});

/** An account's tokens and their earlier secrets, by age; those that ended at `endedSince` or before are left out. */
export async function listTokens(db: Db, userId: number, endedSince: number): Promise<TokenRecord[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(recordColumns)
    .where('user_id', '=', userId)
    .where('expires_at', '>', endedSince)
    .where((eb) => eb.or([eb('revoked_at', 'is', null), eb('revoked_at', '>', endedSince)]))
    .orderBy('id')
    .execute();
  return rows.map(recordOf);
}

export async function findToken(db: Db, id: number): Promise<TokenRecord | undefined> {
  const row = await db.selectFrom('api_tokens').select(recordColumns).where('id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

/** Tokens that these are the SHA-256 of, and the names of whoever owns them. */
export async function findTokensByHash(
  db: Db,
  hashes: readonly string[],
): Promise<(TokenRecord & { readonly owner: TokenOwner })[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(recordColumns.map((column) => `api_tokens.${column}` as const))
    .leftJoin('service_accounts', 'service_accounts.user_id', 'users.id')
    .leftJoin('users as owners', 'owners.id', 'service_accounts.owner_id')
    .select((eb) => ['users.name', 'users.active', eb.fn.coalesce('owners.email', 'users.email').as('email')])
    .where('token_hash', 'in', hashes)
    .execute();
  return rows.map((row) => ({
    ...recordOf(row),
    owner: { name: row.name, email: row.email, active: row.active === 1 },
  }));
}

export interface TokenOwner {
  readonly name: string;
  readonly email: string;
  readonly active: boolean;
}

/** A new secret for a token that is alive and was rotated by nobody meanwhile; whether it was. */
export async function replaceSecret(
  db: Db,
  token: { readonly id: number; readonly at: number },
  next: { readonly tokenHash: string; readonly expiresAt: number },
): Promise<string | undefined> {
  const held = await holdLiveToken(db, token.id, token.at);
  if (held === undefined) return undefined;
  await db
    .updateTable('api_tokens')
    .set({
      token_hash: next.tokenHash,
      kind: 'minted',
      created_at: token.at,
      expires_at: next.expiresAt,
      expiry_notice: null,
      last_used_at: null,
      last_used_address: null,
      last_used_agent: null,
    })
    .where('id', '=', token.id)
    .execute();
  return held;
}

/** Ends the earlier secrets of a token that still live on. */
export async function endEarlierSecrets(db: Db, id: number, at: number): Promise<void> {
  await db
    .updateTable('api_tokens')
    .set({ revoked_at: at })
    .where('replaced_by', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', at)
    .execute();
}

/** The hash of a live token, which stays as it is until the transaction ends; undefined: it is not alive. */
export async function holdLiveToken(db: Db, id: number, now: number): Promise<string | undefined> {
  let query = db
    .selectFrom('api_tokens')
    .select('token_hash')
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now);
  if (dialectOf(db).name === 'postgres') query = query.forUpdate();
  return (await query.executeTakeFirst())?.token_hash;
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
    .where('replaced_by', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface Revoking {
  readonly userId: number;
  /** undefined: all of the account. */
  readonly id?: number | undefined;
  readonly at: number;
  readonly by: number | null;
  readonly why: NonNullable<ApiTokenRow['revoked_why']>;
}

/** The tokens that this call revoked, each with its earlier secrets, which are not told of. */
export async function revokeTokens(db: Db, revoking: Revoking): Promise<{ id: number; label: string }[]> {
  const { id } = revoking;
  let query = db
    .updateTable('api_tokens')
    .set({ revoked_at: revoking.at, revoked_by: revoking.by, revoked_why: revoking.why })
    .where('user_id', '=', revoking.userId)
    .where('revoked_at', 'is', null);
  if (id !== undefined) query = query.where((eb) => eb.or([eb('id', '=', id), eb('replaced_by', '=', id)]));
  const revoked = await query.returning(['id', 'label', 'replaced_by']).execute();
  return revoked
    .filter((row) => row.replaced_by === null || row.id === id)
    .map((row) => ({ id: row.id, label: row.label }));
}

/** Live tokens that end within `withinMs` and whose owners have not been told so with `days` to go. */
export async function listExpiring(
  db: Db,
  { now, withinMs, days }: { readonly now: number; readonly withinMs: number; readonly days: number },
  most: number,
) {
  return db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(['api_tokens.id', 'api_tokens.label', 'api_tokens.created_at', 'api_tokens.expires_at'])
    .leftJoin('service_accounts', 'service_accounts.user_id', 'users.id')
    .leftJoin('users as owners', 'owners.id', 'service_accounts.owner_id')
    .select((eb) => ['users.name', eb.fn.coalesce('owners.email', 'users.email').as('email')])
    .where('api_tokens.expires_at', '>', now)
    .where('api_tokens.expires_at', '<=', now + withinMs)
    .where('api_tokens.revoked_at', 'is', null)
    .where('api_tokens.replaced_by', 'is', null)
    .where('users.active', '=', 1)
    .where((eb) => eb.or([eb('expiry_notice', 'is', null), eb('expiry_notice', '>', days)]))
    .orderBy('api_tokens.id')
    .limit(most)
    .execute();
}

/** Whether it was this call that noted it: of several processes one tells the owner. */
export async function noteExpiryNotice(db: Db, id: number, days: number): Promise<boolean> {
  const row = await db
    .updateTable('api_tokens')
    .set({ expiry_notice: days })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('expiry_notice', 'is', null), eb('expiry_notice', '>', days)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the owner is to be told that others can read the token: not within `every` of the last time. */
export async function noteLeakTold(db: Db, id: number, now: number, every: number): Promise<boolean> {
  const row = await db
    .updateTable('api_tokens')
    .set({ leak_told_at: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('leak_told_at', 'is', null), eb('leak_told_at', '<=', now - every)]))
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
