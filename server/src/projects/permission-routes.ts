import { Type } from 'typebox';
import { type Route, route } from '../http/route.ts';
import { listOf } from '../lib/list-parameter.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import { permissions } from '../permissions/permission-keys.ts';
import type { Site } from '../site.ts';
import type { FindIssue } from './find-issue.ts';
import { viewMyPermissions } from './my-permissions.ts';
import { myPermissionsJson, permissionsJson } from './permission-json.ts';
import { permissionSchemeRoutes } from './permission-scheme-routes.ts';

/** Permissions speak of projects, people and issues on the wire, so their routes stand here and not below. */
export interface PermissionRoutesParts {
  readonly findIssue: FindIssue;
}

const tag = 'Permissions';
const text = Type.Optional(Type.String());

const permissionSchema = Type.Object({
  id: Type.String(),
  key: Type.String(),
  name: Type.String(),
  type: Type.String(),
  description: Type.String(),
});

export const permissionRoutes = (site: Site, { findIssue }: PermissionRoutesParts): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/permissions',
    id: 'getAllPermissions',
    tag,
    summary: 'Every permission there is',
    access: 'signed-in',
    scope: 'read:jira-work',
    responses: { 200: Type.Object({ permissions: Type.Record(Type.String(), permissionSchema) }) },
    handle: async ({ actor }) => {
      await requireAdministrator(site, actor);
      return permissionsJson(permissions);
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/mypermissions',
    id: 'getMyPermissions',
    tag,
    summary: 'What the caller may do: anywhere, in a project or on an issue',
    access: 'anonymous-ok',
    scope: 'read:jira-work',
    query: Type.Object({
      projectKey: text,
      projectId: text,
      issueKey: text,
      issueId: text,
      permissions: text,
    }),
    responses: {
      200: Type.Object({
        permissions: Type.Record(
          Type.String(),
          Type.Object({
            ...permissionSchema.properties,
            havePermission: Type.Boolean(),
            deprecatedKey: Type.Optional(Type.Boolean()),
          }),
        ),
      }),
    },
    handle: async ({ actor, query }) =>
      myPermissionsJson(await viewMyPermissions(site, findIssue, actor, query, listOf(query.permissions))),
  }),
  ...permissionSchemeRoutes(site),
];
