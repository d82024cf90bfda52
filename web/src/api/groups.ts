import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';
import type { User } from './users.ts';

export interface GroupPage {
  header: string;
  total: number;
  groups: { name: string; html?: string; groupId?: string }[];
}

export interface MemberPage {
  startAt: number;
  maxResults: number;
  total: number;
  isLast: boolean;
  values: User[];
}

export const groupsQuery = (query: string) =>
  queryOptions({
    queryKey: ['groups', query],
    queryFn: ({ signal }) =>
      request<GroupPage>('GET', 'rest/api/2/groups/picker', { query: { query, maxResults: 200 }, signal }),
    placeholderData: keepPreviousData,
  });

export const membersQuery = (groupname: string, startAt: number) =>
  queryOptions({
    queryKey: ['group', groupname, 'members', startAt],
    queryFn: ({ signal }) =>
      request<MemberPage>('GET', 'rest/api/2/group/member', {
        query: { groupname, startAt, maxResults: 50, includeInactiveUsers: true },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

export function createGroup(name: string): Promise<void> {
  return request('POST', 'rest/api/2/group', { body: { name } });
}

export function deleteGroup(groupname: string): Promise<void> {
  return request('DELETE', 'rest/api/2/group', { query: { groupname } });
}

export function addMember(groupname: string, name: string): Promise<void> {
  return request('POST', 'rest/api/2/group/user', { query: { groupname }, body: { name } });
}

export function removeMember(groupname: string, username: string): Promise<void> {
  return request('DELETE', 'rest/api/2/group/user', { query: { groupname, username } });
}
