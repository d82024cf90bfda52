import { randomUUID } from 'node:crypto';
import { type AuditChange, changesBetween } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { ScimRefusal } from '../../errors.ts';
import { fold } from '../../lib/fold.ts';
import { isAdministrator, isAdministratorLeft, lockAccounts } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { accountErrors } from '../../users/account-fields.ts';
import { addUser } from '../../users/new-user.ts';
import type { User } from '../../users/user.ts';
import { findUserById, updateUser } from '../../users/user-store.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { applyGroups } from '../single-sign-on/apply-plan.ts';
import { insertIdentity } from '../single-sign-on/identity-store.ts';
import { planGroups } from '../single-sign-on/person-plan.ts';
import { type Filter, matches } from './filter.ts';
import { type Change, resourceAfter } from './patch.ts';
import { userAttributes, userResource, type WantedUser, wantedUser } from './resources.ts';
import { auditScim, type ScimVisit } from './scim-audit.ts';
import type { ScimCaller } from './scim-caller.ts';
import {
  holderOfExternalId,
  type ManagedUser,
  managedUsers,
  type Narrowed,
  removedUser,
  saveManagedUser,
} from './scim-store.ts';

const none = (id: string): ScimRefusal => new ScimRefusal(404, `There is no User ${id}.`);

/** Users that the filter finds, in the order of their making. */
export async function findScimUsers(
  site: Site,
  visit: ScimVisit,
  filter: Filter | undefined,
): Promise<object[]> {
  const found = await managedUsers(site.db, visit.provider.id, narrowed(filter));
  const resources = found.map((one) => userResource(one, visit.base));
  return filter === undefined ? resources : resources.filter((one) => matches(filter, one));
}

/** What every found account must be, where the filter says so plainly: `userName eq "x"`, also beside `and`. */
function narrowed(filter: Filter | undefined): Narrowed {
  if (filter === undefined) return {};
  if (filter.is === 'and') return Object.assign({}, ...filter.all.map(narrowed)) as Narrowed;
  if (filter.is !== 'compare' || filter.op !== 'eq' || typeof filter.value !== 'string') return {};
  switch (filter.path.toLowerCase()) {
    case 'id':
      return { accountId: filter.value };
    case 'username':
      return { userName: filter.value };
    default:
      return {};
  }
}

async function one(db: Db, { provider }: ScimCaller, id: string): Promise<ManagedUser> {
  const [found] = await managedUsers(db, provider.id, { accountId: id });
  if (found === undefined) throw none(id);
  return found;
}

export async function getScimUser(site: Site, visit: ScimVisit, id: string): Promise<object> {
  return userResource(await one(site.db, visit, id), visit.base);
}

export async function createScimUser(site: Site, visit: ScimVisit, body: unknown): Promise<object> {
  const wanted = wantedUser(body);
  const { provider } = visit;
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const again = await removedUser(trx, provider.id, {
      userName: wanted.name,
      externalId: wanted.externalId,
    });
    const before = again === undefined ? undefined : await findUserById(trx, again);
    await refuseTaken(trx, visit, wanted, before?.id);
    const user = before ?? (await newAccount(trx, site, visit, wanted));
    if (before !== undefined) await applyChange(trx, site, visit, before, wanted);
    await link(trx, site, visit, user, wanted);
    const rules = await planGroups(trx, provider, {}, user.id);
    await applyGroups(trx, site, provider, user, { ...rules, leave: [] }, visit.source);
    return userResource(await one(trx, visit, user.accountId), visit.base);
  });
}

const fieldsOf = ({ name, email, displayName, active }: WantedUser) => ({ name, email, displayName, active });

async function newAccount(trx: Db, site: Site, visit: ScimVisit, wanted: WantedUser): Promise<User> {
  const made = await addUser(trx, site.clock, {
    ...fieldsOf(wanted),
    accountId: randomUUID(),
    passwordHash: null,
    timeZone: 'UTC',
    locale: 'en_US',
  });
  const user = wanted.active ? made : await updateUser(trx, made.id, fieldsOf(wanted), site.clock.now());
  await auditUser(
    trx,
    site,
    visit,
    'user.created',
    user,
    changesBetween<Partial<User>>({}, user, ['name', 'email', 'displayName', 'active']),
  );
  return user;
}

/** As a whole (PUT), or as the operations of a PATCH leave it. */
export async function changeScimUser(
  site: Site,
  visit: ScimVisit,
  id: string,
  change: Change,
): Promise<object> {
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const managed = await one(trx, visit, id);
    const present = userResource(managed, visit.base) as Record<string, unknown>;
    const wanted = wantedUser(resourceAfter(present, change, userAttributes));
    await refuseTaken(trx, visit, wanted, managed.user.id);
    await applyChange(trx, site, visit, managed.user, wanted);
    await link(trx, site, visit, managed.user, wanted);
    return userResource(await one(trx, visit, id), visit.base);
  });
}

/** Deleted there: deactivated here, since what the account wrote is still its own. It is made again as itself. */
export async function removeScimUser(site: Site, visit: ScimVisit, id: string): Promise<void> {
  await inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const { user, externalId } = await one(trx, visit, id);
    const at = site.clock.now();
    await applyChange(trx, site, visit, user, {
      ...user,
      active: false,
      externalId: externalId ?? undefined,
    });
    const row = { providerId: visit.provider.id, userId: user.id, externalId, at };
    await saveManagedUser(trx, { ...row, removedAt: at });
  });
}

async function applyChange(
  trx: Db,
  site: Site,
  visit: ScimVisit,
  before: User,
  wanted: WantedUser,
): Promise<void> {
  const named = before.name !== wanted.name || fold(before.email) !== fold(wanted.email);
  const same = !named && before.displayName === wanted.displayName && before.active === wanted.active;
  if (same) return;
  // Whoever can change an administrator's address could have a new password mailed there.
  if (named && (await isAdministrator(trx, before.id))) {
    throw new ScimRefusal(
      403,
      `${before.name} administers this site: name and address are changed by an administrator here.`,
    );
  }
  const user = await updateUser(trx, before.id, fieldsOf(wanted), site.clock.now());
  if (!(await isAdministratorLeft(trx))) {
    throw new ScimRefusal(409, `${before.name} is the last active administrator.`);
  }
  if (before.active && !user.active) await endOtherSessions(trx, user.id, null);
  await auditUser(
    trx,
    site,
    visit,
    'user.changed',
    user,
    changesBetween(before, user, ['name', 'email', 'displayName', 'active']),
  );
}

/** An account that is here already is never taken over by its name: its owner or an administrator links it. */
async function refuseTaken(
  trx: Db,
  visit: ScimVisit,
  wanted: WantedUser,
  ownId: number | undefined,
): Promise<void> {
  const errors = await accountErrors(trx, wanted, ownId);
  const [first] = Object.values(errors);
  if (first === undefined) {
    const { externalId } = wanted;
    if (externalId === undefined) return;
    const holder = await holderOfExternalId(trx, visit.provider.id, externalId);
    if (holder !== undefined && holder !== ownId) {
      throw new ScimRefusal(409, 'Another User has this externalId.', 'uniqueness');
    }
    return;
  }
  const isTaken = Object.values(errors).some((text) => text.endsWith('already exists.'));
  throw isTaken
    ? new ScimRefusal(
        409,
        `${first} If it is the same person, link the account to ${visit.provider.name} first.`,
        'uniqueness',
      )
    : new ScimRefusal(400, first, 'invalidValue');
}

/** The account belongs to the provider from now on, and its person signs in through it. */
async function link(trx: Db, site: Site, visit: ScimVisit, user: User, wanted: WantedUser): Promise<void> {
  const { provider, credential } = visit;
  const at = site.clock.now();
  const externalId = wanted.externalId ?? null;
  await saveManagedUser(trx, { providerId: provider.id, userId: user.id, externalId, at });
  const subject =
    credential.links === 'externalId'
      ? wanted.externalId
      : credential.links === 'userName'
        ? wanted.name
        : undefined;
  if (subject === undefined) return;
  // Who is known by it already stays who they are.
  await insertIdentity(trx, { providerId: provider.id, subject, userId: user.id, at });
}

function auditUser(
  trx: Db,
  site: Site,
  visit: ScimVisit,
  event: string,
  user: User,
  changes: readonly AuditChange[],
): Promise<void> {
  const subject = { subject: user.name, subjectType: 'user', subjectId: user.id };
  const detail = { provider: visit.provider.name, by: 'SCIM' };
  return auditScim(trx, site, visit, event, { ...subject, changes, detail });
}
