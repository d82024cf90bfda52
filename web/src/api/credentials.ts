import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { siteUrl } from './base.ts';
import { request } from './request.ts';
import type { CredentialUse, LastUse, TokenLimits } from './tokens.ts';

export type CredentialKind = 'api-token' | 'oauth1' | 'oauth2' | 'session';

export interface Credential extends LastUse, TokenLimits {
  kind: CredentialKind;
  id: string;
  label: string;
  owner: { accountId: string; name: string; displayName: string; active: boolean; service: boolean };
  state: 'active' | 'expired' | 'revoked';
  createdAt: string;
  expiringAt: string | null;
  endedAt: string | null;
}

export interface CredentialFilter {
  kind: CredentialKind;
  owner?: string;
  state?: 'live' | 'ended' | 'all';
  staleDays?: number;
  neverUsed?: boolean;
  expiringDays?: number;
  overScoped?: boolean;
  ownerInactive?: boolean;
}

const path = 'rest/tessera/1/credentials';
export const pageSize = 50;

export const credentialsQuery = (filter: CredentialFilter, startAt: number) =>
  queryOptions({
    queryKey: ['credentials', filter, startAt],
    queryFn: ({ signal }) =>
      request<{ total: number; values: Credential[] }>('GET', path, {
        query: { ...filter, startAt, maxResults: pageSize },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const credentialUseQuery = ({ kind, id }: Pick<Credential, 'kind' | 'id'>) =>
  queryOptions({
    queryKey: ['credential-use', kind, id],
    queryFn: ({ signal }) => request<CredentialUse>('GET', `${path}/${kind}/${id}/use`, { signal }),
  });

export const revokeCredentials = (
  chosen: { kind: CredentialKind; ids: string[] } | { filter: CredentialFilter; expected: number },
): Promise<{ revoked: number }> => request('POST', `${path}/revoke`, { body: chosen });

/** Where the file of all that match is. */
export function exportUrl(filter: CredentialFilter): string {
  const query = new URLSearchParams(
    Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return `${siteUrl}${path}/export?${query}`;
}
