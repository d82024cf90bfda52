import { type Static, Type } from 'typebox';
import { type Call, type Route, route } from '../http/route.ts';
import { expandWords, listWords } from '../issues/query-words.ts';
import { navigableFields, type WantedFields, wantedFields } from '../issues/wanted-fields.ts';
import type { Site } from '../site.ts';
import { countIssues, type SearchAsked, searchByToken, searchIssues } from './search.ts';
import { searchJson, tokenPageJson } from './search-json.ts';

const optional = Type.Optional;
const list = optional(Type.Union([Type.String(), Type.Array(Type.String())]));
const listOrNull = optional(Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()]));
const textOrNull = optional(Type.Union([Type.String(), Type.Null()]));
const whole = optional(Type.Integer());
const wholeOrNull = optional(Type.Union([Type.Integer(), Type.Null()]));
const flagOrWord = optional(Type.Union([Type.Boolean(), Type.String(), Type.Null()]));

const query = Type.Object({
  jql: optional(Type.String()),
  startAt: whole,
  maxResults: whole,
  fields: list,
  expand: list,
  properties: list,
  fieldsByKeys: optional(Type.String()),
  validateQuery: optional(Type.String()),
  nextPageToken: optional(Type.String()),
});

/** Lists may come as one text too (n8n); `fieldsByKeys`, `failFast` and `reconcileIssues` change nothing here. */
const body = Type.Object(
  {
    jql: textOrNull,
    startAt: wholeOrNull,
    maxResults: wholeOrNull,
    fields: listOrNull,
    expand: listOrNull,
    properties: listOrNull,
    fieldsByKeys: flagOrWord,
    validateQuery: flagOrWord,
    nextPageToken: textOrNull,
    failFast: flagOrWord,
    reconcileIssues: optional(Type.Union([Type.Array(Type.Unknown()), Type.Null()])),
  },
  { additionalProperties: false },
);

type Given = Static<typeof query> | Static<typeof body>;

const anything = Type.Unknown();
const common = { tag: 'Search', access: 'anonymous-ok', scope: 'read:jira-work' } as const;
const responses = { 200: anything };

/** What Cloud's search/jql shows unasked: ids alone. */
const nothingButIds: WantedFields = { all: false, has: () => false };

export const searchRoutes = (site: Site): Route[] => {
  const search = async (call: Pick<Call, 'actor' | 'wire'>, given: Given) => {
    const asked = askedOf(given, navigableFields);
    return searchJson(await searchIssues(site, call.actor, asked), { ...asked, wire: call.wire });
  };
  const byToken = async (call: Pick<Call, 'actor' | 'wire'>, given: Given) => {
    const asked = askedOf(given, nothingButIds);
    const nextPageToken = given.nextPageToken || undefined;
    const page = await searchByToken(site, call.actor, { ...asked, nextPageToken });
    return tokenPageJson(page, { ...asked, wire: call.wire });
  };
  return [
    route({
      ...common,
      method: 'GET',
      path: '/rest/api/2/search',
      id: 'searchForIssuesUsingJql',
      summary: 'Issues that a JQL query finds',
      query,
      responses,
      handle: (call) => search(call, call.query),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/rest/api/2/search',
      id: 'searchForIssuesUsingJqlPost',
      summary: 'Issues that a JQL query finds, for queries too long for an address',
      body,
      responses,
      handle: (call) => search(call, call.body),
    }),
    route({
      ...common,
      method: 'GET',
      path: '/rest/api/2/search/jql',
      id: 'searchAndReconcileIssuesUsingJql',
      summary: 'Issues that a JQL query finds, page by page with a token',
      query,
      responses,
      handle: (call) => byToken(call, call.query),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/rest/api/2/search/jql',
      id: 'searchAndReconcileIssuesUsingJqlPost',
      summary: 'Issues that a JQL query finds, page by page with a token, for long queries',
      body,
      responses,
      handle: (call) => byToken(call, call.body),
    }),
    route({
      ...common,
      method: 'POST',
      path: '/rest/api/2/search/approximate-count',
      id: 'countIssues',
      summary: 'How many issues a JQL query finds; exact here',
      body: Type.Object({ jql: textOrNull }, { additionalProperties: false }),
      responses: { 200: Type.Object({ count: Type.Integer() }) },
      handle: async ({ actor, body: { jql } }) => ({ count: await countIssues(site, actor, jql ?? '') }),
    }),
  ];
};

function askedOf(given: Given, fallback: WantedFields): SearchAsked {
  return {
    jql: given.jql ?? '',
    startAt: given.startAt ?? undefined,
    maxResults: given.maxResults ?? undefined,
    wanted: wantedFields(listWords(given.fields ?? undefined), fallback),
    expand: expandWords(given.expand ?? undefined),
    properties: listWords(given.properties ?? undefined) ?? [],
    strict: !lenient.has(String(given.validateQuery).toLowerCase()),
  };
}

/** Data Center's flag and Cloud's words. */
const lenient: ReadonlySet<string> = new Set(['false', 'none', 'warn']);
