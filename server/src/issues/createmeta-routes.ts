import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import { pageOf } from '../lib/paging.ts';
import { projectRefJson } from '../projects/project-json.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { issueTypeJson } from '../workflows/reference-json.ts';
import {
  type CreatableProject,
  type CreatableType,
  viewCreatableTypes,
  viewCreateFields,
  viewCreateMeta,
} from './createmeta.ts';
import { fieldMetaJson, fieldMetasJson } from './field-meta-json.ts';
import { expandWords, listWords } from './query-words.ts';

const list = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
const page = {
  startAt: Type.Optional(Type.Integer()),
  maxResults: Type.Optional(Type.Integer()),
};
const anything = Type.Unknown();
const base = '/rest/api/2/issue/createmeta';
const common = {
  method: 'GET',
  tag: 'Creating issues',
  access: 'anonymous-ok',
  scope: 'read:jira-work',
} as const;

export const createmetaRoutes = (site: Site): Route[] => [
  route({
    ...common,
    path: base,
    id: 'getCreateIssueMeta',
    summary: 'Where issues can be created, of which types and with which fields',
    query: Type.Object({
      projectIds: list,
      projectKeys: list,
      issuetypeIds: list,
      issuetypeNames: list,
      expand: list,
    }),
    responses: { 200: anything },
    handle: async ({ actor, query, wire }) => {
      const withFields = expandWords(query.expand).has('projects.issuetypes.fields');
      const filter = {
        projectIds: nonEmpty(query.projectIds),
        projectKeys: nonEmpty(query.projectKeys),
        issueTypeIds: nonEmpty(query.issuetypeIds),
        issueTypeNames: nonEmpty(query.issuetypeNames),
      };
      const projects = await viewCreateMeta(site, actor, filter, withFields);
      return { expand: 'projects', projects: projects.map((one) => projectMetaJson(one, wire)) };
    },
  }),
  route({
    ...common,
    path: `${base}/:projectIdOrKey/issuetypes`,
    id: 'getCreateIssueMetaIssueTypes',
    summary: 'The types in which issues can be created in a project',
    params: Type.Object({ projectIdOrKey: Type.String() }),
    query: Type.Object(page),
    responses: { 200: anything },
    handle: async ({ actor, params, query, wire }) => {
      const { types } = await viewCreatableTypes(site, actor, params.projectIdOrKey);
      const { values, ...paging } = pageOfValues(query, types);
      const json = values.map((type) => issueTypeJson(type, wire.base));
      // Data Center's clients read `values`, Cloud's `issueTypes`.
      return { ...paging, values: json, issueTypes: json };
    },
  }),
  route({
    ...common,
    path: `${base}/:projectIdOrKey/issuetypes/:issueTypeId`,
    id: 'getCreateIssueMetaIssueTypeId',
    summary: 'The fields of a new issue',
    params: Type.Object({ projectIdOrKey: Type.String(), issueTypeId: Type.String() }),
    query: Type.Object(page),
    responses: { 200: anything },
    handle: async ({ actor, params, query, wire }) => {
      const metas = await viewCreateFields(site, actor, params.projectIdOrKey, params.issueTypeId);
      const { values, ...paging } = pageOfValues(query, metas);
      const json = values.map((meta) => fieldMetaJson(meta, wire));
      return { ...paging, values: json, fields: json };
    },
  }),
];

/** An empty filter is none, as clients that fill in URL templates expect. */
function nonEmpty(given: string | readonly string[] | undefined): string[] | undefined {
  const words = listWords(given);
  return words === undefined || words.length === 0 ? undefined : words;
}

function pageOfValues<T>(asked: { startAt?: number; maxResults?: number }, all: readonly T[]) {
  const { startAt, maxResults } = pageOf(asked, { fallback: 50, cap: 1000 });
  const values = all.slice(startAt, startAt + maxResults);
  const isLast = startAt + values.length >= all.length;
  return { maxResults, startAt, total: all.length, isLast, values };
}

function projectMetaJson({ project, types }: CreatableProject, wire: Wire) {
  const { self, id, key, name, avatarUrls } = projectRefJson(project, wire);
  return {
    expand: 'issuetypes',
    self,
    id,
    key,
    name,
    avatarUrls,
    issuetypes: types.map((type) => typeMetaJson(type, wire)),
  };
}

function typeMetaJson({ type, fields }: CreatableType, wire: Wire) {
  return {
    ...issueTypeJson(type, wire.base),
    ...(fields !== undefined && { expand: 'fields', fields: fieldMetasJson(fields, wire) }),
  };
}
