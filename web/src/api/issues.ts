import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { FieldMeta, IssueType } from './fields.ts';
import { request } from './request.ts';
import type { User } from './users.ts';

export interface StatusCategory {
  key: string;
  name: string;
}

export interface Status {
  id: string;
  name: string;
  statusCategory?: StatusCategory;
}

export interface Priority {
  id: string;
  name: string;
}

export interface Comment {
  id: string;
  author?: User;
  updateAuthor?: User;
  body: string;
  renderedBody?: string;
  created: string;
  updated: string;
}

/** What an issue tells of its parent and its sub-tasks. */
export interface IssueInBrief {
  id: string;
  key: string;
  fields: { summary: string; status: Status; issuetype: { name: string } };
}

export interface IssueFields {
  summary: string;
  description?: string | null;
  issuetype: IssueType;
  project: { id: string; key: string; name: string };
  status: Status;
  priority?: Priority | null;
  assignee?: User | null;
  reporter?: User | null;
  creator?: User | null;
  resolution?: { id: string; name: string } | null;
  labels?: string[];
  created: string;
  updated: string;
  duedate?: string | null;
  resolutiondate?: string | null;
  timetracking?: { originalEstimate?: string; remainingEstimate?: string; timeSpent?: string };
  watches?: { watchCount: number; isWatching: boolean };
  votes?: { votes: number; hasVoted: boolean };
  issuelinks?: {
    id: string;
    type: { name: string; inward: string; outward: string };
    inwardIssue?: IssueInBrief;
    outwardIssue?: IssueInBrief;
  }[];
  parent?: IssueInBrief;
  subtasks?: IssueInBrief[];
  [field: string]: unknown;
}

export interface HistoryItem {
  field: string;
  fromString: string | null;
  toString: string | null;
}

export interface History {
  id: string;
  author?: User;
  created: string;
  items: HistoryItem[];
}

export interface Issue {
  id: string;
  key: string;
  fields: IssueFields;
  renderedFields?: Record<string, unknown>;
  names?: Record<string, string>;
  editmeta?: { fields: Record<string, FieldMeta> };
  changelog?: { histories: History[]; total: number };
}

export interface Transition {
  id: string;
  name: string;
  to: Status;
  fields?: Record<string, FieldMeta>;
}

export interface SearchPage {
  startAt: number;
  maxResults: number;
  total: number;
  issues: Issue[];
}

export const issuePath = (key: string) => `rest/api/2/issue/${encodeURIComponent(key)}`;

export const issueQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key],
    queryFn: ({ signal }) =>
      request<Issue>('GET', issuePath(key), {
        query: { expand: 'renderedFields,names,editmeta,changelog' },
        signal,
      }),
  });

export const transitionsQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key, 'transitions'],
    queryFn: ({ signal }) =>
      request<{ transitions: Transition[] }>('GET', `${issuePath(key)}/transitions`, {
        query: { expand: 'transitions.fields' },
        signal,
      }),
  });

export const commentsQuery = (key: string) =>
  queryOptions({
    queryKey: ['issue', key, 'comments'],
    queryFn: ({ signal }) =>
      request<{ comments: Comment[]; total: number }>('GET', `${issuePath(key)}/comment`, {
        query: { expand: 'renderedBody', maxResults: 1000 },
        signal,
      }),
  });

export interface Search {
  jql: string;
  startAt: number;
  maxResults: number;
}

const listFields = [
  'summary',
  'issuetype',
  'project',
  'status',
  'priority',
  'assignee',
  'created',
  'updated',
  'duedate',
];

export const searchQuery = (search: Search) =>
  queryOptions({
    queryKey: ['search', search],
    queryFn: ({ signal }) =>
      request<SearchPage>('POST', 'rest/api/2/search', { body: { ...search, fields: listFields }, signal }),
    placeholderData: keepPreviousData,
  });

export const statusesQuery = queryOptions({
  queryKey: ['statuses'],
  queryFn: ({ signal }) => request<Status[]>('GET', 'rest/api/2/status', { signal }),
  staleTime: 300_000,
});

export function createIssue(fields: Record<string, unknown>): Promise<{ id: string; key: string }> {
  return request('POST', 'rest/api/2/issue', { body: { fields } });
}

export function editIssue(key: string, fields: Record<string, unknown>): Promise<void> {
  return request('PUT', issuePath(key), { body: { fields } });
}

export function deleteIssue(key: string): Promise<void> {
  return request('DELETE', issuePath(key), { query: { deleteSubtasks: true } });
}

/** A person who may assign but not edit has only this resource for it; null takes the assignee away. */
export function assignIssue(
  key: string,
  user: { name: string } | { accountId: string } | null,
): Promise<void> {
  return request('PUT', `${issuePath(key)}/assignee`, { body: user ?? { name: null } });
}

export function transitionIssue(key: string, id: string, fields: Record<string, unknown>): Promise<void> {
  return request('POST', `${issuePath(key)}/transitions`, { body: { transition: { id }, fields } });
}

export function addComment(key: string, body: string): Promise<Comment> {
  return request('POST', `${issuePath(key)}/comment`, { body: { body } });
}

export function editComment(key: string, id: string, body: string): Promise<Comment> {
  return request('PUT', `${issuePath(key)}/comment/${encodeURIComponent(id)}`, { body: { body } });
}

export function deleteComment(key: string, id: string): Promise<void> {
  return request('DELETE', `${issuePath(key)}/comment/${encodeURIComponent(id)}`);
}
