import type { AuditEvent } from '../../audit/audit.ts';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import { bumpRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { ScimRefusal } from '../../errors.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { isAdministratorLeft, lockAccounts } from '../../permissions/administrators.ts';
import { deleteGrantsOfHolder } from '../../permissions/permission-scheme-store.ts';
import type { Site } from '../../site.ts';
import { deleteGroup, deleteMember, type Group, insertGroup, insertMember } from '../../users/group-store.ts';
import { groupNameFault } from '../../users/groups.ts';
import { type Filter, matches } from './filter.ts';
import { type Change, resourceAfter } from './patch.ts';
import { groupAttributes, groupResource, type WantedGroup, wantedGroup } from './resources.ts';
import { auditScim, type ScimVisit } from './scim-audit.ts';
import {
  insertManagedGroup,
  type ManagedGroup,
  managedGroups,
  managedUsers,
  membersOf,
  updateManagedGroup,
} from './scim-store.ts';

const none = (id: string): ScimRefusal => new ScimRefusal(404, `There is no Group ${id}.`);

export async function findScimGroups(
  site: Site,
  visit: ScimVisit,
  filter: Filter | undefined,
): Promise<object[]> {
  const found = await managedGroups(site.db, visit.provider.id);
  const members = Map.groupBy(
    await membersOf(
      site.db,
      found.map(({ group }) => group.id),
    ),
    ({ groupId }) => groupId,
  );
  const resources = found.map((one) => groupResource(one, members.get(one.group.id) ?? [], visit.base));
  return filter === undefined ? resources : resources.filter((one) => matches(filter, one));
}

async function one(db: Db, { provider }: ScimVisit, text: string): Promise<ManagedGroup> {
  const id = decimalId(text);
  const [found] = id === undefined ? [] : await managedGroups(db, provider.id, id);
  if (found === undefined) throw none(text);
  return found;
}

async function resourceOf(db: Db, visit: ScimVisit, id: string): Promise<object> {
  const managed = await one(db, visit, id);
  return groupResource(managed, await membersOf(db, [managed.group.id]), visit.base);
}

export const getScimGroup = (site: Site, visit: ScimVisit, id: string): Promise<object> =>
  resourceOf(site.db, visit, id);

export async function createScimGroup(site: Site, visit: ScimVisit, body: unknown): Promise<object> {
  const wanted = wantedGroup(body);
  refuseBadName(wanted.name);
  return uniquely(wanted, () =>
    inTransaction(site.db, async (trx) => {
      await lockAccounts(trx);
      const group = await insertGroup(trx, wanted.name);
      await insertManagedGroup(trx, {
        providerId: visit.provider.id,
        groupId: group.id,
        externalId: wanted.externalId ?? null,
        at: site.clock.now(),
      });
      await auditGroup(trx, site, visit, 'group.created', group);
      await fill(trx, site, visit, group, wanted.members);
      return resourceOf(trx, visit, String(group.id));
    }),
  );
}

/** As a whole (PUT), or as the operations of a PATCH leave it. */
export async function changeScimGroup(
  site: Site,
  visit: ScimVisit,
  id: string,
  change: Change,
): Promise<object> {
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const managed = await one(trx, visit, id);
    const present = groupResource(managed, await membersOf(trx, [managed.group.id]), visit.base) as Record<
      string,
      unknown
    >;
    const wanted = wantedGroup(resourceAfter(present, change, groupAttributes));
    refuseBadName(wanted.name);
    const { group } = managed;
    await uniquely(wanted, () =>
      updateManagedGroup(trx, {
        providerId: visit.provider.id,
        groupId: group.id,
        externalId: wanted.externalId ?? null,
        name: wanted.name,
      }),
    );
    const renamed = { id: group.id, name: wanted.name };
    if (group.name !== wanted.name) {
      await auditGroup(trx, site, visit, 'group.changed', renamed, {
        changes: [{ field: 'name', from: group.name, to: wanted.name }],
      });
    }
    await fill(trx, site, visit, renamed, wanted.members);
    return resourceOf(trx, visit, id);
  });
}

export async function removeScimGroup(site: Site, visit: ScimVisit, id: string): Promise<void> {
  await inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    const { group } = await one(trx, visit, id);
    await deleteGrantsOfHolder(trx, 'group', group.id);
    await deleteGroup(trx, group.id, undefined);
    await requireAdministratorLeft(trx);
    await auditGroup(trx, site, visit, 'group.deleted', group);
  });
}

/** Brings the group's members to those wanted; only the provider's own people can be put in. */
async function fill(
  trx: Db,
  site: Site,
  visit: ScimVisit,
  group: Group,
  wanted: readonly string[],
): Promise<void> {
  const ids = new Map(
    (await managedUsers(trx, visit.provider.id, {})).map(({ user }) => [user.accountId, user]),
  );
  const present = new Set((await membersOf(trx, [group.id])).map(({ accountId }) => accountId));
  const target = new Set(wanted);
  const unknown = wanted.find((accountId) => !ids.has(accountId) && !present.has(accountId));
  if (unknown !== undefined) throw new ScimRefusal(400, `There is no User ${unknown}.`, 'invalidValue');
  for (const [accountId, user] of ids) {
    const isIn = present.has(accountId);
    if (target.has(accountId) === isIn) continue;
    if (isIn) await deleteMember(trx, group.id, user.id);
    else await insertMember(trx, group.id, user.id);
    await auditGroup(trx, site, visit, isIn ? 'group.member-removed' : 'group.member-added', group, {
      detail: { user: user.name, userId: user.id, provider: visit.provider.name },
    });
  }
  await requireAdministratorLeft(trx);
}

async function requireAdministratorLeft(trx: Db): Promise<void> {
  if (await isAdministratorLeft(trx)) return;
  throw new ScimRefusal(409, 'This would leave the site without an active administrator.');
}

function refuseBadName(name: string): void {
  const fault = groupNameFault(name);
  if (fault !== undefined) throw new ScimRefusal(400, fault, 'invalidValue');
}

async function uniquely<T>({ name }: WantedGroup, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!isUniqueViolation(cause, 'groups.name_folded')) throw cause;
    throw new ScimRefusal(409, `There is a group named ${name} here that SCIM did not make.`, 'uniqueness');
  }
}

function auditGroup(
  trx: Db,
  site: Site,
  visit: ScimVisit,
  event: string,
  group: Group,
  more: Partial<AuditEvent> = {},
): Promise<void> {
  const subject = { subject: group.name, subjectType: 'group', subjectId: group.id };
  const detail = { provider: visit.provider.name };
  return auditScim(trx, site, visit, event, { ...subject, detail, ...more });
}
