import type { HolderType } from '../db/tables.ts';
import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { fold } from '../lib/fold.ts';
import { missingGlobalPermission, requireSignedIn } from '../permissions/administrators.ts';
import { isProjectPermission } from '../permissions/permission-keys.ts';
import { listSchemes } from '../permissions/permission-scheme-store.ts';
import {
  type Grant,
  getScheme,
  type PermissionScheme,
  type StoredGrant,
} from '../permissions/permission-schemes.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import { type Group, groupsById, groupsByName } from '../users/group-store.ts';
import type { User } from '../users/user.ts';
import { usersById, usersByWord } from '../users/user-store.ts';
import type { Collection } from '../workflows/collection.ts';
import { projectsAt } from './project-cache.ts';
import { type ProjectRole, rolesAt } from './role-cache.ts';

/** The people, groups and roles that grants name by id. */
export interface Holders {
  readonly users: ReadonlyMap<number, User>;
  readonly groups: ReadonlyMap<number, Group>;
  readonly roles: Collection<ProjectRole>;
}

/** Two statements at most, whatever the number of grants. */
export async function findHolders(
  site: Site,
  actor: Actor,
  grants: readonly StoredGrant[],
): Promise<Holders> {
  const ids = (type: HolderType) =>
    grants.flatMap(({ holderType, holderId }) => (holderType === type ? (holderId ?? []) : []));
  return {
    users: await usersById(site.db, ids('user')),
    groups: await groupsById(site.db, ids('group')),
    roles: await rolesAt(site.db, actor.revision),
  };
}

/** A grant as clients write it. `value` is Cloud's word for the id, `parameter` the older one. */
export interface GrantInput {
  readonly permission: string;
  readonly holder: {
    readonly type: string;
    readonly parameter?: string | number | null | undefined;
    readonly value?: string | number | null | undefined;
  };
}

const holderTypes: ReadonlyMap<string, HolderType> = new Map([
  ['anyone', 'anyone'],
  ['applicationRole', 'loggedIn'],
  ['group', 'group'],
  ['projectRole', 'projectRole'],
  ['user', 'user'],
  ['reporter', 'reporter'],
  ['assignee', 'assignee'],
  ['projectLead', 'projectLead'],
]);

/** Finds what the grants name. Throws BadRequest that names every grant that cannot be. Two statements at most. */
export async function parseGrants(site: Site, actor: Actor, inputs: readonly GrantInput[]): Promise<Grant[]> {
  const words = inputs.map(({ holder }) => ({
    type: holder.type,
    parameter: holder.parameter == null ? '' : String(holder.parameter),
    value: holder.value == null ? '' : String(holder.value),
  }));
  const ofType = (type: string) => words.filter((word) => word.type === type);
  const users = await usersByWord(
    site.db,
    ofType('user').map((word) => word.parameter || word.value),
  );
  const groupWords = ofType('group');
  const named = await groupsByName(
    site.db,
    groupWords.map((word) => word.parameter || word.value),
  );
  const numbered = await groupsById(
    site.db,
    groupWords.flatMap((word) => decimalId(word.value) ?? []),
  );
  const roles = await rolesAt(site.db, actor.revision);

  const holderIdOf = ({ type, parameter, value }: (typeof words)[number]): number | undefined => {
    if (type === 'user') return users.get(parameter || value)?.id;
    if (type === 'projectRole') return roles.byIdText(parameter || value)?.id;
    return (numbered.get(decimalId(value) ?? -1) ?? named.get(fold(parameter || value)))?.id;
  };

  const messages: string[] = [];
  const grants = inputs.flatMap(({ permission }, at): Grant[] => {
    const word = words[at]!;
    const holderType = holderTypes.get(word.type);
    const given = word.parameter || word.value;
    if (!isProjectPermission(permission)) messages.push(`Unrecognized permission: '${permission}'`);
    else if (holderType === undefined) {
      messages.push(`The holder type '${word.type}' is not one of ${[...holderTypes.keys()].join(', ')}.`);
    } else if (holderType === 'group' || holderType === 'user' || holderType === 'projectRole') {
      const holderId = holderIdOf(word);
      if (holderId !== undefined) return [{ permission, holderType, holderId }];
      messages.push(`There is no ${word.type} '${given}' to hold the permission ${permission}.`);
    } else if (given !== '') {
      // Taken without its parameter, the grant would reach further than it was meant to.
      messages.push(`The holder type '${word.type}' takes no parameter here.`);
    } else return [{ permission, holderType, holderId: null }];
    return [];
  });
  if (messages.length > 0) throw new BadRequest({ messages: [...new Set(messages)].slice(0, 20) });
  return grants;
}

export async function viewSchemes(site: Site, actor: Actor): Promise<PermissionScheme[]> {
  await requireSeesSchemes(site, actor);
  return listSchemes(site.db);
}

export async function viewScheme(site: Site, actor: Actor, idText: string): Promise<PermissionScheme> {
  await requireSeesSchemes(site, actor);
  return getScheme(site.db, idText);
}

/** Administrators of the site or of any project see how permissions are given; nobody else does. */
async function requireSeesSchemes(site: Site, actor: Actor): Promise<void> {
  requireSignedIn(actor);
  const grants = await grantsOf(site, actor);
  if (await grants.global('ADMINISTER')) return;
  for (const project of (await projectsAt(site.db, actor.revision)).all) {
    if (await grants.inProject('ADMINISTER_PROJECTS', project)) return;
  }
  throw missingGlobalPermission(
    'ADMINISTER',
    'Only administrators of the site or of a project may see permission schemes.',
  );
}
