import { type TSchema, Type } from 'typebox';
import { NotFound } from '../errors.ts';
import { type Call, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { type Reference, referenceAt } from './reference.ts';
import {
  issueTypeJson,
  linkTypeJson,
  priorityJson,
  resolutionJson,
  statusCategoryJson,
  statusJson,
} from './reference-json.ts';
import { statusCategories } from './status-category.ts';
import { workflowJson } from './workflow-json.ts';
import { listWorkflowsForAdmins } from './workflows.ts';

const byId = Type.Object({ id: Type.String() });
const anything = Type.Unknown();

/** What issues are made of. As on every public Jira, anyone may read it; nothing of any issue is in it. */
export const referenceRoutes = (site: Site): Route[] => {
  const read =
    <C extends Call, T>(answer: (reference: Reference, call: C) => T) =>
    async (call: C): Promise<T> =>
      answer(await referenceAt(site.db, call.actor.revision), call);

  const list = (
    path: string,
    id: string,
    tag: string,
    answer: (reference: Reference, base: string) => unknown,
  ) =>
    route({
      ...common,
      path: `/rest/api/2/${path}`,
      id,
      tag,
      summary: `All: ${tag}`,
      responses: { 200: anything },
      handle: read((reference, call) => answer(reference, call.wire.base)),
    });

  const one = (
    path: string,
    id: string,
    tag: string,
    find: (reference: Reference, id: string, base: string) => unknown,
    missing: (id: string) => string,
    response: TSchema = anything,
  ) =>
    route({
      ...common,
      path: `/rest/api/2/${path}/:id`,
      id,
      tag,
      summary: `One: ${tag}`,
      params: byId,
      responses: { 200: response },
      handle: read((reference, call: Call<{ id: string }, undefined, undefined>) => {
        const found = find(reference, call.params.id, call.wire.base);
        if (found === undefined) throw new NotFound(missing(call.params.id));
        return found;
      }),
    });

  return [
    list('issuetype', 'getIssueAllTypes', 'Issue types', ({ issueTypes }, base) =>
      issueTypes.all.map((type) => issueTypeJson(type, base)),
    ),
    one(
      'issuetype',
      'getIssueType',
      'Issue types',
      ({ issueTypes }, id, base) => mapFound(issueTypes.byIdText(id), (type) => issueTypeJson(type, base)),
      (id) => `The issue type with id '${id}' does not exist`,
    ),
    list('status', 'getStatuses', 'Statuses', ({ statuses }, base) =>
      statuses.all.map((status) => statusJson(status, base)),
    ),
    one(
      'status',
      'getStatus',
      'Statuses',
      ({ statuses }, id, base) =>
        mapFound(statuses.byIdText(id) ?? statuses.byName(id), (status) => statusJson(status, base)),
      (id) => `The status with id '${id}' does not exist`,
    ),
    list('statuscategory', 'getStatusCategories', 'Status categories', (_, base) =>
      statusCategories.map((category) => statusCategoryJson(category, base)),
    ),
    one(
      'statuscategory',
      'getStatusCategory',
      'Status categories',
      (_, id, base) =>
        mapFound(
          statusCategories.find((category) => String(category.id) === id || category.key === id),
          (category) => statusCategoryJson(category, base),
        ),
      (id) => `The status category with id or key '${id}' does not exist`,
    ),
    list('priority', 'getPriorities', 'Priorities', ({ priorities, defaultPriority }, base) =>
      priorities.all.map((priority) => priorityJson(priority, base, priority === defaultPriority)),
    ),
    one(
      'priority',
      'getPriority',
      'Priorities',
      ({ priorities, defaultPriority }, id, base) =>
        mapFound(priorities.byIdText(id), (priority) =>
          priorityJson(priority, base, priority === defaultPriority),
        ),
      (id) => `The priority with id '${id}' does not exist`,
    ),
    list('resolution', 'getResolutions', 'Resolutions', ({ resolutions }, base) =>
      resolutions.all.map((resolution) => resolutionJson(resolution, base)),
    ),
    one(
      'resolution',
      'getResolution',
      'Resolutions',
      ({ resolutions }, id, base) =>
        mapFound(resolutions.byIdText(id), (resolution) => resolutionJson(resolution, base)),
      (id) => `The resolution with id '${id}' does not exist`,
    ),
    list('issueLinkType', 'getIssueLinkTypes', 'Issue link types', ({ linkTypes }, base) => ({
      issueLinkTypes: linkTypes.all.map((type) => linkTypeJson(type, base)),
    })),
    one(
      'issueLinkType',
      'getIssueLinkType',
      'Issue link types',
      ({ linkTypes }, id, base) => mapFound(linkTypes.byIdText(id), (type) => linkTypeJson(type, base)),
      (id) => `No issue link type with id '${id}' found.`,
    ),
    route({
      method: 'GET',
      path: '/rest/api/2/workflow',
      id: 'getAllWorkflows',
      tag: 'Workflows',
      summary: 'All workflows, for administrators',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      query: Type.Object({ workflowName: Type.Optional(Type.String()) }),
      responses: { 200: anything },
      handle: async ({ actor, query }) =>
        (await listWorkflowsForAdmins(site, actor, query.workflowName)).map(workflowJson),
    }),
  ];
};

const common = { method: 'GET', access: 'anonymous-ok', scope: 'read:jira-work' } as const;

const mapFound = <T, J>(found: T | undefined, json: (item: T) => J): J | undefined =>
  found === undefined ? undefined : json(found);
