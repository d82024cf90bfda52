import { Type } from 'typebox';
import type { AppError } from '../errors.ts';
import { Answer, created, noContent, type Route, route } from '../http/route.ts';
import { pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { viewChangelog } from './changelog.ts';
import { changelogJson, historiesJson } from './changelog-json.ts';
import { deleteIssue } from './delete-issue.ts';
import { assignIssue, editIssue } from './edit-issue.ts';
import { fieldMetasJson } from './field-meta-json.ts';
import { issueJson, issueSelf } from './issue-json.ts';
import { type ExpandedIssue, viewEditMeta, viewIssue } from './issues.ts';
import { type CreatedIssue, createIssue, createIssues } from './new-issue.ts';
import { expandWords, listWords } from './query-words.ts';
import { transitionJson } from './transition-json.ts';
import { allFields, type WantedFields, wantedFields } from './wanted-fields.ts';

const anything = Type.Unknown();
const list = Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())]));
/** Python's clients write flags as `True`; only deleteSubtasks changes an answer. */
const flag = Type.Optional(Type.String());
const bag = Type.Optional(Type.Record(Type.String(), Type.Unknown()));
const issueBody = Type.Object(
  { fields: bag, update: bag, properties: Type.Optional(Type.Array(Type.Unknown())) },
  { additionalProperties: false },
);
const params = Type.Object({ issueIdOrKey: Type.String() });
const one = '/rest/api/2/issue/:issueIdOrKey';
const common = { tag: 'Issues', access: 'anonymous-ok' } as const;
const reading = { ...common, method: 'GET', scope: 'read:jira-work' } as const;
const writing = { ...common, scope: 'write:jira-work' } as const;

export const issueRoutes = (site: Site): Route[] => [
  route({
    ...writing,
    method: 'POST',
    path: '/rest/api/2/issue',
    id: 'createIssue',
    summary: 'Create an issue',
    query: Type.Object({ updateHistory: flag }),
    body: issueBody,
    responses: { 201: Type.Object({ id: Type.String(), key: Type.String(), self: Type.String() }) },
    handle: async ({ actor, body, wire }) => created(createdJson(await createIssue(site, actor, body), wire)),
  }),
  route({
    ...writing,
    method: 'POST',
    path: '/rest/api/2/issue/bulk',
    id: 'createIssues',
    summary: 'Create many issues',
    body: Type.Object({ issueUpdates: Type.Array(issueBody) }, { additionalProperties: false }),
    responses: { 201: anything },
    handle: async ({ actor, body, wire }) => {
      const { issues, failures } = await createIssues(site, actor, body.issueUpdates);
      const result = {
        issues: issues.map((issue) => createdJson(issue, wire)),
        errors: failures.map(({ index, error }) => ({
          status: error.status,
          elementErrors: { errorMessages: error.messages, errors: error.fields },
          failedElementNumber: index,
        })),
      };
      return new Answer(issues.length > 0 ? 201 : bulkFailure(failures), result);
    },
  }),
  route({
    ...reading,
    path: one,
    id: 'getIssue',
    summary: 'One issue',
    params,
    query: Type.Object({
      fields: list,
      expand: list,
      properties: list,
      fieldsByKeys: flag,
      updateHistory: flag,
    }),
    responses: { 200: anything },
    handle: async ({ actor, params: { issueIdOrKey }, query, wire }) => {
      const wanted =
        query.fields === undefined ? allFields : wantedFields(listWords(query.fields), allFields);
      const expand = expandWords(query.expand);
      const properties = listWords(query.properties) ?? [];
      const issue = await viewIssue(site, actor, { idOrKey: issueIdOrKey, wanted, expand, properties });
      return expandedIssueJson(issue, wanted, expand, wire);
    },
  }),
  route({
    ...writing,
    method: 'PUT',
    path: one,
    id: 'editIssue',
    summary: 'Change fields of an issue',
    params,
    query: Type.Object({ notifyUsers: flag, overrideScreenSecurity: flag, overrideEditableFlag: flag }),
    body: issueBody,
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, body }) => {
      await editIssue(site, actor, issueIdOrKey, body);
      return noContent();
    },
  }),
  route({
    ...writing,
    method: 'DELETE',
    path: one,
    id: 'deleteIssue',
    summary: 'Delete an issue',
    params,
    query: Type.Object({ deleteSubtasks: flag }),
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, query }) => {
      await deleteIssue(site, actor, issueIdOrKey, {
        withSubtasks: query.deleteSubtasks?.toLowerCase() === 'true',
      });
      return noContent();
    },
  }),
  route({
    ...writing,
    method: 'PUT',
    path: `${one}/assignee`,
    id: 'assignIssue',
    summary: 'Assign an issue: by name, key or account id; -1 automatically, null to nobody',
    params,
    body: anything,
    responses: { 204: null },
    handle: async ({ actor, params: { issueIdOrKey }, body }) => {
      await assignIssue(site, actor, issueIdOrKey, body);
      return noContent();
    },
  }),
  route({
    ...reading,
    path: `${one}/editmeta`,
    id: 'getEditIssueMeta',
    summary: 'Which fields of an issue can be changed, and to what',
    params,
    query: Type.Object({ overrideScreenSecurity: flag, overrideEditableFlag: flag }),
    responses: { 200: anything },
    handle: async ({ actor, params: { issueIdOrKey }, wire }) => ({
      fields: fieldMetasJson(await viewEditMeta(site, actor, issueIdOrKey), wire),
    }),
  }),
  route({
    ...reading,
    path: `${one}/changelog`,
    id: 'getChangeLogs',
    summary: 'What was changed in an issue, by whom and when',
    params,
    query: Type.Object({
      startAt: Type.Optional(Type.Integer()),
      maxResults: Type.Optional(Type.Integer()),
    }),
    responses: { 200: anything },
    handle: async ({ actor, params: { issueIdOrKey }, query, wire }) => {
      const page = pageOf(query, { fallback: 100, cap: 100 });
      return changelogJson(await viewChangelog(site, actor, issueIdOrKey, page), issueIdOrKey, wire);
    },
  }),
];

/** All issues of a bulk request failed: 400, unless each for the same other reason. */
function bulkFailure(failures: readonly { readonly error: AppError }[]): number {
  const statuses = new Set(failures.map(({ error }) => error.status));
  return statuses.size === 1 ? [...statuses][0]! : 400;
}

function createdJson({ id, key }: CreatedIssue, { base }: Wire) {
  return { id: String(id), key, self: issueSelf(id, base) };
}

function expandedIssueJson(
  { view, transitions, editmeta, changelog, properties }: ExpandedIssue,
  wanted: WantedFields,
  expand: ReadonlySet<string>,
  wire: Wire,
) {
  const json = issueJson(view, { wire, wanted, expand });
  if (expand.size === 0 && properties === undefined) return json;
  return {
    ...json,
    ...(transitions && { transitions: transitions.map((one) => transitionJson(one, wire)) }),
    ...(editmeta && { editmeta: { fields: fieldMetasJson(editmeta, wire) } }),
    ...(changelog && { changelog: historiesJson(changelog, wire) }),
    ...(properties && { properties: Object.fromEntries(properties.map(({ key, value }) => [key, value])) }),
  };
}
