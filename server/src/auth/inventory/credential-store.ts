import { sql } from 'kysely';
import type { Db } from '../../db/tables.ts';
import type { Page } from '../../lib/paging.ts';
import type { User } from '../../users/user.ts';
import { user, userColumns } from '../../users/user-store.ts';

export const credentialKinds = ['api-token', 'oauth1', 'oauth2', 'session'] as const;
export type CredentialKind = (typeof credentialKinds)[number];

export interface CredentialFilter {
  readonly kind: CredentialKind;
  readonly now: number;
  readonly ownerId?: number | undefined;
  /** Neither expired nor revoked; or only such. */
  readonly state: 'live' | 'ended' | 'all';
  /** Not used since then, in ms; what was made later does not count. */
  readonly staleSince?: number | undefined;
  readonly neverUsed?: boolean | undefined;
  readonly expiringBefore?: number | undefined;
  /** With scopes that it never needed; without any, it never did more than read. */
  readonly overScoped?: boolean | undefined;
  readonly ownerInactive?: boolean | undefined;
}

export interface Credential {
  readonly kind: CredentialKind;
  readonly id: number;
  readonly owner: User;
  readonly service: boolean;
  readonly label: string;
  readonly scopes: string | null;
  readonly project_ids: string | null;
  readonly addresses: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly lastUsedAddress: string | null;
  readonly lastUsedAgent: string | null;
  readonly endedAt: number | null;
}

/** Every kind in one shape; what a kind has not is null. */
function shaped(db: Db, kind: CredentialKind) {
  const none = (name: string) => sql<string | null>`null`.as(name);
  switch (kind) {
    case 'api-token':
      return db
        .selectFrom('api_tokens')
        .select(['id', 'user_id', 'label', 'scopes', 'project_ids', 'addresses', 'created_at', 'expires_at'])
        .select(['last_used_at', 'last_used_address', 'last_used_agent', 'revoked_at as ended_at'])
        .where('replaced_by', 'is', null);
    case 'oauth1':
      return db
        .selectFrom('oauth1_access_tokens')
        .innerJoin('oauth1_links', 'oauth1_links.id', 'oauth1_access_tokens.link_id')
        .select(['oauth1_access_tokens.id', 'oauth1_access_tokens.user_id', 'oauth1_links.name as label'])
        .select([none('scopes'), none('project_ids'), none('addresses')])
        .select(['oauth1_access_tokens.created_at', 'renewable_until as expires_at', 'last_used_at'])
        .select([none('last_used_address'), none('last_used_agent'), 'revoked_at as ended_at']);
    case 'oauth2':
      return db
        .selectFrom('oauth2_grants')
        .innerJoin('oauth2_links', 'oauth2_links.id', 'oauth2_grants.link_id')
        .select(['oauth2_grants.id', 'oauth2_grants.user_id', 'oauth2_links.name as label'])
        .select(['oauth2_grants.scopes', none('project_ids'), none('addresses')])
        .select(['oauth2_grants.created_at', 'expires_at', 'last_used_at'])
        .select([none('last_used_address'), none('last_used_agent')])
        .select(sql<number | null>`null`.as('ended_at'));
    case 'session':
      return db
        .selectFrom('sessions')
        .select(['id', 'user_id', 'kind as label'])
        .select([none('scopes'), none('project_ids'), none('addresses')])
        .select(['created_at', 'expires_at', 'last_seen_at as last_used_at'])
        .select(['address as last_used_address', 'user_agent as last_used_agent'])
        .select(sql<number | null>`null`.as('ended_at'))
        .where('opened_with', 'is', null);
  }
}

type Shape = {
  id: number;
  user_id: number;
  label: string;
  scopes: string | null;
  project_ids: string | null;
  addresses: string | null;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  last_used_address: string | null;
  last_used_agent: string | null;
  ended_at: number | null;
};

function matching(db: Db, filter: CredentialFilter) {
  const { kind, now } = filter;
  // The statements differ in their tables only.
  const source = shaped(db, kind) as unknown as ReturnType<typeof shapedTokens>;
  let query = db.selectFrom(source.as('c')).innerJoin('users', 'users.id', 'c.user_id');
  if (filter.ownerId !== undefined) query = query.where('c.user_id', '=', filter.ownerId);
  if (filter.state === 'live') query = query.where('c.ended_at', 'is', null).where('c.expires_at', '>', now);
  if (filter.state === 'ended')
    query = query.where((eb) => eb.or([eb('c.ended_at', 'is not', null), eb('c.expires_at', '<=', now)]));
  const { staleSince, expiringBefore } = filter;
  if (staleSince !== undefined) {
    query = query
      .where('c.created_at', '<=', staleSince)
      .where((eb) => eb.or([eb('c.last_used_at', 'is', null), eb('c.last_used_at', '<=', staleSince)]));
  }
  if (filter.neverUsed === true) query = query.where('c.last_used_at', 'is', null);
  if (expiringBefore !== undefined)
    query = query.where('c.expires_at', '>', now).where('c.expires_at', '<=', expiringBefore);
  if (filter.ownerInactive === true) query = query.where('users.active', '=', 0);
  // Applications of OAuth 2.0 hold scopes that stand for several of ours.
  if (filter.overScoped === true && kind !== 'oauth2') query = query.where(overScoped(kind));
  return query;
}

const shapedTokens = (db: Db) => db.selectFrom('api_tokens').selectAll().$castTo<Shape>();

/** It holds more scopes than it has needed; without scopes: it was used, and never did more than read. */
const overScoped = (kind: CredentialKind) => sql<boolean>`case
  when c.scopes is not null then
    length(c.scopes) - length(replace(c.scopes, ' ', '')) + 1 > (
      select count(*) from credential_scopes_used u where u.kind = ${kind} and u.credential_id = c.id)
  else
    exists (select 1 from credential_scopes_used u where u.kind = ${kind} and u.credential_id = c.id)
    and not exists (select 1 from credential_scopes_used u
      where u.kind = ${kind} and u.credential_id = c.id and u.scope not like 'read:%')
  end`;

export const sortings = ['created', 'lastUsed', 'expires'] as const;
export type Sorting = (typeof sortings)[number];

/** A page, with the newest first, or what was used least lately, or what ends first. */
export async function listCredentials(
  db: Db,
  filter: CredentialFilter,
  sort: Sorting,
  { startAt, maxResults }: Page,
): Promise<Credential[]> {
  let query = matching(db, filter)
    .leftJoin('service_accounts', 'service_accounts.user_id', 'c.user_id')
    .select(userColumns)
    .select(['c.id as credential_id', 'c.label', 'c.scopes', 'c.project_ids', 'c.addresses', 'c.created_at'])
    .select(['c.expires_at', 'c.last_used_at', 'c.last_used_address', 'c.last_used_agent', 'c.ended_at'])
    .select('service_accounts.user_id as service_id');
  if (sort === 'lastUsed') query = query.orderBy(sql`coalesce(c.last_used_at, 0)`);
  if (sort === 'expires') query = query.orderBy('c.expires_at');
  const rows = await query.orderBy('c.id', 'desc').offset(startAt).limit(maxResults).execute();
  return rows.map((row) => ({
    kind: filter.kind,
    id: row.credential_id,
    owner: user(row),
    service: row.service_id !== null,
    label: row.label,
    scopes: row.scopes,
    project_ids: row.project_ids,
    addresses: row.addresses,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
    lastUsedAddress: row.last_used_address,
    lastUsedAgent: row.last_used_agent,
    endedAt: row.ended_at,
  }));
}

export async function countCredentials(db: Db, filter: CredentialFilter): Promise<number> {
  const { count } = await matching(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface CredentialName {
  readonly id: number;
  readonly userId: number;
  readonly label: string;
}

/** Live ones that match, `most` at the most; `ids`: among these. */
export async function nameCredentials(
  db: Db,
  filter: CredentialFilter,
  ids: readonly number[] | undefined,
  most: number,
): Promise<CredentialName[]> {
  let query = matching(db, { ...filter, state: 'live' }).select(['c.id', 'c.user_id', 'c.label']);
  if (ids !== undefined) query = query.where('c.id', 'in', ids);
  const rows = await query.orderBy('c.id').limit(most).execute();
  return rows.map((row) => ({ id: row.id, userId: row.user_id, label: row.label }));
}
