import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export interface ApiToken {
  id: number | string;
  name: string;
  createdAt: string;
  expiringAt: string | null;
  lastAccessedAt: string | null;
}

const path = 'rest/pat/latest/tokens';

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal }) => request<ApiToken[]>('GET', path, { signal }),
});

/** `rawToken` is the secret itself, in this answer and never again. */
export function createToken(input: {
  name: string;
  expirationDuration: number;
}): Promise<ApiToken & { rawToken: string }> {
  return request('POST', path, { body: input });
}

export function revokeToken(id: ApiToken['id']): Promise<void> {
  return request('DELETE', `${path}/${encodeURIComponent(String(id))}`);
}

export function revokeAllTokens(): Promise<void> {
  return request('DELETE', path);
}
