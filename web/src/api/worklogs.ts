import { queryOptions } from '@tanstack/react-query';
import { issuePath } from './issues.ts';
import { request } from './request.ts';
import type { User } from './users.ts';

export interface Worklog {
  id: string;
  author?: User;
  comment: string;
  started: string;
  timeSpent: string;
}

export const worklogsQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key, 'worklogs'],
    queryFn: ({ signal }) =>
      request<{ worklogs: Worklog[]; total: number }>('GET', `${issuePath(key)}/worklog`, {
        query: { maxResults: 1000 },
        signal,
      }),
  });

export interface NewWorklog {
  timeSpent: string;
  comment: string;
  /** Empty: it follows by itself. */
  remaining: string;
}

export const logWork = (key: string, { timeSpent, comment, remaining }: NewWorklog): Promise<unknown> =>
  request('POST', `${issuePath(key)}/worklog`, {
    query: remaining.trim() === '' ? {} : { adjustEstimate: 'new', newEstimate: remaining },
    body: { timeSpent, comment },
  });

export const deleteWorklog = (key: string, id: string): Promise<unknown> =>
  request('DELETE', `${issuePath(key)}/worklog/${id}`);
