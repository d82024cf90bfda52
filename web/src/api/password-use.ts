import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';
import type { User } from './users.ts';

/** An account that signs in over REST with its password. */
export interface PasswordUse {
  user: User;
  count: number;
  lastUsedAt: string;
  address: string;
  userAgent: string;
}

export const passwordUseQuery = queryOptions({
  queryKey: ['password-use'],
  queryFn: async ({ signal }) =>
    (await request<{ users: PasswordUse[] }>('GET', 'rest/tessera/1/password-use', { signal })).users,
});

/** Jira's switch for passwords over REST; `*` stands for anything in a path or a name. */
export interface BasicAuthConfig {
  'block-requests': boolean;
  'allowed-paths': string[];
  'allowed-users': string[];
}

const configPath = 'rest/basicauth/1.0/config';

export const basicAuthConfigQuery = queryOptions({
  queryKey: ['basic-auth-config'],
  queryFn: ({ signal }) => request<BasicAuthConfig>('GET', configPath, { signal }),
  refetchOnWindowFocus: false,
});

export function changeBasicAuthConfig(config: BasicAuthConfig): Promise<BasicAuthConfig | undefined> {
  return request('PUT', configPath, { body: config });
}
