import { Type } from 'typebox';
import { BadRequest } from '../errors.ts';
import { noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { watchersJson } from './mark-json.ts';
import { viewMarks } from './marks.ts';
import { addWatcher, removeWatcher, viewWatching } from './watchers.ts';

const path = '/rest/api/2/issue/:issueIdOrKey/watchers';
const params = Type.Object({ issueIdOrKey: Type.String() });
const word = Type.Optional(Type.String());
const common = { tag: 'Watchers and votes', access: 'anonymous-ok' } as const;
const writing = { ...common, scope: 'write:jira-work' } as const;

export const watcherRoutes = (site: Site): Route[] => [
  route({
    ...common,
    scope: 'read:jira-work',
    method: 'GET',
    path,
    id: 'getIssueWatchers',
    summary: 'Who watches an issue',
    params,
    responses: { 200: Type.Unknown() },
    handle: async ({ actor, params: { issueIdOrKey }, wire }) =>
      watchersJson(await viewMarks(site, actor, 'watch', issueIdOrKey), wire),
  }),
  route({
    ...writing,
    method: 'POST',
    path,
    id: 'addWatcher',
    summary: 'Watch an issue, or let somebody watch it: the body is a user name or account id as a string',
    params,
    // Data Center 10 reads it from here too.
    query: Type.Object({ userName: word }),
    body: Type.Unknown(),
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, query, body }) => {
      await addWatcher(site, actor, issueIdOrKey, watcherNamed(body) ?? query.userName);
      return noContent();
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path,
    id: 'removeWatcher',
    summary: 'Watch an issue no longer, or take somebody from its watchers',
    params,
    query: Type.Object({ username: word, userName: word, userKey: word, accountId: word }),
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, query }) => {
      const { username, userName, userKey: key, accountId } = query;
      await removeWatcher(site, actor, issueIdOrKey, { name: username ?? userName, key, accountId });
      return noContent();
    },
  }),
  route({
    ...common,
    scope: 'read:jira-work',
    method: 'POST',
    path: '/rest/api/2/issue/watching',
    id: 'getIsWatchingIssueBulk',
    summary: 'Which of many issues one watches',
    body: Type.Object({ issueIds: Type.Array(Type.Union([Type.String(), Type.Integer()])) }),
    responses: { 200: Type.Object({ issuesIsWatching: Type.Record(Type.String(), Type.Boolean()) }) },
    handle: async ({ actor, body }) => ({
      issuesIsWatching: await viewWatching(site, actor, body.issueIds.map(String)),
    }),
  }),
];

/** No body, null and the empty string: oneself. */
function watcherNamed(body: unknown): string | undefined {
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body !== 'string') {
    throw new BadRequest('The body must be a user name or an account id, as a JSON string.');
  }
  return body;
}
