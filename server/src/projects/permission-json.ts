import type { Permission } from '../permissions/permission-keys.ts';
import type { PermissionScheme, StoredGrant } from '../permissions/permission-schemes.ts';
import { groupJson } from '../users/group-json.ts';
import { userJson } from '../users/user-json.ts';
import type { Wire } from '../wire.ts';
import type { MyPermission } from './my-permissions.ts';
import type { Holders } from './permission-holders.ts';

export function permissionsJson(permissions: readonly Permission[]) {
  return { permissions: Object.fromEntries(permissions.map((permission) => [permission.key, permission])) };
}

export function myPermissionsJson(found: readonly MyPermission[]) {
  return {
    permissions: Object.fromEntries(
      found.map(({ key, permission, held, deprecated }) => [
        key,
        { ...permission, key, havePermission: held, ...(deprecated && { deprecatedKey: true }) },
      ]),
    ),
  };
}

export const schemeExpansions = 'permissions,user,group,projectRole,field,all';

export function schemeJson(
  scheme: PermissionScheme,
  holders: Holders | undefined,
  expand: ReadonlySet<string>,
  wire: Wire,
) {
  return {
    expand: schemeExpansions,
    id: scheme.id,
    self: `${wire.base}/rest/api/2/permissionscheme/${scheme.id}`,
    name: scheme.name,
    description: scheme.description,
    ...(holders && {
      permissions: scheme.grants.map((grant) => grantJson(scheme.id, grant, holders, expand, wire)),
    }),
  };
}

export function grantJson(
  schemeId: number,
  grant: StoredGrant,
  holders: Holders,
  expand: ReadonlySet<string>,
  wire: Wire,
) {
  return {
    id: grant.id,
    self: `${wire.base}/rest/api/2/permissionscheme/${schemeId}/permission/${grant.id}`,
    holder: holderJson(grant, holders, expand, wire),
    permission: grant.permission,
  };
}

function holderJson(
  { holderType, holderId }: StoredGrant,
  { users, groups, roles }: Holders,
  expand: ReadonlySet<string>,
  wire: Wire,
) {
  const shown = (name: string) => expand.has(name) || expand.has('all');
  switch (holderType) {
    case 'loggedIn':
      // Jira has no holder for "anybody signed in" but access to any application, which everybody here has.
      return { type: 'applicationRole' };
    case 'group': {
      const group = groups.get(holderId!);
      return {
        type: 'group',
        parameter: group?.name ?? String(holderId),
        value: String(holderId),
        expand: 'group',
        ...(shown('group') && group && { group: groupJson(group, wire) }),
      };
    }
    case 'user': {
      const user = users.get(holderId!);
      const id = wire.profile === 'cloud' ? user?.accountId : user?.key;
      return {
        type: 'user',
        parameter: id ?? String(holderId),
        value: id ?? String(holderId),
        expand: 'user',
        ...(shown('user') && user && { user: userJson(user, wire) }),
      };
    }
    case 'projectRole': {
      const role = roles.byId(holderId!);
      return {
        type: 'projectRole',
        parameter: String(holderId),
        value: String(holderId),
        expand: 'projectRole',
        ...(shown('projectRole') &&
          role && {
            projectRole: {
              self: `${wire.base}/rest/api/2/role/${role.id}`,
              name: role.name,
              id: role.id,
              description: role.description,
            },
          }),
      };
    }
    default:
      return { type: holderType };
  }
}
