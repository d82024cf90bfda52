import { Type } from 'typebox';
import { noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { votesJson } from './mark-json.ts';
import { viewMarks } from './marks.ts';
import { addVote, removeVote } from './votes.ts';

const common = {
  tag: 'Watchers and votes',
  access: 'anonymous-ok',
  path: '/rest/api/2/issue/:issueIdOrKey/votes',
  params: Type.Object({ issueIdOrKey: Type.String() }),
} as const;
const writing = { ...common, scope: 'write:jira-work' } as const;

export const voteRoutes = (site: Site): Route[] => [
  route({
    ...common,
    scope: 'read:jira-work',
    method: 'GET',
    id: 'getVotes',
    summary: 'Who voted for an issue',
    responses: { 200: Type.Unknown() },
    handle: async ({ actor, params: { issueIdOrKey }, wire }) =>
      votesJson(await viewMarks(site, actor, 'vote', issueIdOrKey), wire),
  }),
  route({
    ...writing,
    method: 'POST',
    id: 'addVote',
    summary: 'Vote for an issue',
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey } }) => {
      await addVote(site, actor, issueIdOrKey);
      return noContent();
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    id: 'removeVote',
    summary: 'Take a vote back',
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey } }) => {
      await removeVote(site, actor, issueIdOrKey);
      return noContent();
    },
  }),
];
