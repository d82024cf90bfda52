import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

/** A place where somebody is signed in as oneself. */
export interface OwnSession {
  id: number | string;
  kind: 'web' | 'rest';
  /** The one that asks. */
  current: boolean;
  address: string;
  userAgent: string;
  /** What the user agent is, in words: 'Firefox on Linux'. */
  client: string | null;
  createdAt: string;
  lastSeenAt: string;
  expiresAt: string;
  remembered: boolean;
  byToken: boolean;
}

const path = 'rest/tessera/1/sessions';

export const ownSessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: async ({ signal }) =>
    (await request<{ sessions: OwnSession[] }>('GET', path, { signal })).sessions,
});

export function endSession(id: OwnSession['id']): Promise<void> {
  return request('DELETE', `${path}/${encodeURIComponent(String(id))}`);
}

export function endOtherSessions(): Promise<void> {
  return request('DELETE', path);
}
