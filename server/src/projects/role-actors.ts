import { type Asker, type AuditChange, audit } from '../audit/audit.ts';
import { bumpRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { fold } from '../lib/fold.ts';
import { requireSignedIn } from '../permissions/administrators.ts';
import type { Site } from '../site.ts';
import { type Group, groupsById, groupsByName } from '../users/group-store.ts';
import type { User } from '../users/user.ts';
import { usersById, usersByWord } from '../users/user-store.ts';
import type { Project } from './project-cache.ts';
import { administeredProject, seeProject } from './projects.ts';
import { type ProjectRole, rolesAt } from './role-cache.ts';
import { deleteActors, insertActors, listActors, type NewActors, type RoleActor } from './role-store.ts';
import { getRole } from './roles.ts';

export interface ActorView {
  readonly id: number;
  readonly user: User | undefined;
  readonly group: Group | undefined;
}

export interface ProjectRoleView {
  readonly project: Project;
  readonly role: ProjectRole;
  readonly actors: readonly ActorView[];
}

/** Actors as a client names them. */
export interface ActorsNamed {
  /** Names, keys, account ids or addresses. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly groupIds?: readonly string[] | undefined;
}

export async function viewProjectRoles(
  site: Site,
  actor: Actor,
  idOrKey: string,
): Promise<{ project: Project; roles: readonly ProjectRole[] }> {
  const { project } = await seeProject(site, actor, idOrKey);
  return { project, roles: (await rolesAt(site.db, actor.revision)).all };
}

/** Nobody anonymous is told who works in a project, however public it is. */
export async function viewProjectRole(
  site: Site,
  actor: Actor,
  idOrKey: string,
  roleIdText: string,
): Promise<ProjectRoleView> {
  requireSignedIn(actor);
  const { project } = await seeProject(site, actor, idOrKey);
  const role = await getRole(site.db, actor.revision, roleIdText);
  return viewActors(site.db, project, role);
}

export function addActors(
  site: Site,
  asker: Asker,
  idOrKey: string,
  roleIdText: string,
  named: ActorsNamed,
): Promise<ProjectRoleView> {
  return changing(site, asker, idOrKey, roleIdText, named, (held, wanted) => {
    if (wanted.userIds.length + wanted.groupIds.length === 0) {
      throw new BadRequest('Name at least one user or group.');
    }
    const added = missing(held, wanted);
    if (added.userIds.length + added.groupIds.length === 0) {
      const names = [...named.users, ...named.groups, ...(named.groupIds ?? [])].map((name) => `'${name}'`);
      throw new BadRequest(`${names.join(', ')} is already a member of the project role.`);
    }
    return { removed: [], added };
  });
}

/** The role has exactly these actors then. */
export function setActors(
  site: Site,
  asker: Asker,
  idOrKey: string,
  roleIdText: string,
  named: ActorsNamed,
): Promise<ProjectRoleView> {
  return changing(site, asker, idOrKey, roleIdText, named, (held, wanted) => ({
    removed: held.filter((one) => !isAmong(one, wanted)),
    added: missing(held, wanted),
  }));
}

export function removeActors(
  site: Site,
  asker: Asker,
  idOrKey: string,
  roleIdText: string,
  named: ActorsNamed,
): Promise<ProjectRoleView> {
  return changing(site, asker, idOrKey, roleIdText, named, (held, wanted) => {
    if (wanted.userIds.length + wanted.groupIds.length !== 1) {
      throw new BadRequest('Name one user or one group, not both.');
    }
    const removed = held.filter((one) => isAmong(one, wanted));
    if (removed.length === 0) throw new NotFound('They are not a member of the project role.');
    return { removed, added: { userIds: [], groupIds: [] } };
  });
}

const isAmong = ({ userId, groupId }: RoleActor, { userIds, groupIds }: NewActors): boolean =>
  userId !== null ? userIds.includes(userId) : groupId !== null && groupIds.includes(groupId);

function missing(held: readonly RoleActor[], { userIds, groupIds }: NewActors): NewActors {
  return {
    userIds: userIds.filter((id) => !held.some(({ userId }) => userId === id)),
    groupIds: groupIds.filter((id) => !held.some(({ groupId }) => groupId === id)),
  };
}

interface Change {
  readonly removed: readonly RoleActor[];
  readonly added: NewActors;
}

async function changing(
  site: Site,
  asker: Asker,
  idOrKey: string,
  roleIdText: string,
  named: ActorsNamed,
  decide: (held: readonly RoleActor[], wanted: NewActors) => Change,
): Promise<ProjectRoleView> {
  const { project } = await administeredProject(site, asker.actor, idOrKey);
  const role = await getRole(site.db, asker.actor.revision, roleIdText);
  const wanted = await findActors(site.db, named);
  return inTransaction(site.db, async (trx) => {
    // First, as it makes two changes of one role wait for each other: neither adds what the other added.
    await bumpRevision(trx);
    const { removed, added } = decide(await listActors(trx, project.id, role.id), wanted);
    await deleteActors(
      trx,
      removed.map(({ id }) => id),
    );
    await insertActors(trx, project.id, role.id, added);
    await audit(trx, site.clock, {
      event: 'project-role.actors-changed',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: project.key,
      subjectType: 'project',
      subjectId: project.id,
      changes: await actorChanges(trx, role, removed, added),
      detail: { role: role.name, roleId: role.id },
    });
    return viewActors(trx, project, role);
  });
}

async function actorChanges(
  trx: Db,
  role: ProjectRole,
  removed: readonly RoleActor[],
  added: NewActors,
): Promise<AuditChange[]> {
  const gone = {
    userIds: removed.flatMap(({ userId }) => userId ?? []),
    groupIds: removed.flatMap(({ groupId }) => groupId ?? []),
  };
  const users = await usersById(trx, [...gone.userIds, ...added.userIds]);
  const groups = await groupsById(trx, [...gone.groupIds, ...added.groupIds]);
  const namesOf = ({ userIds, groupIds }: NewActors): string[] => [
    ...userIds.map((id) => `user ${users.get(id)?.name ?? id}`),
    ...groupIds.map((id) => `group ${groups.get(id)?.name ?? id}`),
  ];
  return [
    ...namesOf(gone).map((from) => ({ field: role.name, from, to: null })),
    ...namesOf(added).map((to) => ({ field: role.name, from: null, to })),
  ];
}

async function findActors(db: Db, { users, groups, groupIds = [] }: ActorsNamed): Promise<NewActors> {
  const foundUsers = await usersByWord(db, users);
  const foundGroups = await groupsByName(db, groups);
  const ids = groupIds.map(decimalId);
  const groupsWithId = await groupsById(
    db,
    ids.filter((id) => id !== undefined),
  );
  const unknown =
    users.find((name) => !foundUsers.has(name)) ??
    groups.find((name) => !foundGroups.has(fold(name))) ??
    groupIds.find((_, at) => !groupsWithId.has(ids[at] ?? 0));
  if (unknown !== undefined) {
    throw new NotFound(
      `We can't find '${unknown}' in any accessible user directory. Check they're still active and available, and try again.`,
    );
  }
  return {
    userIds: [...new Set([...foundUsers.values()].map(({ id }) => id))],
    groupIds: [...new Set([...foundGroups.values(), ...groupsWithId.values()].map(({ id }) => id))],
  };
}

async function viewActors(db: Db, project: Project, role: ProjectRole): Promise<ProjectRoleView> {
  const actors = await listActors(db, project.id, role.id);
  const users = await usersById(
    db,
    actors.map(({ userId }) => userId),
  );
  const groups = await groupsById(
    db,
    actors.flatMap(({ groupId }) => groupId ?? []),
  );
  return {
    project,
    role,
    actors: actors.map(({ id, userId, groupId }) => ({
      id,
      user: userId === null ? undefined : users.get(userId),
      group: groupId === null ? undefined : groups.get(groupId),
    })),
  };
}
