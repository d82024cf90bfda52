import { groupJson } from '../users/group-json.ts';
import type { Group } from '../users/group-store.ts';
import { userJson } from '../users/user-json.ts';
import type { Wire } from '../wire.ts';
import type { Project } from './project-cache.ts';
import type { ActorView, ProjectRoleView } from './role-actors.ts';
import type { ProjectRole } from './role-cache.ts';
import type { RoleView } from './roles.ts';

export const roleAddress = (project: { readonly id: number }, role: ProjectRole, { base }: Wire): string =>
  `${base}/rest/api/2/project/${project.id}/role/${role.id}`;

export function roleJson({ role, defaultGroups }: RoleView, wire: Wire) {
  return {
    self: `${wire.base}/rest/api/2/role/${role.id}`,
    name: role.name,
    id: role.id,
    description: role.description,
    actors: defaultGroups.map((group) => groupActorJson(group.id, group, wire)),
  };
}

export function projectRoleJson({ project, role, actors }: ProjectRoleView, wire: Wire) {
  return {
    self: roleAddress(project, role, wire),
    name: role.name,
    id: role.id,
    description: role.description,
    actors: actors.flatMap((actor) => actorJson(actor, wire) ?? []),
  };
}

/** Jira's map from a role's name to its address. */
export function rolesMapJson(project: Project, roles: readonly ProjectRole[], wire: Wire) {
  return Object.fromEntries(roles.map((role) => [role.name, roleAddress(project, role, wire)]));
}

function actorJson({ id, user, group }: ActorView, wire: Wire) {
  if (group !== undefined) return groupActorJson(id, group, wire);
  if (user === undefined) return undefined;
  const { avatarUrls } = userJson(user, wire);
  return {
    id,
    displayName: user.displayName,
    type: 'atlassian-user-role-actor',
    name: user.name,
    actorUser: { accountId: user.accountId, name: user.name, key: user.key },
    avatarUrl: avatarUrls['16x16'],
  };
}

function groupActorJson(id: number, group: Group, wire: Wire) {
  const { name, groupId } = groupJson(group, wire);
  return {
    id,
    displayName: name,
    type: 'atlassian-group-role-actor',
    name,
    actorGroup: { name, displayName: name, groupId },
    avatarUrl: `${wire.base}/secure/useravatar?size=xsmall`,
  };
}
