import { Type } from 'typebox';
import { noContent, type Route, route } from '../http/route.ts';
import type { Site } from '../site.ts';
import { roleSchema } from './project-schema.ts';
import { addActors, removeActors, setActors, viewProjectRole, viewProjectRoles } from './role-actors.ts';
import { projectRoleJson, roleJson, rolesMapJson } from './role-json.ts';
import { createRole, editRole, listRoleViews, removeRole, viewRole } from './roles.ts';

const tag = 'Project roles';
const text = Type.Optional(Type.String());
const names = Type.Optional(Type.Array(Type.String(), { maxItems: 1000 }));
const projectParams = Type.Object({ projectIdOrKey: Type.String() });
const actorParams = Type.Object({ projectIdOrKey: Type.String(), id: Type.String() });
const roleParams = Type.Object({ id: Type.String() });

const actorsBody = Type.Object(
  { user: names, group: names, groupId: names },
  { additionalProperties: false },
);
const categorisedBody = Type.Object(
  {
    categorisedActors: Type.Object(
      {
        'atlassian-user-role-actor': names,
        'atlassian-group-role-actor': names,
        'atlassian-group-role-actor-id': names,
      },
      { additionalProperties: false },
    ),
    id: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);
const roleBody = Type.Object(
  { name: text, description: text, id: Type.Optional(Type.Unknown()), self: text },
  { additionalProperties: false },
);

export const roleRoutes = (site: Site): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/role',
    id: 'getAllProjectRoles',
    tag,
    summary: 'The project roles, with who gets them in new projects',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    responses: { 200: Type.Array(roleSchema) },
    handle: async ({ actor, wire }) => (await listRoleViews(site, actor)).map((view) => roleJson(view, wire)),
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/role',
    id: 'createProjectRole',
    tag,
    summary: 'Create a project role',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    body: roleBody,
    // 200, not 201: Jira's documented answer.
    responses: { 200: roleSchema },
    handle: async (call) => roleJson(await createRole(site, call, call.body), call.wire),
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/role/:id',
    id: 'getProjectRoleById',
    tag,
    summary: 'A project role',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    params: roleParams,
    responses: { 200: roleSchema },
    handle: async ({ actor, params, wire }) => roleJson(await viewRole(site, actor, params.id), wire),
  }),
  ...(['PUT', 'POST'] as const).map((method) =>
    route({
      method,
      path: '/rest/api/2/role/:id',
      id: method === 'PUT' ? 'fullyUpdateProjectRole' : 'partialUpdateProjectRole',
      tag,
      summary: "Change a project role's name or description",
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: roleParams,
      body: roleBody,
      responses: { 200: roleSchema },
      handle: async (call) => roleJson(await editRole(site, call, call.params.id, call.body), call.wire),
    }),
  ),
  route({
    method: 'DELETE',
    path: '/rest/api/2/role/:id',
    id: 'deleteProjectRole',
    tag,
    summary: 'Delete a project role; swap takes its place where it is used',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    params: roleParams,
    query: Type.Object({ swap: text }),
    responses: { 204: null },
    handle: async (call) => {
      await removeRole(site, call, call.params.id, call.query.swap);
      return noContent();
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/project/:projectIdOrKey/role',
    id: 'getProjectRoles',
    tag,
    summary: 'The roles of a project: from name to address',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    params: projectParams,
    responses: { 200: Type.Record(Type.String(), Type.String()) },
    handle: async ({ actor, params, wire }) => {
      const { project, roles } = await viewProjectRoles(site, actor, params.projectIdOrKey);
      return rolesMapJson(project, roles, wire);
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/project/:projectIdOrKey/role/:id',
    id: 'getProjectRole',
    tag,
    summary: 'Who has a role in a project',
    access: 'signed-in',
    scope: 'read:jira-work',
    params: actorParams,
    responses: { 200: roleSchema },
    handle: async ({ actor, params, wire }) =>
      projectRoleJson(await viewProjectRole(site, actor, params.projectIdOrKey, params.id), wire),
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/project/:projectIdOrKey/role/:id',
    id: 'addActorUsers',
    tag,
    summary: 'Give a role in a project to users or groups',
    access: 'signed-in',
    scope: 'manage:jira-project',
    params: actorParams,
    body: actorsBody,
    responses: { 200: roleSchema },
    handle: async (call) => {
      const { user = [], group = [], groupId } = call.body;
      const { projectIdOrKey, id } = call.params;
      const named = { users: user, groups: group, groupIds: groupId };
      return projectRoleJson(await addActors(site, call, projectIdOrKey, id, named), call.wire);
    },
  }),
  route({
    method: 'PUT',
    path: '/rest/api/2/project/:projectIdOrKey/role/:id',
    id: 'setActors',
    tag,
    summary: 'Say exactly who has a role in a project',
    access: 'signed-in',
    scope: 'manage:jira-project',
    params: actorParams,
    body: categorisedBody,
    responses: { 200: roleSchema },
    handle: async (call) => {
      const { categorisedActors: actors } = call.body;
      const { projectIdOrKey, id } = call.params;
      const named = {
        users: actors['atlassian-user-role-actor'] ?? [],
        groups: actors['atlassian-group-role-actor'] ?? [],
        groupIds: actors['atlassian-group-role-actor-id'],
      };
      return projectRoleJson(await setActors(site, call, projectIdOrKey, id, named), call.wire);
    },
  }),
  route({
    method: 'DELETE',
    path: '/rest/api/2/project/:projectIdOrKey/role/:id',
    id: 'deleteActor',
    tag,
    summary: 'Take a role in a project from a user or a group',
    access: 'signed-in',
    scope: 'manage:jira-project',
    params: actorParams,
    query: Type.Object({ user: text, group: text, groupId: text }),
    responses: { 204: null },
    handle: async (call) => {
      const { user, group, groupId } = call.query;
      const { projectIdOrKey, id } = call.params;
      const named = { users: listed(user), groups: listed(group), groupIds: listed(groupId) };
      await removeActors(site, call, projectIdOrKey, id, named);
      return noContent();
    },
  }),
];

const listed = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
