import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../http/route.ts';
import type { Actor } from '../identity.ts';
import { listOf } from '../lib/list-parameter.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import {
  addGrant,
  createScheme,
  editScheme,
  getGrant,
  type PermissionScheme,
  removeGrant,
  removeScheme,
} from '../permissions/permission-schemes.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { findHolders, type GrantInput, parseGrants, viewScheme, viewSchemes } from './permission-holders.ts';
import { grantJson, schemeExpansions, schemeJson } from './permission-json.ts';
import { assignScheme, viewProjectScheme } from './project-editing.ts';

const tag = 'Permissions';
const text = Type.Optional(Type.String());
const expanding = Type.Object({ expand: text });
const schemeParams = Type.Object({ id: Type.String() });
const grantParams = Type.Object({ id: Type.String(), permissionId: Type.String() });
const projectParams = Type.Object({ projectIdOrKey: Type.String() });

const word = Type.Optional(Type.Union([Type.String(), Type.Integer(), Type.Null()]));
const ignored = Type.Optional(Type.Unknown());
const grantBody = Type.Object(
  {
    permission: Type.String(),
    holder: Type.Object(
      {
        type: Type.String(),
        parameter: word,
        value: word,
        // Read back from us and sent again: of no effect.
        expand: ignored,
        user: ignored,
        group: ignored,
        projectRole: ignored,
      },
      { additionalProperties: false },
    ),
    id: ignored,
    self: ignored,
  },
  { additionalProperties: false },
);
const schemeBody = (name: ReturnType<typeof Type.String> | typeof text) =>
  Type.Object(
    {
      name,
      description: text,
      // More than any scheme has, and few enough for one statement.
      permissions: Type.Optional(Type.Array(grantBody, { maxItems: 2000 })),
      id: ignored,
      self: ignored,
      expand: ignored,
    },
    { additionalProperties: false },
  );

const grantSchema = Type.Object({
  id: Type.Integer(),
  self: Type.String(),
  holder: Type.Object({ type: Type.String(), parameter: text, value: text, expand: text }),
  permission: Type.String(),
});
const schemeSchema = Type.Object({
  expand: Type.String(),
  id: Type.Integer(),
  self: Type.String(),
  name: Type.String(),
  description: Type.String(),
  permissions: Type.Optional(Type.Array(grantSchema)),
});
export const permissionSchemeRoutes = (site: Site): Route[] => {
  /** Any expansion shows the grants, as in Jira. */
  const shown = async (
    schemes: readonly PermissionScheme[],
    expand: string | undefined,
    actor: Actor,
    wire: Wire,
  ) => {
    const wanted = new Set(listOf(expand));
    const grants = schemes.flatMap((scheme) => scheme.grants);
    const holders = wanted.size === 0 ? undefined : await findHolders(site, actor, grants);
    return schemes.map((scheme) => schemeJson(scheme, holders, wanted, wire));
  };
  const one = async (scheme: PermissionScheme, expand: string | undefined, actor: Actor, wire: Wire) =>
    (await shown([scheme], expand, actor, wire))[0]!;
  const parsed = async (actor: Actor, inputs: readonly GrantInput[] | undefined) =>
    inputs && (await parseGrants(site, actor, inputs));

  return [
    route({
      method: 'GET',
      path: '/rest/api/2/permissionscheme',
      id: 'getAllPermissionSchemes',
      tag,
      summary: 'The permission schemes',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      query: expanding,
      responses: { 200: Type.Object({ permissionSchemes: Type.Array(schemeSchema) }) },
      handle: async ({ actor, query, wire }) => ({
        permissionSchemes: await shown(await viewSchemes(site, actor), query.expand, actor, wire),
      }),
    }),
    route({
      method: 'POST',
      path: '/rest/api/2/permissionscheme',
      id: 'createPermissionScheme',
      tag,
      summary: 'Create a permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      query: expanding,
      body: schemeBody(Type.String()),
      responses: { 201: schemeSchema },
      handle: async (call) => {
        const { actor, body, query, wire } = call;
        await requireAdministrator(site, actor);
        const grants = await parsed(actor, body.permissions);
        const scheme = await createScheme(site, call, {
          name: body.name,
          description: body.description,
          grants,
        });
        return created(await one(scheme, query.expand, actor, wire));
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/permissionscheme/:id',
      id: 'getPermissionScheme',
      tag,
      summary: 'A permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: schemeParams,
      query: expanding,
      responses: { 200: schemeSchema },
      handle: async ({ actor, params, query, wire }) =>
        one(await viewScheme(site, actor, params.id), query.expand, actor, wire),
    }),
    route({
      method: 'PUT',
      path: '/rest/api/2/permissionscheme/:id',
      id: 'updatePermissionScheme',
      tag,
      summary: 'Change a permission scheme; grants given replace all there were',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: schemeParams,
      query: expanding,
      body: schemeBody(text),
      responses: { 200: schemeSchema },
      handle: async (call) => {
        const { actor, body, params, query, wire } = call;
        await requireAdministrator(site, actor);
        const grants = await parsed(actor, body.permissions);
        const input = { name: body.name, description: body.description, grants };
        return one(await editScheme(site, call, params.id, input), query.expand, actor, wire);
      },
    }),
    route({
      method: 'DELETE',
      path: '/rest/api/2/permissionscheme/:id',
      id: 'deletePermissionScheme',
      tag,
      summary: 'Delete a permission scheme that no project uses',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: schemeParams,
      responses: { 204: null },
      handle: async (call) => {
        await removeScheme(site, call, call.params.id);
        return noContent();
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/permissionscheme/:id/permission',
      id: 'getPermissionSchemeGrants',
      tag,
      summary: 'The grants of a permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: schemeParams,
      query: expanding,
      responses: { 200: Type.Object({ permissions: Type.Array(grantSchema), expand: Type.String() }) },
      handle: async ({ actor, params, query, wire }) => {
        const scheme = await viewScheme(site, actor, params.id);
        const holders = await findHolders(site, actor, scheme.grants);
        const wanted = new Set(listOf(query.expand));
        return {
          permissions: scheme.grants.map((grant) => grantJson(scheme.id, grant, holders, wanted, wire)),
          expand: schemeExpansions.replace('permissions,', ''),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/rest/api/2/permissionscheme/:id/permission',
      id: 'createPermissionGrant',
      tag,
      summary: 'Add a grant to a permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: schemeParams,
      query: expanding,
      body: grantBody,
      responses: { 201: grantSchema },
      handle: async (call) => {
        const { actor, body, params, query, wire } = call;
        await requireAdministrator(site, actor);
        const [input] = await parseGrants(site, actor, [body]);
        const grant = await addGrant(site, call, params.id, input!);
        const holders = await findHolders(site, actor, [grant]);
        return created(grantJson(Number(params.id), grant, holders, new Set(listOf(query.expand)), wire));
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/permissionscheme/:id/permission/:permissionId',
      id: 'getPermissionSchemeGrant',
      tag,
      summary: 'A grant of a permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: grantParams,
      query: expanding,
      responses: { 200: grantSchema },
      handle: async ({ actor, params, query, wire }) => {
        const scheme = await viewScheme(site, actor, params.id);
        const grant = getGrant(scheme, params.permissionId);
        const holders = await findHolders(site, actor, [grant]);
        return grantJson(scheme.id, grant, holders, new Set(listOf(query.expand)), wire);
      },
    }),
    route({
      method: 'DELETE',
      path: '/rest/api/2/permissionscheme/:id/permission/:permissionId',
      id: 'deletePermissionSchemeEntity',
      tag,
      summary: 'Remove a grant from a permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: grantParams,
      responses: { 204: null },
      handle: async (call) => {
        await removeGrant(site, call, call.params.id, call.params.permissionId);
        return noContent();
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/project/:projectIdOrKey/permissionscheme',
      id: 'getAssignedPermissionScheme',
      tag,
      summary: 'The permission scheme of a project',
      access: 'signed-in',
      scope: 'manage:jira-project',
      params: projectParams,
      query: expanding,
      responses: { 200: schemeSchema },
      handle: async ({ actor, params, query, wire }) =>
        one(await viewProjectScheme(site, actor, params.projectIdOrKey), query.expand, actor, wire),
    }),
    route({
      method: 'PUT',
      path: '/rest/api/2/project/:projectIdOrKey/permissionscheme',
      id: 'assignPermissionScheme',
      tag,
      summary: 'Give a project another permission scheme',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      params: projectParams,
      query: expanding,
      body: Type.Object({ id: Type.Union([Type.Integer(), Type.String()]) }, { additionalProperties: false }),
      responses: { 200: schemeSchema },
      handle: async (call) => {
        const { actor, body, params, query, wire } = call;
        const scheme = await assignScheme(site, call, params.projectIdOrKey, String(body.id));
        return one(scheme, query.expand, actor, wire);
      },
    }),
  ];
};
