import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export interface ServiceAccount {
  accountId: string;
  name: string;
  displayName: string;
  emailAddress: string;
  active: boolean;
  createdAt: string;
  /** Who answers for it; null: that account is gone. */
  owner: { accountId: string; name: string; displayName: string } | null;
}

const path = 'rest/tessera/1/service-accounts';

/** All of them for administrators; for others those they answer for. */
export const serviceAccountsQuery = queryOptions({
  queryKey: ['service-accounts'],
  queryFn: ({ signal }) => request<ServiceAccount[]>('GET', path, { signal }),
});

export const createServiceAccount = (input: {
  name: string;
  displayName?: string;
  emailAddress?: string;
  owner: string;
}): Promise<ServiceAccount> => request('POST', path, { body: input });

export const changeServiceAccount = (
  accountId: string,
  input: { displayName?: string; owner?: string; active?: boolean },
): Promise<ServiceAccount> => request('PUT', `${path}/${encodeURIComponent(accountId)}`, { body: input });
