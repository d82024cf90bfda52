import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export interface User {
  key?: string;
  name?: string;
  accountId?: string;
  displayName: string;
  emailAddress?: string;
  active?: boolean;
  timeZone?: string;
  groups?: { size: number; items: { name: string }[] };
}

/** How a request names a user: Server's name where there is one, Cloud's account id otherwise. */
export function userRef(user: User): { name: string } | { accountId: string } {
  return user.name === undefined ? { accountId: user.accountId ?? '' } : { name: user.name };
}

export function userId(user: User): string {
  return user.name ?? user.accountId ?? user.key ?? '';
}

export const usersQuery = (search: { username: string; startAt: number; maxResults: number }) =>
  queryOptions({
    queryKey: ['users', search],
    queryFn: ({ signal }) =>
      request<User[]>('GET', 'rest/api/2/user/search', {
        // Jira refuses an empty name; '.' finds everybody.
        query: { ...search, username: search.username || '.', includeInactive: true },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export const userQuery = (username: string) =>
  queryOptions({
    queryKey: ['user', username],
    queryFn: ({ signal }) =>
      request<User>('GET', 'rest/api/2/user', { query: { username, expand: 'groups' }, signal }),
  });

export const activeUsersQuery = (username: string) =>
  queryOptions({
    queryKey: ['users', 'active', username],
    queryFn: ({ signal }) =>
      request<User[]>('GET', 'rest/api/2/user/search', {
        query: { username: username || '.', maxResults: 20 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Whom the issue, or a new issue of the project, may be given to. */
export const assignableUsersQuery = (where: { project?: string; issueKey?: string }, username: string) =>
  queryOptions({
    queryKey: ['users', 'assignable', where, username],
    queryFn: ({ signal }) =>
      request<User[]>('GET', 'rest/api/2/user/assignable/search', {
        query: { ...where, username, maxResults: 20 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export interface NewUser {
  name: string;
  emailAddress: string;
  displayName: string;
  /** Absent: they are mailed a link to choose one. */
  password?: string;
}

export function createUser(user: NewUser): Promise<User> {
  const body = user.password === undefined ? { ...user, notification: true } : user;
  return request('POST', 'rest/api/2/user', { body });
}

export function updateUser(
  username: string,
  change: Partial<Pick<User, 'emailAddress' | 'displayName' | 'active'>>,
): Promise<User> {
  return request('PUT', 'rest/api/2/user', { query: { username }, body: change });
}
