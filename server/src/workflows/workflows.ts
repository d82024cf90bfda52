import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import type { Site } from '../site.ts';
import { referenceAt } from './reference.ts';
import type { Workflow } from './workflow.ts';

export interface WorkflowView {
  readonly workflow: Workflow;
  /** What a project gets that states nothing else. */
  readonly isDefault: boolean;
}

/** Administrators only, as in Jira: workflows name rules of every project. */
export async function listWorkflowsForAdmins(
  site: Site,
  actor: Actor,
  name: string | undefined,
): Promise<WorkflowView[]> {
  await requireAdministrator(site, actor);
  const { workflows } = await referenceAt(site.db, actor.revision);
  return workflows.all
    .filter((workflow) => name === undefined || fold(workflow.name) === fold(name))
    .map((workflow) => ({ workflow, isDefault: workflow.name === 'jira' }));
}
