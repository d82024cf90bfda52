import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';
import type { User } from './users.ts';

/** A closed way to sign in. */
export interface Lock {
  /** As it was typed, when nobody has the name. */
  username: string;
  user: User | null;
  /** For one source, for passwords from everywhere, or for every attempt until somebody helps. */
  kind: 'pair' | 'account' | 'ceiling';
  /** null: from everywhere. */
  address: string | null;
  failures: number;
  since: string;
  lastFailureAt: string;
}

/** Failures in a row from one source. */
export interface FailureCount {
  address: string | null;
  failures: number;
  lastFailureAt: string;
}

const path = 'rest/tessera/1/locks';

export const locksQuery = queryOptions({
  queryKey: ['locks'],
  queryFn: async ({ signal }) => (await request<{ locks: Lock[] }>('GET', path, { signal })).locks,
});

export const locksOfQuery = (username: string) =>
  queryOptions({
    queryKey: ['locks', username],
    queryFn: ({ signal }) =>
      request<{ locks: Lock[]; counts: FailureCount[] }>('GET', path, { query: { username }, signal }),
  });

export async function clearLocks(username: string): Promise<void> {
  await request('DELETE', path, { query: { username } });
  await queryClient.invalidateQueries({ queryKey: ['locks'] });
}
