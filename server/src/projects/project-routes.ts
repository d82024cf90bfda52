import { Type } from 'typebox';
import { NotFound } from '../errors.ts';
import { publicPicture } from '../http/response-headers.ts';
import { Answer, created, noContent, type Route, route } from '../http/route.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { listOf, listParameter } from '../lib/list-parameter.ts';
import { tilePicture } from '../lib/picture.ts';
import type { Site } from '../site.ts';
import { userJson } from '../users/user-json.ts';
import { userSchema } from '../users/user-schema.ts';
import { findAssignable, findViewers } from './assignable-users.ts';
import type { FindIssue } from './find-issue.ts';
import { createProject, editProject, removeProject, validateKey } from './project-editing.ts';
import { projectTypes } from './project-fields.ts';
import {
  fullProjectJson,
  issueTypeStatusesJson,
  projectJson,
  projectPageJson,
  projectSelf,
} from './project-json.ts';
import {
  fullProjectSchema,
  issueTypeStatusesSchema,
  projectPageSchema,
  projectSchema,
  projectTypeSchema,
} from './project-schema.ts';
import {
  listProjectViews,
  requireSomeProject,
  searchProjects,
  viewProject,
  viewStatuses,
} from './project-views.ts';

export interface ProjectRoutesParts {
  readonly findIssue: FindIssue;
}

const tag = 'Projects';
const text = Type.Optional(Type.String());
const number = Type.Optional(Type.Integer());
const id = Type.Optional(Type.Union([Type.Integer(), Type.String(), Type.Null()]));
const nullableText = Type.Optional(Type.Union([Type.String(), Type.Null()]));
const paging = { startAt: number, maxResults: number };
const params = Type.Object({ projectIdOrKey: Type.String() });

const body = Type.Object(
  {
    key: text,
    name: text,
    description: nullableText,
    url: nullableText,
    lead: text,
    leadAccountId: text,
    assigneeType: text,
    projectTypeKey: text,
    projectTemplateKey: nullableText,
    permissionScheme: id,
    issueTypeScheme: id,
    workflowScheme: id,
    workflowSchemeId: id,
    issueSecurityScheme: id,
    notificationScheme: id,
    categoryId: id,
    issueTypeScreenScheme: id,
    fieldConfigurationScheme: id,
    // There is one picture per project, made from its id.
    avatarId: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

const peopleQuery = Type.Object({
  project: text,
  projectKey: text,
  issueKey: text,
  username: text,
  query: text,
  accountId: text,
  ...paging,
});

export const projectRoutes = (site: Site, { findIssue }: ProjectRoutesParts): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/project',
    id: 'getAllProjects',
    tag,
    summary: 'The projects that the caller sees',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    query: Type.Object({ expand: text, recent: number }),
    responses: { 200: Type.Array(projectSchema) },
    handle: async ({ actor, query, wire }) => {
      const expand = new Set(listOf(query.expand));
      const asked = { withLeads: expand.has('lead'), recent: query.recent };
      return (await listProjectViews(site, actor, asked)).map((view) => projectJson(view, expand, wire));
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/project/search',
    id: 'searchProjects',
    tag,
    summary: 'The projects that the caller sees, by page',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    query: Type.Object({
      query: text,
      id: listParameter,
      keys: listParameter,
      typeKey: listParameter,
      status: listParameter,
      action: text,
      orderBy: text,
      expand: text,
      ...paging,
    }),
    responses: { 200: projectPageSchema },
    handle: async ({ actor, query, wire }) => {
      const expand = new Set(listOf(query.expand));
      const found = await searchProjects(site, actor, {
        ...query,
        ids: listOf(query.id),
        keys: listOf(query.keys),
        typeKeys: listOf(query.typeKey),
        statuses: listOf(query.status),
        withLeads: expand.has('lead'),
      });
      return projectPageJson(found, expand, wire);
    },
  }),
  ...['/rest/api/2/project/type', '/rest/api/2/project/type/accessible'].map((path) =>
    route({
      method: 'GET',
      path,
      id: path.endsWith('accessible') ? 'getAllAccessibleProjectTypes' : 'getAllProjectTypes',
      tag,
      summary: 'The types of project',
      access: 'anonymous-ok',
      scope: 'read:jira-work',
      responses: { 200: Type.Array(projectTypeSchema) },
      handle: async ({ actor }) => {
        await requireSomeProject(site, actor);
        return projectTypes.map(projectTypeJson);
      },
    }),
  ),
  route({
    method: 'GET',
    path: '/rest/api/2/project/type/:projectTypeKey',
    id: 'getProjectTypeByKey',
    tag,
    summary: 'A type of project',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    params: Type.Object({ projectTypeKey: Type.String() }),
    responses: { 200: projectTypeSchema },
    handle: async ({ actor, params }) => {
      await requireSomeProject(site, actor);
      const type = projectTypes.find(({ key }) => key === params.projectTypeKey);
      if (type === undefined) throw new NotFound(`There is no project type '${params.projectTypeKey}'.`);
      return projectTypeJson(type);
    },
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/project',
    id: 'createProject',
    tag,
    summary: 'Create a project',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    body,
    responses: { 201: Type.Object({ self: Type.String(), id: Type.Integer(), key: Type.String() }) },
    handle: async (call) => {
      const project = await createProject(site, call, call.body);
      return created({ self: projectSelf(project, call.wire), ...project });
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/project/:projectIdOrKey',
    id: 'getProject',
    tag,
    summary: 'A project by key or id',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    params,
    query: Type.Object({ expand: text }),
    responses: { 200: fullProjectSchema },
    handle: async ({ actor, params, query, wire }) => {
      const view = await viewProject(site, actor, params.projectIdOrKey);
      return fullProjectJson(view, new Set(listOf(query.expand)), wire);
    },
  }),
  route({
    method: 'PUT',
    path: '/rest/api/2/project/:projectIdOrKey',
    id: 'updateProject',
    tag,
    summary: 'Change a project',
    access: 'signed-in',
    scope: 'manage:jira-project',
    params,
    query: Type.Object({ expand: text }),
    body,
    responses: { 200: fullProjectSchema },
    handle: async (call) => {
      const { params, query, wire } = call;
      const revision = await editProject(site, call, params.projectIdOrKey, call.body);
      const view = await viewProject(site, { ...call.actor, revision }, params.projectIdOrKey);
      return fullProjectJson(view, new Set(listOf(query.expand)), wire);
    },
  }),
  route({
    method: 'DELETE',
    path: '/rest/api/2/project/:projectIdOrKey',
    id: 'deleteProject',
    tag,
    summary: 'Delete a project with all its issues',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    params,
    responses: { 204: null },
    handle: async (call) => {
      await removeProject(site, call, call.params.projectIdOrKey);
      return noContent();
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/project/:projectIdOrKey/statuses',
    id: 'getAllStatuses',
    tag,
    summary: 'The statuses of each issue type in a project',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    params,
    responses: { 200: Type.Array(issueTypeStatusesSchema) },
    handle: async ({ actor, params, wire }) =>
      (await viewStatuses(site, actor, params.projectIdOrKey)).map((one) => issueTypeStatusesJson(one, wire)),
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/projectvalidate/key',
    id: 'validateProjectKey',
    tag,
    summary: 'What is wrong with a key for a new project',
    access: 'signed-in',
    scope: 'read:jira-work',
    query: Type.Object({ key: text }),
    responses: {
      200: Type.Object({
        errorMessages: Type.Array(Type.String()),
        errors: Type.Record(Type.String(), Type.String()),
      }),
    },
    handle: async ({ actor, query }) => ({
      errorMessages: [],
      errors: await validateKey(site, actor, query.key ?? ''),
    }),
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/user/assignable/search',
    id: 'findAssignableUsers',
    tag,
    summary: 'People who may be assigned to issues of a project, or to an issue',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: peopleQuery,
    responses: { 200: Type.Array(userSchema) },
    handle: async ({ actor, query, wire }) => {
      const users = await findAssignable(site, findIssue, actor, {
        ...query,
        text: query.username ?? query.query,
      });
      return users.map((user) => userJson(user, wire));
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/user/viewissue/search',
    id: 'findUsersWithBrowsePermission',
    tag,
    summary: 'People who may browse a project, or see an issue',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: peopleQuery,
    responses: { 200: Type.Array(userSchema) },
    handle: async ({ actor, query, wire }) => {
      const users = await findViewers(site, findIssue, actor, {
        ...query,
        project: query.projectKey ?? query.project,
        text: query.username ?? query.query,
      });
      return users.map((user) => userJson(user, wire));
    },
  }),
  route({
    method: 'GET',
    path: '/secure/projectavatar',
    id: 'getProjectAvatar',
    tag,
    summary: 'A picture for a project; made from its id alone, so that it tells nothing',
    access: 'no-door',
    scope: null,
    query: Type.Object({ pid: text, size: text }),
    responses: { 200: Type.String() },
    produces: 'image/svg+xml',
    handle: async ({ query }) => new Answer(200, tilePicture(decimalId(query.pid) ?? 0), publicPicture),
  }),
];

const projectTypeJson = ({ key, formattedKey, color }: (typeof projectTypes)[number]) => ({
  key,
  formattedKey,
  descriptionI18nKey: `jira.project.type.${key}.description`,
  icon: '',
  color,
});
