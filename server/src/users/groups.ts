import { type Asker, audit } from '../audit/audit.ts';
import { isUniqueViolation } from '../db/constraint-errors.ts';
import { bumpRevision } from '../db/revision.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { decimalId } from '../lib/decimal-id.ts';
import { fold } from '../lib/fold.ts';
import { type Page, pageOf } from '../lib/paging.ts';
import {
  lockAccounts,
  missingGlobalPermission,
  requireAdministrator,
  requireAdministratorLeft,
  requireMayChangeGroup,
  requireSignedIn,
} from '../permissions/administrators.ts';
import { deleteGrantsOfHolder } from '../permissions/permission-scheme-store.ts';
import type { Site } from '../site.ts';
import {
  deleteGroup,
  deleteMember,
  type Found,
  findGroups,
  type Group,
  groupsById,
  groupsByName,
  insertGroup,
  insertMember,
  listMembers,
} from './group-store.ts';
import type { User, UserReference } from './user.ts';
import { getUser, mayBrowsePeople } from './users.ts';

export type { Found, Group } from './group-store.ts';

/** Clients name a group by its name on Data Center, by its id on Cloud. */
export interface GroupReference {
  readonly groupname?: string | undefined;
  readonly groupId?: string | undefined;
}

export interface MembersAsked {
  readonly includeInactive: boolean;
  readonly page: Page;
}

export interface GroupView {
  readonly group: Group;
  readonly members: Found<User>;
}

export async function viewGroup(
  site: Site,
  actor: Actor,
  reference: GroupReference,
  asked: MembersAsked,
): Promise<GroupView> {
  // Cloud lets whoever may browse people see members; Data Center administrators only. Documented.
  const browsing = actor.profile === 'cloud' && (await mayBrowsePeople(site, actor));
  if (!browsing) await requireAdministrator(site, actor);
  const group = await getGroup(site, reference);
  return { group, members: await listMembers(site.db, group.id, asked.includeInactive, asked.page) };
}

/** Groups whose name holds a text; nobody without Browse Users finds any, and nobody learns that there are. */
export async function pickGroups(
  site: Site,
  actor: Actor,
  asked: {
    readonly query: string;
    readonly exclude: readonly string[];
    readonly maxResults: number | undefined;
  },
): Promise<Found<Group>> {
  requireSignedIn(actor);
  if (!(await mayBrowsePeople(site, actor))) return { total: 0, items: [] };
  const page = pageOf({ maxResults: asked.maxResults }, { fallback: 20, cap: 1000 });
  return findGroups(site.db, { part: asked.query, exclude: asked.exclude.slice(0, 100) }, page);
}

export async function listGroups(
  site: Site,
  actor: Actor,
  filter: { readonly ids: readonly string[]; readonly names: readonly string[] },
  page: Page,
): Promise<Found<Group>> {
  requireSignedIn(actor);
  if (!(await mayBrowsePeople(site, actor))) {
    throw missingGlobalPermission(
      'USER_PICKER',
      'Browse users and groups permission is required to view groups.',
    );
  }
  const ids = filter.ids.map(decimalId).filter((id) => id !== undefined);
  if (ids.length === 0 && filter.ids.length > 0) return { total: 0, items: [] };
  return findGroups(site.db, { ids: ids.slice(0, 200), names: filter.names.slice(0, 200) }, page);
}

/** What is wrong with the name of a group; undefined: nothing. */
export function groupNameFault(name: string): string | undefined {
  if (name === '') return 'You must specify a group name.';
  if (name.length > 255) return 'The group name must not exceed 255 characters in length.';
  return /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069<>]/u.test(name)
    ? 'The group name must not contain < or >, nor control characters.'
    : undefined;
}

export async function createGroup(site: Site, asker: Asker, name: string): Promise<GroupView> {
  await requireAdministrator(site, asker.actor);
  const trimmed = name.trim();
  const fault = groupNameFault(trimmed);
  if (fault !== undefined) throw new BadRequest(fault);
  try {
    return await inTransaction(site.db, async (trx) => {
      const group = await insertGroup(trx, trimmed);
      await audit(trx, site.clock, {
        event: 'group.created',
        outcome: 'ok',
        asker,
        source: asker.source,
        ...subjectOf(group),
      });
      return { group, members: { total: 0, items: [] } };
    });
  } catch (cause) {
    if (!isUniqueViolation(cause, 'groups.name_folded')) throw cause;
    throw new BadRequest({ messages: ['A group or user with this name already exists.'], cause });
  }
}

export async function removeGroup(
  site: Site,
  asker: Asker,
  reference: GroupReference,
  swap: GroupReference,
): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  const group = await getGroup(site, reference);
  await requireMayChangeGroup(site, asker.actor, grants, group.id);
  const heir = isEmpty(swap) ? undefined : await getGroup(site, swap);
  if (heir?.id === group.id) throw new BadRequest('The group to swap to must be another one.');
  await inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    await deleteGrantsOfHolder(trx, 'group', group.id);
    await deleteGroup(trx, group.id, heir?.id);
    await requireAdministratorLeft(trx);
    await audit(trx, site.clock, {
      event: 'group.deleted',
      outcome: 'ok',
      asker,
      source: asker.source,
      ...subjectOf(group),
      ...(heir === undefined ? {} : { detail: { replacedBy: heir.name } }),
    });
  });
}

export async function addToGroup(
  site: Site,
  asker: Asker,
  reference: GroupReference,
  member: UserReference,
): Promise<GroupView> {
  const { group, user } = await changeableMembership(site, asker, reference, member);
  return inTransaction(site.db, async (trx) => {
    if (!(await insertMember(trx, group.id, user.id))) {
      throw new BadRequest(`Cannot add user '${user.name}', user is already a member of '${group.name}'`);
    }
    await auditMembership(site, trx, asker, 'group.member-added', group, user);
    const page = { startAt: 0, maxResults: 0 };
    return { group, members: await listMembers(trx, group.id, true, page) };
  });
}

export async function removeFromGroup(
  site: Site,
  asker: Asker,
  reference: GroupReference,
  member: UserReference,
): Promise<void> {
  const { group, user } = await changeableMembership(site, asker, reference, member);
  await inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    if (!(await deleteMember(trx, group.id, user.id))) {
      throw new BadRequest(
        `Cannot remove user '${user.name}' from group '${group.name}' since user is not a member of '${group.name}'`,
      );
    }
    await requireAdministratorLeft(trx);
    await auditMembership(site, trx, asker, 'group.member-removed', group, user);
  });
}

async function changeableMembership(
  site: Site,
  asker: Asker,
  reference: GroupReference,
  member: UserReference,
): Promise<{ group: Group; user: User }> {
  const grants = await requireAdministrator(site, asker.actor);
  const group = await getGroup(site, reference);
  await requireMayChangeGroup(site, asker.actor, grants, group.id);
  return { group, user: await getUser(site.db, member) };
}

async function auditMembership(
  site: Site,
  trx: Site['db'],
  asker: Asker,
  event: string,
  group: Group,
  user: User,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    ...subjectOf(group),
    detail: { user: user.name, userId: user.id },
  });
}

const subjectOf = ({ id, name }: Group) => ({ subject: name, subjectType: 'group', subjectId: id });

const isEmpty = ({ groupname, groupId }: GroupReference) => !groupname && !groupId;

async function getGroup(site: Site, { groupname, groupId }: GroupReference): Promise<Group> {
  if (groupId) {
    const id = decimalId(groupId);
    const group = id === undefined ? undefined : (await groupsById(site.db, [id])).get(id);
    if (group === undefined) throw new NotFound(`The group with id '${groupId}' does not exist`);
    return group;
  }
  if (!groupname) throw new BadRequest('The group name must be given.');
  const group = (await groupsByName(site.db, [groupname])).get(fold(groupname));
  if (group === undefined) throw new NotFound(`The group named '${groupname}' does not exist`);
  return group;
}
