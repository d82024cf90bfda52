import type { Actor } from '../identity.ts';
import type { Grants, IssueFacts } from '../permissions/permissions.ts';
import type { Project } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { type IssueType, type Reference, referenceAt } from '../workflows/reference.ts';
import type { Field, MetaContext, Screen } from './fields/field.ts';
import { fieldsOf, isOnScreen } from './fields/registry.ts';
import type { SeenIssue } from './issue-access.ts';
import { isAllowed } from './write-fields.ts';

/** A field that may be set in some place, with what its description needs. */
export interface FieldMeta {
  readonly field: Field;
  readonly context: Omit<MetaContext, 'wire'>;
}

/** The fields that who asks may set on an issue. */
export async function fieldMetas(
  site: Site,
  actor: Actor,
  { issue, project, grants }: SeenIssue,
  screen: Screen,
): Promise<FieldMeta[]> {
  const reference = await referenceAt(site.db, actor.revision);
  const issueType = reference.issueTypes.byId(issue.issueTypeId)!;
  return fieldsOn({ screen, reference, project, issueType, grants, facts: issue });
}

export interface MetaGround {
  readonly screen: Screen;
  readonly reference: Reference;
  readonly project: Project;
  readonly issueType: IssueType;
  readonly grants: Grants;
  readonly facts: IssueFacts;
}

export async function fieldsOn(ground: MetaGround): Promise<FieldMeta[]> {
  const { screen, reference, project, issueType } = ground;
  const context = { screen, reference, project, issueType };
  const metas: FieldMeta[] = [];
  for (const field of fieldsOf(reference).values()) {
    if (isOnScreen(field, screen, issueType) && (await isAllowed(field.permission, ground))) {
      metas.push({ field, context });
    }
  }
  return metas;
}
