import { type Asker, changesBetween } from '../audit/audit.ts';
import { auditedChange, type Subject } from '../audit/audited-change.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../db/constraint-errors.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import { readRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { requireAdministrator, requireSignedIn } from '../permissions/administrators.ts';
import { getScheme, type PermissionScheme } from '../permissions/permission-schemes.ts';
import type { Site } from '../site.ts';
import { groupsById } from '../users/group-store.ts';
import { projectsAt } from './project-cache.ts';
import {
  checkKey,
  checkLead,
  checkName,
  checkSchemes,
  checkTexts,
  checkType,
  type FieldErrors,
  keyTaken,
  nameTaken,
  type ProjectInput,
} from './project-fields.ts';
import {
  deleteProject,
  insertProject,
  type ProjectChanges,
  type ProjectColumns,
  updateProject,
} from './project-store.ts';
import { administeredProject, seenProjects, seeProject } from './projects.ts';
import { rolesAt } from './role-cache.ts';
import { insertActors } from './role-store.ts';
import { defaultActors } from './roles.ts';

export interface ProjectIdentity {
  readonly id: number;
  readonly key: string;
}

export async function createProject(site: Site, asker: Asker, input: ProjectInput): Promise<ProjectIdentity> {
  await requireAdministrator(site, asker.actor);
  const { revision } = asker.actor;
  const projects = await projectsAt(site.db, revision);
  const errors: FieldErrors = {};
  const [key, name] = [input.key ?? '', (input.name ?? '').trim()];
  checkKey(errors, key, projects);
  checkName(errors, name, projects);
  checkTexts(errors, input);
  const typeKey = checkType(errors, input);
  const lead = await checkLead(site.db, errors, input);
  const schemes = await checkSchemes(site.db, revision, errors, input);
  if (lead === undefined || Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
  const columns: ProjectColumns = {
    key,
    name,
    description: input.description ?? '',
    url: input.url ?? '',
    leadUserId: lead.id,
    typeKey,
    assigneeType: input.assigneeType === 'PROJECT_LEAD' ? 'PROJECT_LEAD' : 'UNASSIGNED',
    permissionSchemeId: schemes.permissionSchemeId ?? builtIn.permissionSchemes.default,
    issueTypeSchemeId: schemes.issueTypeSchemeId ?? builtIn.issueTypeSchemes.default,
    workflowSchemeId: schemes.workflowSchemeId ?? builtIn.workflowSchemes.simplified,
  };
  const create = async (trx: Db) => {
    const made = await insertProject(trx, columns, site.clock.now());
    await addDefaultActors(trx, revision, made, lead.id);
    return made;
  };
  const id = await changing(site, asker, 'project.created', { id: undefined, key }, create, (made) => ({
    subjectId: made,
    changes: changesBetween({} as Partial<ProjectColumns>, columns, auditedColumns),
  }));
  return { id, key };
}

/** Administrators of a new project: the site's administrators and its lead. */
async function addDefaultActors(trx: Db, revision: number, projectId: number, leadId: number): Promise<void> {
  const role = (await rolesAt(trx, revision)).byId(defaultActors.roleId);
  if (role === undefined) return;
  const groups = await groupsById(trx, [defaultActors.groupId]);
  await insertActors(trx, projectId, role.id, { userIds: [leadId], groupIds: [...groups.keys()] });
}

/** Returns the configuration's revision that has the change. */
export async function editProject(
  site: Site,
  asker: Asker,
  idOrKey: string,
  input: ProjectInput,
): Promise<number> {
  const { project } = await administeredProject(site, asker.actor, idOrKey);
  const { revision } = asker.actor;
  const projects = await projectsAt(site.db, revision);
  const errors: FieldErrors = {};
  const name = input.name === undefined ? project.name : input.name.trim();
  checkName(errors, name, projects, project);
  checkTexts(errors, input);
  if (input.key !== undefined && input.key !== project.key) {
    // Old keys would have to lead to the project for ever, which nothing does yet.
    errors.projectKey = 'The key of a project cannot be changed.';
  }
  const typeKey = input.projectTypeKey === undefined ? undefined : checkType(errors, input);
  const leadNamed = input.lead !== undefined || input.leadAccountId !== undefined;
  const lead = leadNamed ? await checkLead(site.db, errors, input) : undefined;
  const { permissionSchemeId } = await checkSchemes(site.db, revision, errors, input);
  if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
  // Who may do what in a project is the site administrators' decision.
  if (permissionSchemeId !== undefined && permissionSchemeId !== project.permissionSchemeId) {
    await requireAdministrator(site, asker.actor);
  }
  const columns: ProjectChanges = {
    name: input.name === undefined ? undefined : name,
    description: input.description ?? undefined,
    url: input.url ?? undefined,
    leadUserId: lead?.id,
    typeKey,
    assigneeType: assigneeTypeOf(input.assigneeType),
    permissionSchemeId,
  };
  const edit = async (trx: Db) => {
    await updateProject(trx, project.id, columns);
    return readRevision(trx);
  };
  const given = auditedColumns.filter((column) => columns[column] !== undefined);
  return changing(site, asker, 'project.changed', project, edit, () => ({
    changes: changesBetween<ProjectChanges>(project, columns, given),
  }));
}

const auditedColumns = [
  'name',
  'description',
  'url',
  'leadUserId',
  'typeKey',
  'assigneeType',
  'permissionSchemeId',
] as const;

const assigneeTypeOf = (text: string | undefined) =>
  text === 'PROJECT_LEAD' || text === 'UNASSIGNED' ? text : undefined;

/** Deletes the project with its issues and all that hangs on them. */
export async function removeProject(site: Site, asker: Asker, idOrKey: string): Promise<void> {
  requireSignedIn(asker.actor);
  const { project } = await seeProject(site, asker.actor, idOrKey);
  await requireAdministrator(site, asker.actor);
  await changing(site, asker, 'project.deleted', project, (trx) =>
    deleteProject(trx, project.id, site.clock.now()),
  );
}

export async function viewProjectScheme(
  site: Site,
  actor: Actor,
  idOrKey: string,
): Promise<PermissionScheme> {
  const { project } = await administeredProject(site, actor, idOrKey);
  return getScheme(site.db, String(project.permissionSchemeId));
}

export async function assignScheme(
  site: Site,
  asker: Asker,
  idOrKey: string,
  schemeIdText: string,
): Promise<PermissionScheme> {
  requireSignedIn(asker.actor);
  const { project } = await seeProject(site, asker.actor, idOrKey);
  await requireAdministrator(site, asker.actor);
  const scheme = await getScheme(site.db, schemeIdText);
  await changing(
    site,
    asker,
    'project.permission-scheme-assigned',
    project,
    (trx) => updateProject(trx, project.id, { permissionSchemeId: scheme.id }),
    () => ({
      changes: [
        { field: 'permissionSchemeId', from: String(project.permissionSchemeId), to: String(scheme.id) },
      ],
      detail: { scheme: scheme.name },
    }),
  );
  return scheme;
}

/** What is wrong with a key for a new project; nothing: it may be used. Hidden projects keep their names. */
export async function validateKey(site: Site, actor: Actor, key: string): Promise<FieldErrors> {
  requireSignedIn(actor);
  const projects = await projectsAt(site.db, actor.revision);
  const errors: FieldErrors = {};
  checkKey(errors, key, projects);
  const holder = projects.byKey(key);
  if (holder?.key === key) {
    const isSeen = (await seenProjects(site, actor)).includes(holder);
    errors.projectKey = keyTaken(isSeen ? holder.name : key);
  }
  return errors;
}

async function changing<T>(
  site: Site,
  asker: Asker,
  event: string,
  { id, key }: { readonly id: number | undefined; readonly key: string },
  change: (trx: Db) => Promise<T>,
  more?: (result: T) => Subject,
): Promise<T> {
  const subject = { subject: key, subjectType: 'project', subjectId: id };
  try {
    return await auditedChange(site, asker, event, subject, change, more);
  } catch (cause) {
    if (isUniqueViolation(cause, 'projects.key')) {
      throw new BadRequest({ fields: { projectKey: keyTaken(key) }, cause });
    }
    if (isUniqueViolation(cause, 'projects.name_folded')) {
      throw new BadRequest({ fields: { projectName: nameTaken }, cause });
    }
    if (isForeignKeyViolation(cause)) {
      throw new BadRequest({
        messages: ['Something this refers to was deleted meanwhile. Try again.'],
        cause,
      });
    }
    throw cause;
  }
}
