import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../http/route.ts';
import { pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { peopleJson } from './people-json.ts';
import { worklogChangesJson, worklogJson } from './worklog-json.ts';
import {
  addWorklog,
  deleteWorklog,
  editWorklog,
  viewDeletedWorklogs,
  viewUpdatedWorklogs,
  viewWorklog,
  viewWorklogs,
  viewWorklogsById,
  type WorklogViews,
} from './worklogs.ts';

const all = '/rest/api/2/issue/:issueIdOrKey/worklog';
const one = `${all}/:id`;
const ofIssue = Type.Object({ issueIdOrKey: Type.String() });
const ofWorklog = Type.Object({ issueIdOrKey: Type.String(), id: Type.String() });
const anything = Type.Unknown();
const optional = Type.Optional(anything);
const integer = Type.Optional(Type.Integer());
const word = Type.Optional(Type.String());
const list = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
/** Clients send back worklogs as they read them, so what only Jira writes is let through. */
const worklogBody = Type.Object(
  {
    comment: optional,
    started: optional,
    timeSpent: optional,
    timeSpentSeconds: optional,
    visibility: optional,
    id: optional,
    issueId: optional,
    self: optional,
    author: optional,
    updateAuthor: optional,
    created: optional,
    updated: optional,
  },
  { additionalProperties: false },
);
const adjusting = { adjustEstimate: word, newEstimate: word, notifyUsers: word, overrideEditableFlag: word };
const common = { tag: 'Worklogs', access: 'anonymous-ok' } as const;
const reading = { ...common, method: 'GET', scope: 'read:jira-work' } as const;
const writing = { ...common, scope: 'write:jira-work' } as const;

export const worklogRoutes = (site: Site): Route[] => [
  route({
    ...reading,
    path: all,
    id: 'getIssueWorklog',
    summary: 'The work logged on an issue',
    params: ofIssue,
    query: Type.Object({
      startAt: integer,
      maxResults: integer,
      startedAfter: integer,
      startedBefore: integer,
      expand: list,
    }),
    responses: { 200: anything },
    handle: async ({ actor, params, query, wire }) => {
      const { startedAfter, startedBefore } = query;
      const asked = { ...pageOf(query, { fallback: 1000, cap: 5000 }), startedAfter, startedBefore };
      const { startAt, maxResults, total, ...views } = await viewWorklogs(
        site,
        actor,
        params.issueIdOrKey,
        asked,
      );
      return { startAt, maxResults, total, worklogs: viewsJson(views, wire) };
    },
  }),
  route({
    ...writing,
    method: 'POST',
    path: all,
    id: 'addWorklog',
    summary: 'Log work on an issue',
    params: ofIssue,
    query: Type.Object({ ...adjusting, reduceBy: word, expand: list }),
    body: worklogBody,
    responses: { 201: anything },
    handle: async ({ actor, params, query, body, wire }) =>
      created(viewsJson(await addWorklog(site, actor, params.issueIdOrKey, body, query), wire)[0]),
  }),
  route({
    ...reading,
    path: one,
    id: 'getWorklog',
    summary: 'One worklog',
    params: ofWorklog,
    query: Type.Object({ expand: list }),
    responses: { 200: anything },
    handle: async ({ actor, params, wire }) =>
      viewsJson(await viewWorklog(site, actor, params.issueIdOrKey, params.id), wire)[0],
  }),
  route({
    ...writing,
    method: 'PUT',
    path: one,
    id: 'updateWorklog',
    summary: 'Change a worklog',
    params: ofWorklog,
    query: Type.Object({ ...adjusting, expand: list }),
    body: worklogBody,
    responses: { 200: anything },
    handle: async ({ actor, params, query, body, wire }) =>
      viewsJson(await editWorklog(site, actor, params.issueIdOrKey, params.id, body, query), wire)[0],
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: one,
    id: 'deleteWorklog',
    summary: 'Delete a worklog',
    params: ofWorklog,
    query: Type.Object({ ...adjusting, increaseBy: word }),
    responses: { 204: null },
    handle: async ({ actor, params, query }) => {
      await deleteWorklog(site, actor, params.issueIdOrKey, params.id, query);
      return noContent();
    },
  }),
  route({
    ...reading,
    access: 'signed-in',
    path: '/rest/api/2/worklog/updated',
    id: 'getIdsOfWorklogsModifiedSince',
    summary: 'Which worklogs were written since some time (ms)',
    query: Type.Object({ since: integer, expand: list }),
    responses: { 200: anything },
    handle: async ({ actor, query, wire }) =>
      worklogChangesJson(await viewUpdatedWorklogs(site, actor, query.since ?? 0), 'updated', wire),
  }),
  route({
    ...reading,
    access: 'signed-in',
    path: '/rest/api/2/worklog/deleted',
    id: 'getIdsOfWorklogsDeletedSince',
    summary: 'Which worklogs were deleted since some time (ms)',
    query: Type.Object({ since: integer }),
    responses: { 200: anything },
    handle: async ({ query, wire }) =>
      worklogChangesJson(await viewDeletedWorklogs(site, query.since ?? 0), 'deleted', wire),
  }),
  route({
    ...common,
    access: 'signed-in',
    scope: 'read:jira-work',
    method: 'POST',
    path: '/rest/api/2/worklog/list',
    id: 'getWorklogsForIds',
    summary: 'Worklogs by their ids, at most 1,000',
    query: Type.Object({ expand: list }),
    body: Type.Object({ ids: Type.Array(Type.Integer(), { maxItems: 1000 }) }),
    responses: { 200: anything },
    handle: async ({ actor, body, wire }) => viewsJson(await viewWorklogsById(site, actor, body.ids), wire),
  }),
];

function viewsJson({ worklogs, users }: WorklogViews, wire: Wire) {
  const person = peopleJson(users, wire);
  return worklogs.map((worklog) => worklogJson(worklog, person, wire));
}
