import { randomUUID } from 'node:crypto';
import { type AuditEvent, audit, changesBetween } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import type { Source } from '../../identity.ts';
import { isAdministratorLeft, lockAccounts } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { deleteMember, type Group, insertMember } from '../../users/group-store.ts';
import { addUser } from '../../users/new-user.ts';
import type { User } from '../../users/user.ts';
import { updateUser } from '../../users/user-store.ts';
import { deleteProvided, insertIdentity, insertProvided, noteIdentityUse } from './identity-store.ts';
import type { GroupPlan, PersonPlan } from './person-plan.ts';
import type { Person, Provider } from './provider.ts';

type Executable = Exclude<PersonPlan, { does: 'refuse' }>;

/** Does what was planned, within the caller's transaction, which has made the plan too. The account that came of it. */
export async function applyPlan(
  trx: Db,
  site: Site,
  provider: Provider,
  person: Person,
  plan: Executable,
  source: Source,
  /** Whether they have just signed in by it. */
  used = true,
): Promise<User> {
  const user =
    plan.does === 'create'
      ? await createAccount(trx, site, provider, person, plan, source)
      : await updateAccount(trx, site, provider, plan, source, used);
  await applyGroups(trx, site, provider, user, plan.groups, source);
  return user;
}

async function createAccount(
  trx: Db,
  site: Site,
  provider: Provider,
  person: Person,
  { fields }: Extract<PersonPlan, { does: 'create' }>,
  source: Source,
): Promise<User> {
  const user = await addUser(trx, site.clock, {
    ...fields,
    accountId: randomUUID(),
    passwordHash: null,
    timeZone: 'UTC',
    locale: 'en_US',
  });
  const at = site.clock.now();
  await insertIdentity(trx, { providerId: provider.id, subject: person.subject, userId: user.id, at });
  await auditProvided(trx, site, provider, source, 'user.created', user, {
    changes: changesBetween({} as Partial<User>, user, ['name', 'email', 'displayName', 'active']),
  });
  return user;
}

async function updateAccount(
  trx: Db,
  site: Site,
  provider: Provider,
  { identityId, user, fields }: Extract<PersonPlan, { does: 'sign-in' }>,
  source: Source,
  used: boolean,
): Promise<User> {
  const at = site.clock.now();
  if (used) await noteIdentityUse(trx, identityId, at);
  if (fields === undefined) return user;
  const updated = await updateUser(trx, user.id, { ...fields, active: user.active }, at);
  await auditProvided(trx, site, provider, source, 'user.changed', user, {
    changes: changesBetween(user, updated, ['name', 'email', 'displayName', 'active']),
  });
  return updated;
}

/** Joins and leaves; never takes the last administrator away. */
export async function applyGroups(
  trx: Db,
  site: Site,
  provider: Provider,
  user: Pick<User, 'id' | 'name'>,
  { join, leave }: GroupPlan,
  source: Source,
): Promise<void> {
  if (join.length === 0 && leave.length === 0) return;
  await lockAccounts(trx);
  for (const group of join) {
    await insertProvided(trx, provider.id, group.id, user.id);
    if (!(await insertMember(trx, group.id, user.id))) continue;
    await auditMembership(trx, site, provider, source, 'group.member-added', user, group);
  }
  for (const group of leave) {
    if (!(await deleteProvided(trx, provider.id, group.id, user.id))) continue;
    await deleteMember(trx, group.id, user.id);
    if (!(await isAdministratorLeft(trx))) {
      await insertMember(trx, group.id, user.id);
      await insertProvided(trx, provider.id, group.id, user.id);
      continue;
    }
    await auditMembership(trx, site, provider, source, 'group.member-removed', user, group);
  }
}

function auditMembership(
  trx: Db,
  site: Site,
  provider: Provider,
  source: Source,
  event: string,
  user: Pick<User, 'id' | 'name'>,
  group: Group,
): Promise<void> {
  return auditProvided(trx, site, provider, source, event, user, {
    subject: group.name,
    subjectType: 'group',
    subjectId: group.id,
    detail: { provider: provider.name, user: user.name },
  });
}

/** Something that a provider's word about a person brought about; of their account unless `more` says otherwise. */
async function auditProvided(
  trx: Db,
  site: Site,
  provider: Provider,
  source: Source,
  event: string,
  user: Pick<User, 'id' | 'name'>,
  more: Partial<AuditEvent>,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    source,
    name: user.name,
    userId: user.id,
    via: 'sso',
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    detail: { provider: provider.name },
    ...more,
  });
}
