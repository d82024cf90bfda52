import { queryOptions } from '@tanstack/react-query';
import type { TestResult } from './identity-providers.ts';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

const path = (id: string) => `rest/tessera/1/identity-providers/${encodeURIComponent(id)}`;

/** What a directory says of a name, and what a sign-in would do. Changes nothing. */
export function testDirectory(id: string, tried: { name: string; password?: string }): Promise<TestResult> {
  return request<TestResult>('POST', `${path(id)}/tests`, { body: tried });
}

export interface SyncChange {
  account: string;
  accountId: string;
  did: 'updated' | 'deactivated' | 'activated' | 'left';
  /** In words. */
  because: string;
}

export interface DirectorySync {
  id: string;
  started: string;
  ended: string | null;
  startedBy: 'schedule' | 'administrator';
  outcome: 'running' | 'done' | 'failed';
  problem: string | null;
  counts: Record<'found' | 'linked' | 'updated' | 'deactivated' | 'activated' | 'left', number>;
  /** The first of them; the counts have all. */
  changes: SyncChange[];
}

const whileRunningMs = 1500;

/** Newest first. */
export const syncsQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'syncs'],
    queryFn: ({ signal }) => request<DirectorySync[]>('GET', `${path(id)}/syncs`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.some(({ outcome }) => outcome === 'running') ? whileRunningMs : false,
  });

export async function startSync(id: string): Promise<void> {
  await request('POST', `${path(id)}/syncs`);
  await queryClient.invalidateQueries({ queryKey: syncsQuery(id).queryKey });
}
