import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';
import type { User } from './users.ts';

export interface Project {
  id: string;
  key: string;
  name: string;
  description?: string;
  lead?: User;
  projectTypeKey?: string;
}

export interface Permissions {
  permissions: Record<string, { key: string; havePermission: boolean }>;
}

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) =>
    request<Project[]>('GET', 'rest/api/2/project', { query: { expand: 'description,lead' }, signal }),
  staleTime: 60_000,
});

export function createProject(project: {
  key: string;
  name: string;
  lead: string;
  description: string;
}): Promise<{ id: number | string; key: string }> {
  return request('POST', 'rest/api/2/project', { body: { ...project, projectTypeKey: 'software' } });
}

export const issuePermissionsQuery = (issueKey: string) =>
  queryOptions({
    queryKey: ['issue', issueKey, 'permissions'],
    queryFn: ({ signal }) =>
      request<Permissions>('GET', 'rest/api/2/mypermissions', { query: { issueKey }, signal }),
    staleTime: 60_000,
  });
