import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

/** From where, and by what, a secret was used last. */
export interface LastUse {
  lastAccessedAt: string | null;
  lastAccessAddress: string | null;
  /** In words where it is a browser, else as the program calls itself. */
  lastAccessClient: string | null;
}

/** What a token is held to; null: not at all. */
export interface TokenLimits {
  scopes: string[] | null;
  projects: { id: string; key: string | null }[] | null;
  addresses: string[] | null;
}

/** A secret that the token had before it was rotated. */
export interface EarlierSecret extends LastUse {
  state: 'active' | 'expired' | 'revoked';
  expiringAt: string | null;
}

export interface ApiToken extends LastUse, TokenLimits {
  id: number | string;
  name: string;
  createdAt: string;
  /** null: it never expires. */
  expiringAt: string | null;
  state: 'active' | 'expired' | 'revoked';
  revokedAt: string | null;
  /** Who did, by name. */
  revokedBy: string | null;
  revokedWhy: 'owner' | 'administrator' | 'leaked' | null;
  earlierSecrets: EarlierSecret[];
}

/** The secret itself is in this answer and never again. */
interface WithSecret {
  rawToken: string;
}

const path = 'rest/pat/latest/tokens';
const ownPath = 'rest/tessera/1/tokens';

/** Whose tokens: one's own, or those of a service account, by its account id. */
export type TokenOwner = string | null;

const pathOf = (of: TokenOwner, own = ownPath): string =>
  of === null ? own : `rest/tessera/1/service-accounts/${encodeURIComponent(of)}/tokens`;

/** Those that ended within 90 days too. */
export const tokensOfQuery = (of: TokenOwner) =>
  queryOptions({
    queryKey: ['tokens', of],
    queryFn: ({ signal }) => request<ApiToken[]>('GET', pathOf(of), { signal }),
  });

export const tokensQuery = tokensOfQuery(null);

export const tokenPolicyQuery = queryOptions({
  queryKey: ['token-policy'],
  queryFn: ({ signal }) =>
    request<{ maxDays: number; mayNeverExpire: boolean }>('GET', `${ownPath}/policy`, { signal }),
});

export interface NewToken {
  name: string;
  /** Days; null: never. */
  expirationDuration: number | null;
  scopes: string[] | null;
  /** Keys. */
  projects: string[] | null;
  addresses: string[] | null;
}

export const createToken = (of: TokenOwner, input: NewToken): Promise<WithSecret> =>
  request('POST', pathOf(of, path), { body: input });

export const rotateToken = (
  of: TokenOwner,
  id: ApiToken['id'],
  input: { overlapHours: number; expirationDuration: number | null },
): Promise<WithSecret> =>
  request('POST', `${pathOf(of)}/${encodeURIComponent(String(id))}/rotate`, { body: input });

export function revokeToken(of: TokenOwner, id: ApiToken['id']): Promise<void> {
  return request('DELETE', `${pathOf(of, path)}/${encodeURIComponent(String(id))}`);
}

export function revokeAllTokens(): Promise<void> {
  return request('DELETE', path);
}

/** Requests by day, the first one first, and the scopes that they needed. */
export interface CredentialUse {
  days: { date: string; requests: number }[];
  scopes: string[];
}
