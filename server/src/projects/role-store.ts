import type { Db } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import type { ProjectRole } from './role-cache.ts';

export function listRoles(db: Db): Promise<ProjectRole[]> {
  return db
    .selectFrom('project_roles')
    .select(['id', 'name', 'description'])
    .orderBy('name_folded')
    .execute();
}

export function insertRole(trx: Db, name: string, description: string): Promise<ProjectRole> {
  return trx
    .insertInto('project_roles')
    .values({ name, name_folded: fold(name), description })
    .returning(['id', 'name', 'description'])
    .executeTakeFirstOrThrow();
}

export function updateRole(trx: Db, id: number, name: string, description: string): Promise<ProjectRole> {
  return trx
    .updateTable('project_roles')
    .set({ name, name_folded: fold(name), description })
    .where('id', '=', id)
    .returning(['id', 'name', 'description'])
    .executeTakeFirstOrThrow();
}

/** Whatever the role stood in stands under `heir` then: grants, actors and comments limited to it. */
export async function replaceRole(trx: Db, id: number, heir: number): Promise<void> {
  await trx
    .updateTable('permission_grants')
    .set({ holder_id: heir })
    .where('holder_type', '=', 'projectRole')
    .where('holder_id', '=', id)
    .execute();
  const theirs = await trx
    .selectFrom('project_role_actors')
    .selectAll()
    .where('role_id', 'in', [id, heir])
    .execute();
  const held = new Set(theirs.filter((row) => row.role_id === heir).map(actorMark));
  const moved = theirs.filter((row) => row.role_id === id && !held.has(actorMark(row)));
  for (let first = 0; first < moved.length; first += 500) {
    const ids = moved.slice(first, first + 500).map((row) => row.id);
    await trx.updateTable('project_role_actors').set({ role_id: heir }).where('id', 'in', ids).execute();
  }
  for (const table of ['comments', 'worklogs'] as const) {
    await trx
      .updateTable(table)
      .set({ visibility_id: heir })
      .where('visibility_type', '=', 'role')
      .where('visibility_id', '=', id)
      .execute();
  }
}

const actorMark = (row: { project_id: number; user_id: number | null; group_id: number | null }): string =>
  `${row.project_id} ${row.user_id} ${row.group_id}`;

export async function deleteRole(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('project_roles').where('id', '=', id).execute();
}

/** Who has a role in a project: a user or a group. */
export interface RoleActor {
  readonly id: number;
  readonly userId: number | null;
  readonly groupId: number | null;
}

export async function listActors(db: Db, projectId: number, roleId: number): Promise<RoleActor[]> {
  const rows = await db
    .selectFrom('project_role_actors')
    .select(['id', 'user_id', 'group_id'])
    .where('project_id', '=', projectId)
    .where('role_id', '=', roleId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ id: row.id, userId: row.user_id, groupId: row.group_id }));
}

export interface NewActors {
  readonly userIds: readonly number[];
  readonly groupIds: readonly number[];
}

export async function insertActors(
  trx: Db,
  projectId: number,
  roleId: number,
  { userIds, groupIds }: NewActors,
): Promise<void> {
  const role = { project_id: projectId, role_id: roleId };
  const rows = [
    ...userIds.map((user_id) => ({ ...role, user_id, group_id: null })),
    ...groupIds.map((group_id) => ({ ...role, user_id: null, group_id })),
  ];
  if (rows.length > 0) await trx.insertInto('project_role_actors').values(rows).execute();
}

export async function deleteActors(trx: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('project_role_actors').where('id', 'in', ids).execute();
}
