import { Type } from 'typebox';
import { noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { expandWords } from './query-words.ts';
import { transitionJson } from './transition-json.ts';
import { transitionIssue, viewTransitions } from './transitions.ts';

const path = '/rest/api/2/issue/:issueIdOrKey/transitions';
const params = Type.Object({ issueIdOrKey: Type.String() });
const bag = Type.Optional(Type.Record(Type.String(), Type.Unknown()));
const common = { tag: 'Transitions', access: 'anonymous-ok', path, params } as const;

export const transitionRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    id: 'getTransitions',
    summary: 'What can be done next with an issue',
    scope: 'read:jira-work',
    query: Type.Object({
      expand: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
      transitionId: Type.Optional(Type.String()),
    }),
    responses: { 200: Type.Unknown() },
    handle: async ({ actor, params: { issueIdOrKey }, query, wire }) => {
      const views = await viewTransitions(site, actor, issueIdOrKey, {
        withFields: expandWords(query.expand).has('transitions.fields'),
        transitionId: query.transitionId,
      });
      return { expand: 'transitions', transitions: views.map((view) => transitionJson(view, wire)) };
    },
  }),
  route({
    ...common,
    method: 'POST',
    id: 'doTransition',
    summary: 'Take an issue through a transition',
    scope: 'write:jira-work',
    body: Type.Object(
      { transition: Type.Optional(Type.Unknown()), fields: bag, update: bag },
      { additionalProperties: false },
    ),
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, body }) => {
      await transitionIssue(site, actor, issueIdOrKey, body);
      return noContent();
    },
  }),
];
