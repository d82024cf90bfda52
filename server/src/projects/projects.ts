import { Forbidden, NotFound, type Why } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { requireSignedIn } from '../permissions/administrators.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import { type Project, projectsAt } from './project-cache.ts';

/** A project that may be seen by who asks. */
export interface SeenProject {
  readonly project: Project;
  readonly grants: Grants;
}

/** The same answer for a project that is missing and for one that is hidden (behaviour notes, section 3.3). */
export function projectMissing(idOrKey: string, hidden?: Project): NotFound {
  const kind = decimalId(idOrKey) === undefined ? 'key' : 'id';
  return new NotFound({
    messages: [`No project could be found with ${kind} '${idOrKey}'.`],
    why: hidden === undefined ? { step: 'missing' } : hiddenBecause(hidden),
  });
}

/** For the explanation alone: shown to administrators, to others as what may be missing too. */
export const hiddenBecause = ({ key }: Project): Why => ({
  step: 'hidden',
  facts: { permission: 'BROWSE_PROJECTS', project: key },
});

/** A project or issue that one sees, and may not do this in. */
export const missingPermission = (permission: ProjectPermission, { key }: Project): Why => ({
  step: 'missing-permission',
  facts: { permission, project: key },
});

/** Finds a project by key or id; throws Jira's answer when it is missing or hidden. */
export async function seeProject(site: Site, actor: Actor, idOrKey: string): Promise<SeenProject> {
  const projects = await projectsAt(site.db, actor.revision);
  const id = decimalId(idOrKey);
  const project = id === undefined ? projects.byKey(idOrKey) : projects.byId(id);
  if (project === undefined) throw projectMissing(idOrKey);
  const grants = await grantsOf(site, actor);
  if (!(await seesProject(grants, project))) throw projectMissing(idOrKey, project);
  return { project, grants };
}

/** The projects that may be seen by who asks, in the order of their names. */
export async function seenProjects(site: Site, actor: Actor): Promise<Project[]> {
  const projects = await projectsAt(site.db, actor.revision);
  const grants = await grantsOf(site, actor);
  if (actor.user !== null && (await grants.global('ADMINISTER'))) return [...projects.all];
  const seen: Project[] = [];
  for (const project of projects.all) if (await seesProject(grants, project)) seen.push(project);
  return seen;
}

/**
 * Browsing shows a project, and so does administering it or the site. Where only reporters or assignees
 * browse, Jira shows the project itself to everyone signed in: anyone could be one.
 */
async function seesProject(grants: Grants, project: Project): Promise<boolean> {
  return (await grants.somewhereInProject('BROWSE_PROJECTS', project)) || administersProject(grants, project);
}

export async function administersProject(grants: Grants, project: Project): Promise<boolean> {
  return (await grants.inProject('ADMINISTER_PROJECTS', project)) || grants.global('ADMINISTER');
}

/** For what a project's administrators change: anonymous 401, hidden 404, seen but not theirs 403. */
export async function administeredProject(site: Site, actor: Actor, idOrKey: string): Promise<SeenProject> {
  requireSignedIn(actor);
  const seen = await seeProject(site, actor, idOrKey);
  if (await administersProject(seen.grants, seen.project)) return seen;
  throw new Forbidden({
    messages: ['You must be an administrator of this project to do this.'],
    why: missingPermission('ADMINISTER_PROJECTS', seen.project),
  });
}
