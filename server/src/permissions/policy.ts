import { cachedByRevision } from '../db/revision.ts';
import type { HolderType } from '../db/tables.ts';
import { listGlobalGrants, listGrants, listRoleGroups } from './permission-store.ts';

/** Everyone who holds one permission, as the rules ask for it. */
export interface Holders {
  readonly anyone: boolean;
  readonly loggedIn: boolean;
  readonly reporter: boolean;
  readonly assignee: boolean;
  readonly projectLead: boolean;
  readonly groups: ReadonlySet<number>;
  readonly roles: ReadonlySet<number>;
  readonly users: ReadonlySet<number>;
}

export interface RoleGroup {
  readonly roleId: number;
  readonly groupId: number;
}

/** The whole permission configuration, of one revision. Who is in which group is no part of it. */
export interface Policy {
  readonly global: ReadonlyMap<string, Holders>;
  /** Scheme id → permission → holders. */
  readonly schemes: ReadonlyMap<number, ReadonlyMap<string, Holders>>;
  /** Project id → the groups that have a role in it. People named one by one are read with the memberships. */
  readonly roleGroups: ReadonlyMap<number, readonly RoleGroup[]>;
}

export const policyAt = cachedByRevision(async (db): Promise<Policy> => {
  const [globals, grants, roleGroups] = [
    await listGlobalGrants(db),
    await listGrants(db),
    await listRoleGroups(db),
  ];
  const global = collect(globals.map((row) => ({ ...row, holder_id: row.group_id })));
  const schemes = new Map<number, ReadonlyMap<string, Holders>>();
  for (const [schemeId, rows] of Map.groupBy(grants, (row) => row.scheme_id))
    schemes.set(schemeId, collect(rows));
  const byProject = new Map<number, RoleGroup[]>();
  for (const [projectId, rows] of Map.groupBy(roleGroups, (row) => row.project_id)) {
    byProject.set(
      projectId,
      rows.map((row) => ({ roleId: row.role_id, groupId: row.group_id })),
    );
  }
  return { global, schemes, roleGroups: byProject };
});

interface GrantRow {
  readonly permission: string;
  readonly holder_type: HolderType;
  readonly holder_id: number | null;
}

export function collect(rows: readonly GrantRow[]): Map<string, Holders> {
  const permissions = new Map<string, Holders>();
  for (const [permission, grants] of Map.groupBy(rows, (row) => row.permission)) {
    const types = new Set(grants.map((row) => row.holder_type));
    const ids = (type: HolderType) =>
      new Set(grants.filter((row) => row.holder_type === type).map((row) => row.holder_id as number));
    permissions.set(permission, {
      anyone: types.has('anyone'),
      loggedIn: types.has('loggedIn'),
      reporter: types.has('reporter'),
      assignee: types.has('assignee'),
      projectLead: types.has('projectLead'),
      groups: ids('group'),
      roles: ids('projectRole'),
      users: ids('user'),
    });
  }
  return permissions;
}
