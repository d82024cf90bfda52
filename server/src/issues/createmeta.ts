import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import { type Project, projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { type IssueType, issueTypesOf, type Reference, referenceAt } from '../workflows/reference.ts';
import { type FieldMeta, fieldsOn } from './field-meta.ts';

/** undefined: no filter. Of several filters on one thing, either lets it through, as in Jira. */
export interface CreateMetaFilter {
  readonly projectIds?: readonly string[] | undefined;
  readonly projectKeys?: readonly string[] | undefined;
  readonly issueTypeIds?: readonly string[] | undefined;
  readonly issueTypeNames?: readonly string[] | undefined;
}

export interface CreatableType {
  readonly type: IssueType;
  /** undefined: not asked for. */
  readonly fields: readonly FieldMeta[] | undefined;
}

export interface CreatableProject {
  readonly project: Project;
  readonly types: readonly CreatableType[];
}

/** How many fields and options one answer describes: some 20 MB, and as much as a browser can use. */
const describedLimit = 50_000;
const tooMuch =
  'The answer would describe too many fields. Name fewer projects by projectKeys, or fewer issue types by issuetypeIds.';

function weightOf({ field, context }: FieldMeta): number {
  return 1 + (context.reference.customFieldsByKey.get(field.id)?.options.length ?? 0);
}

/** Where who asks may create issues, of which types; unknown names in the filter find nothing. */
export async function viewCreateMeta(
  site: Site,
  actor: Actor,
  filter: CreateMetaFilter,
  withFields: boolean,
): Promise<CreatableProject[]> {
  const grants = await grantsOf(site, actor);
  const reference = await referenceAt(site.db, actor.revision);
  const { all } = await projectsAt(site.db, actor.revision);
  const found: CreatableProject[] = [];
  let described = 0;
  for (const project of all.filter((one) => passesProject(one, filter))) {
    if (!(await grants.inProject('CREATE_ISSUES', project))) continue;
    const types: CreatableType[] = [];
    for (const type of issueTypesOf(reference, project.issueTypeSchemeId)) {
      if (!passesType(type, filter)) continue;
      const fields = withFields ? await createFields(actor, grants, reference, project, type) : undefined;
      described += fields?.reduce((sum, meta) => sum + weightOf(meta), 0) ?? 0;
      if (described > describedLimit) throw new BadRequest(tooMuch);
      types.push({ type, fields });
    }
    if (types.length > 0) found.push({ project, types });
  }
  return found;
}

/** The types in which issues can be created in one project. */
export async function viewCreatableTypes(
  site: Site,
  actor: Actor,
  projectIdOrKey: string,
): Promise<{ readonly project: Project; readonly types: readonly IssueType[] }> {
  const { project } = await creatableProject(site, actor, projectIdOrKey);
  const reference = await referenceAt(site.db, actor.revision);
  return { project, types: issueTypesOf(reference, project.issueTypeSchemeId) };
}

/** The fields of a new issue of one type in one project. */
export async function viewCreateFields(
  site: Site,
  actor: Actor,
  projectIdOrKey: string,
  issueTypeId: string,
): Promise<FieldMeta[]> {
  const { project, grants } = await creatableProject(site, actor, projectIdOrKey);
  const reference = await referenceAt(site.db, actor.revision);
  const type = issueTypesOf(reference, project.issueTypeSchemeId).find(
    ({ id }) => String(id) === issueTypeId,
  );
  if (type === undefined) {
    throw new BadRequest(`The issue type '${issueTypeId.slice(0, 100)}' is not available in this project.`);
  }
  return createFields(actor, grants, reference, project, type);
}

/** 400 for a project that is missing, hidden or closed to new issues, alike: Jira's documents name no other. */
async function creatableProject(
  site: Site,
  actor: Actor,
  idOrKey: string,
): Promise<{ readonly project: Project; readonly grants: Grants }> {
  const grants = await grantsOf(site, actor);
  const projects = await projectsAt(site.db, actor.revision);
  const project = /^\d{1,15}$/.test(idOrKey) ? projects.byId(Number(idOrKey)) : projects.byKey(idOrKey);
  if (project === undefined || !(await grants.inProject('CREATE_ISSUES', project))) {
    throw new BadRequest('The project does not exist, or you do not have permission to create issues in it.');
  }
  return { project, grants };
}

function createFields(
  actor: Actor,
  grants: Grants,
  reference: Reference,
  project: Project,
  issueType: IssueType,
): Promise<FieldMeta[]> {
  const facts = { reporterId: actor.user?.id ?? null, assigneeId: null };
  return fieldsOn({ screen: 'create', reference, project, issueType, grants, facts });
}

function passesProject(project: Project, { projectIds, projectKeys }: CreateMetaFilter): boolean {
  if (projectIds === undefined && projectKeys === undefined) return true;
  return (
    (projectIds?.includes(String(project.id)) ?? false) ||
    (projectKeys?.some((key) => key.toUpperCase() === project.key) ?? false)
  );
}

function passesType(type: IssueType, { issueTypeIds, issueTypeNames }: CreateMetaFilter): boolean {
  if (issueTypeIds === undefined && issueTypeNames === undefined) return true;
  return (
    (issueTypeIds?.includes(String(type.id)) ?? false) ||
    (issueTypeNames?.some((name) => fold(name) === fold(type.name)) ?? false)
  );
}
