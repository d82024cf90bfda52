import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export interface FieldSchema {
  type: string;
  items?: string;
  system?: string;
  custom?: string;
  customId?: number;
}

/** What createmeta, editmeta and a transition's fields say of one field. */
export interface FieldMeta {
  required: boolean;
  schema: FieldSchema;
  name: string;
  fieldId?: string;
  key?: string;
  hasDefaultValue?: boolean;
  defaultValue?: unknown;
  operations?: string[];
  allowedValues?: AllowedValue[];
}

export interface AllowedValue {
  id?: string;
  name?: string;
  value?: string;
  key?: string;
  disabled?: boolean;
}

export interface IssueType {
  id: string;
  name: string;
  description?: string;
  subtask: boolean;
}

export interface CreatableProject {
  id: string;
  key: string;
  name: string;
  issuetypes: IssueType[];
}

/** The projects in which the caller may create issues, with their issue types. */
export const creatableProjectsQuery = queryOptions({
  queryKey: ['createmeta'],
  queryFn: ({ signal }) =>
    request<{ projects: CreatableProject[] }>('GET', 'rest/api/2/issue/createmeta', { signal }),
  staleTime: 60_000,
});

export const createFieldsQuery = (project: string, issueType: string) =>
  queryOptions({
    queryKey: ['createmeta', project, issueType],
    queryFn: ({ signal }) =>
      request<{ values: FieldMeta[] }>(
        'GET',
        `rest/api/2/issue/createmeta/${encodeURIComponent(project)}/issuetypes/${encodeURIComponent(issueType)}`,
        { query: { maxResults: 200 }, signal },
      ),
    staleTime: 60_000,
  });
