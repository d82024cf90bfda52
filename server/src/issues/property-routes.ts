import { Type } from 'typebox';
import { Answer, noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { issueSelf } from './issue-json.ts';
import { removeProperty, setProperty, viewProperty, viewPropertyKeys } from './properties.ts';

const all = '/rest/api/2/issue/:issueIdOrKey/properties';
const one = `${all}/:propertyKey`;
const params = Type.Object({ issueIdOrKey: Type.String(), propertyKey: Type.String() });
const anything = Type.Unknown();
const common = { tag: 'Issue properties', access: 'anonymous-ok' } as const;
const reading = { ...common, method: 'GET', scope: 'read:jira-work' } as const;
const writing = { ...common, scope: 'write:jira-work' } as const;

export const propertyRoutes = (site: Site): Route[] => [
  route({
    ...reading,
    path: all,
    id: 'getIssuePropertyKeys',
    summary: 'The keys of the properties that integrations keep on an issue',
    params: Type.Object({ issueIdOrKey: Type.String() }),
    responses: { 200: anything },
    handle: async ({ actor, params: { issueIdOrKey }, wire }) => {
      const { seen, keys } = await viewPropertyKeys(site, actor, issueIdOrKey);
      const self = issueSelf(seen.issue.id, wire.base);
      return {
        keys: keys.map((key) => ({ self: `${self}/properties/${encodeURIComponent(key)}`, key })),
      };
    },
  }),
  route({
    ...reading,
    path: one,
    id: 'getIssueProperty',
    summary: 'One property of an issue',
    params,
    responses: { 200: anything },
    handle: async ({ actor, params: { issueIdOrKey, propertyKey } }) => {
      const { key, value } = await viewProperty(site, actor, issueIdOrKey, propertyKey);
      return { key, value };
    },
  }),
  route({
    ...writing,
    method: 'PUT',
    path: one,
    id: 'setIssueProperty',
    summary: 'Set a property of an issue to any JSON value: 201 when it is new',
    params,
    body: anything,
    responses: { 200: null, 201: null },
    handle: async ({ actor, params: { issueIdOrKey, propertyKey }, body }) => {
      const isNew = await setProperty(site, actor, issueIdOrKey, propertyKey, body);
      return new Answer(isNew ? 201 : 200);
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: one,
    id: 'deleteIssueProperty',
    summary: 'Remove a property of an issue',
    params,
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey, propertyKey } }) => {
      await removeProperty(site, actor, issueIdOrKey, propertyKey);
      return noContent();
    },
  }),
];
