import { queryOptions } from '@tanstack/react-query';
import { issuePath } from './issues.ts';
import { request } from './request.ts';
import { type User, userId } from './users.ts';

interface Watchers {
  watchCount: number;
  isWatching: boolean;
  watchers: User[];
}

interface Votes {
  votes: number;
  hasVoted: boolean;
  voters: User[];
}

/** Who is named to whoever may see it; otherwise at most oneself. */
export const watchersQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key, 'watchers'],
    queryFn: async ({ signal }) =>
      (await request<Watchers>('GET', `${issuePath(key)}/watchers`, { signal })).watchers,
  });

export const votersQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key, 'voters'],
    queryFn: async ({ signal }) =>
      (await request<Votes>('GET', `${issuePath(key)}/votes`, { signal })).voters,
  });

export const watchIssue = (key: string, user: User): Promise<unknown> =>
  request('POST', `${issuePath(key)}/watchers`, { body: userId(user) });

export const unwatchIssue = (key: string, user: User): Promise<unknown> =>
  request('DELETE', `${issuePath(key)}/watchers`, {
    query: user.name === undefined ? { accountId: user.accountId ?? '' } : { username: user.name },
  });

export const voteFor = (key: string): Promise<unknown> => request('POST', `${issuePath(key)}/votes`);
export const takeVoteBack = (key: string): Promise<unknown> => request('DELETE', `${issuePath(key)}/votes`);
