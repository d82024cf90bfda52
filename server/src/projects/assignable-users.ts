import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { pageOf } from '../lib/paging.ts';
import { requireSignedIn } from '../permissions/administrators.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { type Grants, holdersInProject, type IssueFacts } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import type { User } from '../users/user.ts';
import { findUsers } from '../users/user-store.ts';
import { mayBrowsePeople, searchText } from '../users/users.ts';
import type { FindIssue } from './find-issue.ts';
import type { Project } from './project-cache.ts';
import { seeProject } from './projects.ts';

export interface PeopleAsked {
  readonly project?: string | undefined;
  readonly issueKey?: string | undefined;
  readonly text: string | undefined;
  readonly accountId?: string | undefined;
  readonly startAt?: number | undefined;
  readonly maxResults?: number | undefined;
}

/** The people who may be assigned to issues of a project, or to an issue. */
export function findAssignable(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  asked: PeopleAsked,
): Promise<User[]> {
  return findHolders(site, findIssue, actor, 'ASSIGNABLE_USER', asked);
}

/** The people who may browse a project, or see an issue. */
export function findViewers(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  asked: PeopleAsked,
): Promise<User[]> {
  return findHolders(site, findIssue, actor, 'BROWSE_PROJECTS', asked);
}

async function findHolders(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  permission: ProjectPermission,
  asked: PeopleAsked,
): Promise<User[]> {
  requireSignedIn(actor);
  const { project, grants, issue } = await placeOf(site, findIssue, actor, asked);
  // Whoever assigns has to find whom to assign (Cloud documentation, "Find users assignable to issues").
  const mayAsk = (await grants.inProject('ASSIGN_ISSUES', project)) || (await mayBrowsePeople(site, actor));
  if (!mayAsk) return [];
  const holders = await holdersInProject(site, actor.revision, permission, project, issue);
  return findUsers(
    site.db,
    {
      text: searchText(asked.text ?? ''),
      accountId: asked.accountId,
      active: true,
      inactive: false,
      among: holders.everyone ? undefined : { ...holders, projectId: project.id },
    },
    pageOf(asked, { fallback: 50, cap: 1000 }),
  );
}

async function placeOf(
  site: Site,
  findIssue: FindIssue,
  actor: Actor,
  { project, issueKey }: PeopleAsked,
): Promise<{ project: Project; grants: Grants; issue?: IssueFacts }> {
  if (issueKey) return findIssue(actor, issueKey);
  if (project) return seeProject(site, actor, project);
  throw new BadRequest("Either the 'project' or the 'issueKey' query parameter needs to be provided.");
}
