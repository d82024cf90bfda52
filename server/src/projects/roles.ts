import { type Asker, changesBetween } from '../audit/audit.ts';
import { auditedChange, type Subject } from '../audit/audited-change.ts';
import { isUniqueViolation } from '../db/constraint-errors.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import type { Db } from '../db/tables.ts';
import { BadRequest, Conflict, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import { isHolder } from '../permissions/permission-scheme-store.ts';
import type { Site } from '../site.ts';
import { type Group, groupsById } from '../users/group-store.ts';
import { type ProjectRole, rolesAt } from './role-cache.ts';
import { deleteRole, insertRole, replaceRole, updateRole } from './role-store.ts';

/** Who has a role in every new project; Jira's default actors, as a fresh site has them. */
export const defaultActors = {
  roleId: builtIn.roles.administrators,
  groupId: builtIn.groups.administrators,
} as const;

export interface RoleView {
  readonly role: ProjectRole;
  readonly defaultGroups: readonly Group[];
}

export async function listRoleViews(site: Site, actor: Actor): Promise<RoleView[]> {
  await requireAdministrator(site, actor);
  const roles = (await rolesAt(site.db, actor.revision)).all;
  const groups = [...(await groupsById(site.db, [defaultActors.groupId])).values()];
  return roles.map((role) => ({ role, defaultGroups: role.id === defaultActors.roleId ? groups : [] }));
}

export async function viewRole(site: Site, actor: Actor, idText: string): Promise<RoleView> {
  const all = await listRoleViews(site, actor);
  const view = all.find(({ role }) => String(role.id) === idText);
  if (view === undefined) throw roleMissing(idText);
  return view;
}

export function roleMissing(idText: string): NotFound {
  return new NotFound(`The project role with id '${idText}' does not exist.`);
}

export async function getRole(db: Db, revision: number, idText: string): Promise<ProjectRole> {
  const role = (await rolesAt(db, revision)).byIdText(idText);
  if (role === undefined) throw roleMissing(idText);
  return role;
}

export interface RoleInput {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export async function createRole(site: Site, asker: Asker, input: RoleInput): Promise<RoleView> {
  await requireAdministrator(site, asker.actor);
  const name = checkedName(input.name);
  const role = await changing(
    site,
    asker,
    'project-role.created',
    { id: undefined, name },
    (trx) => insertRole(trx, name, input.description ?? ''),
    ({ id }) => ({ subjectId: id }),
  );
  return { role, defaultGroups: [] };
}

export async function editRole(
  site: Site,
  asker: Asker,
  idText: string,
  input: RoleInput,
): Promise<RoleView> {
  const { role: before, defaultGroups } = await viewRole(site, asker.actor, idText);
  const name = input.name === undefined ? before.name : checkedName(input.name);
  const description = input.description ?? before.description;
  const role = await changing(
    site,
    asker,
    'project-role.changed',
    before,
    (trx) => updateRole(trx, before.id, name, description),
    () => ({ changes: changesBetween(before, { ...before, name, description }, ['name', 'description']) }),
  );
  return { role, defaultGroups };
}

export async function removeRole(
  site: Site,
  asker: Asker,
  idText: string,
  swapText: string | undefined,
): Promise<void> {
  const { role } = await viewRole(site, asker.actor, idText);
  const heir =
    swapText === undefined ? undefined : (await rolesAt(site.db, asker.actor.revision)).byIdText(swapText);
  if (swapText !== undefined && (heir === undefined || heir.id === role.id)) {
    throw new BadRequest(`The project role with id '${swapText}' cannot take this one's place.`);
  }
  const remove = async (trx: Db) => {
    if (heir !== undefined) await replaceRole(trx, role.id, heir.id);
    else if (await isHolder(trx, 'projectRole', role.id)) {
      throw new Conflict(
        'The project role is used in permission schemes. Name another one in its place with ?swap=.',
      );
    }
    await deleteRole(trx, role.id);
  };
  const detail = heir === undefined ? {} : { detail: { replacedBy: heir.name } };
  await changing(site, asker, 'project-role.deleted', role, remove, () => detail);
}

async function changing<T>(
  site: Site,
  asker: Asker,
  event: string,
  { id, name }: { readonly id: number | undefined; readonly name: string },
  change: (trx: Db) => Promise<T>,
  more?: (result: T) => Subject,
): Promise<T> {
  const subject = { subject: name, subjectType: 'project-role', subjectId: id };
  try {
    return await auditedChange(site, asker, event, subject, change, more);
  } catch (cause) {
    if (!isUniqueViolation(cause, 'project_roles.name_folded')) throw cause;
    throw new Conflict({ messages: ['A project role with that name already exists.'], cause });
  }
}

function checkedName(name: string | undefined): string {
  if (name === undefined || name === '' || name !== name.trim()) {
    throw new BadRequest({
      fields: { name: 'A project role needs a name, without spaces at its beginning or end.' },
    });
  }
  if (name.length > 255) {
    throw new BadRequest({ fields: { name: 'The name must not exceed 255 characters in length.' } });
  }
  return name;
}
