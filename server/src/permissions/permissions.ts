import type { Administers } from '../identity.ts';
import type { Site } from '../site.ts';
import type { GlobalPermission, ProjectPermission } from './permission-keys.ts';
import { findMemberships, type Memberships } from './permission-store.ts';
import { type Holders, type Policy, policyAt } from './policy.ts';

/** What of a project decides about permissions. */
export interface ProjectFacts {
  readonly id: number;
  readonly permissionSchemeId: number;
  readonly leadUserId: number;
}

export interface IssueFacts {
  readonly reporterId: number | null;
  readonly assigneeId: number | null;
}

/** Projects in which a permission is held: wholly, or only on the issues one reported or is assigned to. */
export interface BrowseScope {
  readonly all: readonly number[];
  readonly asReporter: readonly number[];
  readonly asAssignee: readonly number[];
}

/**
 * What one person (or nobody) may do. Memberships are read at most once, in one statement, and only when
 * a permission cannot be decided without them; for nobody never.
 */
export interface Grants {
  global(permission: GlobalPermission): Promise<boolean>;
  /** Held in the whole project, whoever an issue's reporter and assignee are. */
  inProject(permission: ProjectPermission, project: ProjectFacts): Promise<boolean>;
  /** As inProject, or held on some issues of it: by their reporter or their assignee. */
  somewhereInProject(permission: ProjectPermission, project: ProjectFacts): Promise<boolean>;
  onIssue(permission: ProjectPermission, project: ProjectFacts, issue: IssueFacts): Promise<boolean>;
  browseScope(projects: Iterable<ProjectFacts>): Promise<BrowseScope>;
  groupIds(): Promise<ReadonlySet<number>>;
  roleIds(projectId: number): Promise<ReadonlySet<number>>;
}

/** Who is asked about; an Actor is one. Whether the account is active is the caller's knowledge. */
export interface Grantee {
  readonly user: { readonly id: number } | null;
  readonly revision: number;
  /** Ids of the projects that the asker's credential is held to; undefined: all. */
  readonly projects?: ReadonlySet<number> | undefined;
  /** The most that the asker's credential may exercise of what administers the site; undefined: all. */
  readonly administers?: Administers | undefined;
}

export async function grantsOf(site: Pick<Site, 'db'>, grantee: Grantee): Promise<Grants> {
  const policy = await policyAt(site.db, grantee.revision);
  if (grantee.user === null) return anonymousGrants(policy);
  const grants = below(grantee.administers, userGrants(site, policy, grantee.user.id));
  return grantee.projects === undefined ? grants : within(grantee.projects, grants);
}

/** The same without what administers the site, or its system, where the credential was not given that. */
function below(administers: Administers | undefined, grants: Grants): Grants {
  if (administers === undefined) return grants;
  return {
    ...grants,
    global: async (permission) =>
      permission !== 'SYSTEM_ADMIN' &&
      (permission !== 'ADMINISTER' || administers !== 'nothing') &&
      grants.global(permission),
  };
}

/** The same within some projects. Who administers the site reaches every project, so that goes as well. */
function within(only: ReadonlySet<number>, grants: Grants): Grants {
  return {
    ...grants,
    global: async (permission) =>
      permission !== 'ADMINISTER' && permission !== 'SYSTEM_ADMIN' && grants.global(permission),
    inProject: async (permission, project) => only.has(project.id) && grants.inProject(permission, project),
    somewhereInProject: async (permission, project) =>
      only.has(project.id) && grants.somewhereInProject(permission, project),
    onIssue: async (permission, project, issue) =>
      only.has(project.id) && grants.onIssue(permission, project, issue),
    browseScope: async (projects) =>
      grants.browseScope([...projects].filter((project) => only.has(project.id))),
  };
}

const noIds: ReadonlySet<number> = new Set();

function anonymousGrants(policy: Policy): Grants {
  const inProject = async (permission: ProjectPermission, project: ProjectFacts) =>
    holdersOf(policy, permission, project)?.anyone ?? false;
  return {
    global: async (permission) => policy.global.get(permission)?.anyone ?? false,
    inProject,
    somewhereInProject: inProject,
    onIssue: inProject,
    async browseScope(projects) {
      const all: number[] = [];
      for (const project of projects) if (await inProject('BROWSE_PROJECTS', project)) all.push(project.id);
      return { all, asReporter: [], asAssignee: [] };
    },
    groupIds: async () => noIds,
    roleIds: async () => noIds,
  };
}

function userGrants(site: Pick<Site, 'db'>, policy: Policy, userId: number): Grants {
  let reading: Promise<Memberships> | undefined;
  const memberships = () => {
    reading ??= findMemberships(site.db, userId);
    return reading;
  };

  const holdsGlobally = async (permission: GlobalPermission) => {
    const holders = policy.global.get(permission);
    if (holders === undefined) return false;
    return (
      holders.anyone || holders.loggedIn || !holders.groups.isDisjointFrom((await memberships()).groupIds)
    );
  };

  const holdsInProject = async (holders: Holders | undefined, project: ProjectFacts): Promise<boolean> => {
    if (holders === undefined) return false;
    if (holders.anyone || holders.loggedIn || holders.users.has(userId)) return true;
    if (holders.projectLead && project.leadUserId === userId) return true;
    if (holders.groups.size === 0 && holders.roles.size === 0) return false;
    const held = await memberships();
    if (!holders.groups.isDisjointFrom(held.groupIds)) return true;
    return holders.roles.size > 0 && !holders.roles.isDisjointFrom(rolesIn(policy, held, project.id));
  };

  return {
    // Jira's system administrators are its administrators too (Atlassian, "Managing global permissions").
    global: async (permission) =>
      (await holdsGlobally(permission)) ||
      (permission === 'ADMINISTER' && (await holdsGlobally('SYSTEM_ADMIN'))),
    inProject: (permission, project) => holdsInProject(holdersOf(policy, permission, project), project),
    async somewhereInProject(permission, project) {
      const holders = holdersOf(policy, permission, project);
      return holders?.reporter || holders?.assignee || holdsInProject(holders, project);
    },
    async onIssue(permission, project, issue) {
      const holders = holdersOf(policy, permission, project);
      if (holders?.reporter && issue.reporterId === userId) return true;
      if (holders?.assignee && issue.assigneeId === userId) return true;
      return holdsInProject(holders, project);
    },
    async browseScope(projects) {
      const scope = { all: [] as number[], asReporter: [] as number[], asAssignee: [] as number[] };
      for (const project of projects) {
        const holders = holdersOf(policy, 'BROWSE_PROJECTS', project);
        if (await holdsInProject(holders, project)) {
          scope.all.push(project.id);
          continue;
        }
        if (holders?.reporter) scope.asReporter.push(project.id);
        if (holders?.assignee) scope.asAssignee.push(project.id);
      }
      return scope;
    },
    groupIds: async () => (await memberships()).groupIds,
    roleIds: async (projectId) => rolesIn(policy, await memberships(), projectId),
  };
}

function holdersOf(policy: Policy, permission: string, project: ProjectFacts): Holders | undefined {
  return policy.schemes.get(project.permissionSchemeId)?.get(permission);
}

function rolesIn(policy: Policy, held: Memberships, projectId: number): Set<number> {
  const roles = new Set(held.roles.get(projectId));
  for (const { roleId, groupId } of policy.roleGroups.get(projectId) ?? []) {
    if (held.groupIds.has(groupId)) roles.add(roleId);
  }
  return roles;
}

/** Everybody who holds a permission in a project, or on an issue of it, for statements that list them. */
export interface ProjectHolders {
  /** Every signed-in person holds it. */
  readonly everyone: boolean;
  readonly userIds: readonly number[];
  readonly groupIds: readonly number[];
  /** Roles in that project; their people named one by one are in project_role_actors. */
  readonly roleIds: readonly number[];
}

export async function holdersInProject(
  site: Pick<Site, 'db'>,
  revision: number,
  permission: ProjectPermission,
  project: ProjectFacts,
  issue?: IssueFacts,
): Promise<ProjectHolders> {
  const policy = await policyAt(site.db, revision);
  const holders = holdersOf(policy, permission, project);
  if (holders === undefined) return { everyone: false, userIds: [], groupIds: [], roleIds: [] };
  const roleGroups = (policy.roleGroups.get(project.id) ?? []).filter(({ roleId }) =>
    holders.roles.has(roleId),
  );
  return {
    everyone: holders.anyone || holders.loggedIn,
    userIds: [
      ...holders.users,
      ...(holders.projectLead ? [project.leadUserId] : []),
      ...(holders.reporter ? [issue?.reporterId ?? []].flat() : []),
      ...(holders.assignee ? [issue?.assigneeId ?? []].flat() : []),
    ],
    groupIds: [...holders.groups, ...roleGroups.map(({ groupId }) => groupId)],
    roleIds: [...holders.roles],
  };
}
