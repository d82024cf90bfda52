import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { autocompleteData, suggestions } from './autocomplete.ts';
import { autocompleteJson } from './autocomplete-json.ts';
import { parsedJqlJson } from './jql-json.ts';
import { matchJqls, parseJqls, sanitizeJqls } from './jql-queries.ts';

const optional = Type.Optional;
const words = optional(Type.String());
const texts = Type.Array(Type.String());
const ids = Type.Array(Type.Integer());
const strict = { additionalProperties: false };

const validation = Type.Union(['strict', 'warn', 'none'].map((word) => Type.Literal(word)));

const responses = { 200: Type.Unknown() };
const common = { tag: 'JQL', scope: 'read:jira-work', responses } as const;
const open = { ...common, access: 'anonymous-ok' } as const;

export const jqlRoutes = (site: Site): Route[] => [
  route({
    ...open,
    method: 'GET',
    path: '/rest/api/2/jql/autocompletedata',
    id: 'getAutoComplete',
    summary: 'Fields, functions and reserved words of JQL',
    handle: async ({ actor }) => autocompleteJson(await autocompleteData(site, actor)),
  }),
  route({
    ...open,
    method: 'POST',
    path: '/rest/api/2/jql/autocompletedata',
    id: 'getAutoCompletePost',
    summary: 'The same; every field holds in all projects, so naming some changes nothing',
    body: Type.Object(
      {
        projectIds: optional(Type.Union([ids, Type.Null()])),
        includeCollapsedFields: optional(Type.Union([Type.Boolean(), Type.Null()])),
      },
      strict,
    ),
    handle: async ({ actor }) => autocompleteJson(await autocompleteData(site, actor)),
  }),
  route({
    ...open,
    method: 'GET',
    path: '/rest/api/2/jql/autocompletedata/suggestions',
    id: 'getFieldAutoCompleteForQueryString',
    summary: 'Values of a field that begin with a text',
    query: Type.Object({ fieldName: words, fieldValue: words, predicateName: words, predicateValue: words }),
    handle: async ({ actor, query: { fieldName, fieldValue, predicateName, predicateValue } }) => ({
      results: await suggestions(site, actor, { fieldName, fieldValue, predicateName, predicateValue }),
    }),
  }),
  route({
    ...open,
    method: 'POST',
    path: '/rest/api/2/jql/parse',
    id: 'parseJqlQueries',
    summary: 'The trees of queries, and what is wrong with them',
    query: Type.Object({ validation: optional(validation) }),
    body: Type.Object({ queries: Type.Array(Type.String(), { minItems: 1 }) }, strict),
    handle: async ({ actor, query, body: { queries } }) => ({
      queries: (await parseJqls(site, actor, queries, query.validation ?? 'strict')).map(parsedJqlJson),
    }),
  }),
  route({
    ...open,
    method: 'POST',
    path: '/rest/api/2/jql/match',
    id: 'matchIssues',
    summary: 'Which of some issues each query finds',
    body: Type.Object({ jqls: texts, issueIds: ids }, strict),
    handle: async ({ actor, body }) => ({
      matches: (await matchJqls(site, actor, body)).map(({ issueIds, errors }) => ({
        matchedIssues: issueIds,
        errors,
      })),
    }),
  }),
  route({
    ...common,
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    method: 'POST',
    path: '/rest/api/2/jql/sanitize',
    id: 'sanitiseJqlQueries',
    summary: 'Queries without the names that their readers may not see',
    body: Type.Object(
      {
        queries: Type.Array(
          Type.Object(
            { query: Type.String(), accountId: optional(Type.Union([Type.String(), Type.Null()])) },
            strict,
          ),
        ),
      },
      strict,
    ),
    handle: async ({ actor, body }) => {
      const given = body.queries.map(({ query, accountId }) => ({
        jql: query,
        accountId: accountId ?? null,
      }));
      return {
        queries: (await sanitizeJqls(site, actor, given)).map(({ jql, accountId, sanitized, errors }) => ({
          initialQuery: jql,
          ...(sanitized !== undefined && { sanitizedQuery: sanitized }),
          ...(errors.length > 0 && { errors: { errorMessages: errors, errors: {} } }),
          ...(accountId !== null && { accountId }),
        })),
      };
    },
  }),
];
