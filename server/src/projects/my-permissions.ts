import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import {
  deprecatedKeys,
  findPermission,
  isGlobalPermission,
  isProjectPermission,
  type Permission,
  type ProjectPermission,
  permissions,
} from '../permissions/permission-keys.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import type { FindIssue } from './find-issue.ts';
import { projectsAt } from './project-cache.ts';
import { seeProject } from './projects.ts';

export interface MyPermission {
  /** The key as asked for; an old one keeps its old spelling. */
  readonly key: string;
  readonly permission: Permission;
  readonly held: boolean;
  readonly deprecated: boolean;
}

export interface PlaceAsked {
  readonly projectKey?: string | undefined;
  readonly projectId?: string | undefined;
  readonly issueKey?: string | undefined;
  readonly issueId?: string | undefined;
}

type Holds = (permission: ProjectPermission) => Promise<boolean>;

/** Ids win over keys, the issue over the project (Cloud documentation, "Get my permissions"). */
export async function viewMyPermissions(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  place: PlaceAsked,
  keys: readonly string[],
): Promise<MyPermission[]> {
  const wanted = keys.length === 0 ? [...permissions.map(({ key }) => key), ...deprecatedKeys.keys()] : keys;
  const unknown = wanted.filter((key) => findPermission(deprecatedKeys.get(key) ?? key) === undefined);
  if (unknown.length > 0) throw new BadRequest(`Unrecognized permissions: ${unknown.join(', ')}`);
  const { grants, holds } = await holdsAt(site, findIssue, actor, place);
  const found: MyPermission[] = [];
  const decided = new Map<string, boolean>();
  for (const key of new Set(wanted)) {
    const current = deprecatedKeys.get(key) ?? key;
    let held = decided.get(current);
    if (held === undefined) {
      held = isGlobalPermission(current)
        ? await grants.global(current)
        : isProjectPermission(current) && (await holds(current));
      decided.set(current, held);
    }
    found.push({ key, permission: findPermission(current)!, held, deprecated: deprecatedKeys.has(key) });
  }
  return found;
}

async function holdsAt(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  { issueId, issueKey, projectId, projectKey }: PlaceAsked,
): Promise<{ grants: Grants; holds: Holds }> {
  const issueAddress = issueId || issueKey;
  if (issueAddress) {
    const { grants, project, issue } = await findIssue(actor, issueAddress);
    return { grants, holds: (permission) => grants.onIssue(permission, project, issue) };
  }
  const projectAddress = projectId || projectKey;
  if (projectAddress) {
    const { grants, project } = await seeProject(site, actor, projectAddress);
    return { grants, holds: (permission) => grants.somewhereInProject(permission, project) };
  }
  const projects = await projectsAt(site.db, actor.revision);
  const grants = await grantsOf(site, actor);
  return {
    grants,
    async holds(permission) {
      for (const project of projects.all) {
        if (await grants.somewhereInProject(permission, project)) return true;
      }
      return false;
    },
  };
}
