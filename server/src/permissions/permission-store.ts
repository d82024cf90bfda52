import { sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';

export function listGlobalGrants(db: Db) {
  return db.selectFrom('global_permissions').selectAll().execute();
}

export function listGrants(db: Db) {
  return db.selectFrom('permission_grants').selectAll().orderBy('id').execute();
}

export function listRoleGroups(db: Db) {
  return db
    .selectFrom('project_role_actors')
    .select(['project_id', 'role_id', 'group_id'])
    .where('group_id', 'is not', null)
    .$narrowType<{ group_id: number }>()
    .execute();
}

/** The groups a user is in and the project roles given to them by name, in one statement. */
const selectMemberships = compiledQuery((db: Db, p: ParamsOf<{ userId: number }>) =>
  db
    .selectFrom('group_members')
    .select(['group_id', sql<number | null>`null`.as('project_id'), sql<number | null>`null`.as('role_id')])
    .where('user_id', '=', p.userId)
    .unionAll(
      db
        .selectFrom('project_role_actors')
        .select([sql<number>`0`.as('group_id'), 'project_id', 'role_id'])
        .where('user_id', '=', p.userId),
    ),
);

export interface Memberships {
  readonly groupIds: ReadonlySet<number>;
  /** Project id → roles given to the user by name. */
  readonly roles: ReadonlyMap<number, readonly number[]>;
}

export async function findMemberships(db: Db, userId: number): Promise<Memberships> {
  const groupIds = new Set<number>();
  const roles = new Map<number, number[]>();
  for (const row of await selectMemberships(db, { userId })) {
    if (row.project_id === null || row.role_id === null) {
      groupIds.add(row.group_id);
      continue;
    }
    const known = roles.get(row.project_id);
    if (known === undefined) roles.set(row.project_id, [row.role_id]);
    else known.push(row.role_id);
  }
  return { groupIds, roles };
}
