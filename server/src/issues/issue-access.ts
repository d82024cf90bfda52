import { type AppError, Forbidden, NotFound, Unauthenticated, type Why } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import { type Project, projectsAt } from '../projects/project-cache.ts';
import { hiddenBecause, missingPermission } from '../projects/projects.ts';
import type { Site } from '../site.ts';
import { parseIssueAddress } from './issue-key.ts';
import { type FoundIssue, findIssueById, findIssueByNumber, nobody } from './issue-store.ts';

/** An issue that may be seen by who asks. */
export interface SeenIssue {
  readonly issue: FoundIssue;
  readonly project: Project;
  readonly grants: Grants;
}

/**
 * The answers for an issue that is missing or hidden are compared by scripts (section 3.3 of the behaviour
 * notes): Data Center tells the two apart, Cloud never does.
 */
const unseen = 'You do not have the permission to see the specified issue.';
const missingOrUnseen = 'Issue does not exist or you do not have permission to see it.';

export function issueMissing(actor: Actor): AppError {
  const message = actor.profile === 'cloud' ? missingOrUnseen : 'Issue Does Not Exist';
  return new NotFound({ messages: [message], why: { step: 'missing' } });
}

/** `byKey`: who asks wrote the project's key, so the explanation may name it. */
function issueHidden(actor: Actor, project: Project, byKey: boolean): AppError {
  if (actor.profile === 'cloud') {
    return new NotFound({ messages: [missingOrUnseen], why: hiddenBecause(project) });
  }
  const { facts } = missingPermission('BROWSE_PROJECTS', project);
  const why = {
    step: actor.user === null ? 'not-signed-in' : 'missing-permission',
    facts: byKey ? facts : { permission: 'BROWSE_PROJECTS' },
  };
  return actor.user === null
    ? new Unauthenticated({ messages: [unseen, 'Login Required'], why })
    : new Forbidden({ messages: [unseen], why });
}

/** Finds an issue by id or key; throws Jira's answer when it is missing or hidden. One statement. */
export async function seeIssue(site: Site, actor: Actor, idOrKey: string): Promise<SeenIssue> {
  const address = parseIssueAddress(idOrKey);
  if (address === undefined) throw issueMissing(actor);
  const projects = await projectsAt(site.db, actor.revision);
  const readerId = actor.user?.id ?? nobody;
  let issue: FoundIssue | undefined;
  if ('id' in address) issue = await findIssueById(site.db, address.id, readerId);
  else {
    const project = projects.byKey(address.projectKey);
    if (project !== undefined) issue = await findIssueByNumber(site.db, project.id, address.number, readerId);
  }
  const project = issue && projects.byId(issue.projectId);
  if (issue === undefined || project === undefined) throw issueMissing(actor);
  const grants = await grantsOf(site, actor);
  if (!(await grants.onIssue('BROWSE_PROJECTS', project, issue))) {
    throw issueHidden(actor, project, 'projectKey' in address);
  }
  return { issue, project, grants };
}

/** For who sees an issue but may not do something with it. Nobody signed in is asked to sign in first. */
export function refusal(actor: Actor, message: string, why: Why): AppError {
  return actor.user === null ? notSignedIn() : new Forbidden({ messages: [message], why });
}

export const notSignedIn = (): AppError =>
  new Unauthenticated({
    messages: ['You are not authenticated. Authentication required to perform this operation.'],
    why: { step: 'not-signed-in' },
  });

export async function requireOnIssue(
  actor: Actor,
  { grants, project, issue }: SeenIssue,
  permission: ProjectPermission,
  message: string,
): Promise<void> {
  if (!(await grants.onIssue(permission, project, issue))) {
    throw refusal(actor, message, missingPermission(permission, project));
  }
}
