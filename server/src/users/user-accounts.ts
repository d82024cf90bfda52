import { randomUUID } from 'node:crypto';
import { type Asker, type AuditEvent, audit, changesBetween } from '../audit/audit.ts';
import { isForeignKeyViolation } from '../db/constraint-errors.ts';
import { builtIn } from '../db/migrations/fresh-site.ts';
import { bumpRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import {
  lockAccounts,
  requireAdministrator,
  requireAdministratorLeft,
  requireMayChangeUser,
  requireSignedIn,
} from '../permissions/administrators.ts';
import { deleteGrantsOfHolder } from '../permissions/permission-scheme-store.ts';
import type { Site } from '../site.ts';
import { accountErrors } from './account-fields.ts';
import { groupsById, insertMember } from './group-store.ts';
import { addUser } from './new-user.ts';
import type { User, UserReference } from './user.ts';
import { deleteUser, referencesTo, updateUser } from './user-store.ts';
import { getUser } from './users.ts';

export interface UserInput {
  /** Left out on Cloud, where the address is the name. */
  readonly name?: string | undefined;
  readonly emailAddress: string;
  readonly displayName?: string | undefined;
  /** Left out: nobody can sign in by password until one is set. */
  readonly password?: string | undefined;
  readonly active?: boolean | undefined;
  /** `applicationKeys` or `products`: left out, the account gets Jira Software; empty, nothing. */
  readonly applications?: readonly string[] | undefined;
}

export interface UserChanges {
  readonly name?: string | undefined;
  readonly emailAddress?: string | undefined;
  readonly displayName?: string | undefined;
  readonly active?: boolean | undefined;
}

const applications: ReadonlySet<string> = new Set(['jira-software', 'jira-core']);

/** Checks a password that is to be this person's, and hashes it; auth's, which users stand below. */
export type HashNewPassword = (
  password: string,
  person: { readonly name: string; readonly email: string; readonly displayName: string },
) => Promise<string>;

/** Mails a new account the link to set its password; auth's. */
export type Invite = (trx: Db, user: User) => Promise<void>;

export async function createUser(
  site: Site,
  asker: Asker,
  input: UserInput,
  { hashPassword, invite }: { hashPassword: HashNewPassword; invite?: Invite },
): Promise<User> {
  await requireAdministrator(site, asker.actor);
  const wanted = input.applications ?? ['jira-software'];
  const unknown = wanted.find((key) => !applications.has(key));
  if (unknown !== undefined) {
    throw new BadRequest({
      fields: { applicationKeys: `There is no application with the key '${unknown}'.` },
    });
  }
  const name = input.name ?? input.emailAddress;
  const account = {
    name,
    email: input.emailAddress,
    displayName: input.displayName ?? (input.name === undefined ? name : ''),
  };
  // Before the costly hash, and so that every mistake but the password's is told at once.
  const errors = await accountErrors(site.db, account);
  if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password, account);
  return inTransaction(site.db, async (trx) => {
    const user = await addUser(trx, site.clock, {
      ...account,
      accountId: randomUUID(),
      passwordHash,
      timeZone: 'UTC',
      locale: 'en_US',
    });
    if (wanted.length > 0) await joinSoftwareUsers(trx, user);
    await auditAccount(site, trx, asker, 'user.created', user, {
      changes: changesBetween(
        {} as Partial<User>,
        { ...user, active: input.active !== false },
        auditedFields,
      ),
      detail: { withPassword: passwordHash !== null, softwareUser: wanted.length > 0 },
    });
    if (input.active !== false) {
      await invite?.(trx, user);
      return user;
    }
    const fields = { name: user.name, email: user.email, displayName: user.displayName, active: false };
    return updateUser(trx, user.id, fields, site.clock.now());
  });
}

/** The group that gives access to Jira Software on a fresh site; an administrator may have removed it. */
async function joinSoftwareUsers(trx: Db, user: User): Promise<void> {
  const groups = await groupsById(trx, [builtIn.groups.softwareUsers]);
  for (const { id } of groups.values()) await insertMember(trx, id, user.id);
}

/** Ends every session of an account; auth's, which users stand below. */
export type EndSessions = (trx: Db, userId: number) => Promise<void>;

export async function editUser(
  site: Site,
  asker: Asker,
  reference: UserReference,
  changes: UserChanges,
  endSessions: EndSessions,
): Promise<User> {
  const grants = await requireAdministrator(site, asker.actor);
  const { id } = await getUser(site.db, reference);
  await requireMayChangeUser(site, asker.actor, grants, id);
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const before = await getUser(trx, reference);
    const fields = {
      name: changes.name ?? before.name,
      email: changes.emailAddress ?? before.email,
      displayName: (changes.displayName ?? before.displayName).trim(),
      active: changes.active ?? before.active,
    };
    const errors = await accountErrors(trx, fields, id);
    if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
    const user = await updateUser(trx, id, fields, site.clock.now());
    if (before.active && !user.active) {
      await requireAdministratorLeft(trx);
      // Ended, not only refused: they must not live again when the account is enabled again.
      await endSessions(trx, id);
    }
    await auditAccount(site, trx, asker, 'user.changed', user, {
      changes: changesBetween(before, user, auditedFields),
    });
    return user;
  });
}

/** Everybody may say how they are called; names that one signs in with are an administrator's to change. */
export async function renameMyself(site: Site, asker: Asker, displayName: string): Promise<User> {
  const me = requireSignedIn(asker.actor);
  return inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    const before = await getUser(trx, { key: me.key });
    const fields = { ...before, displayName: displayName.trim() };
    const errors = await accountErrors(trx, fields, me.id);
    if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
    const user = await updateUser(trx, me.id, fields, site.clock.now());
    await auditAccount(site, trx, asker, 'user.changed', user, {
      changes: changesBetween(before, user, auditedFields),
    });
    return user;
  });
}

/** Only an account that nothing refers to: what somebody did keeps its author. */
export async function removeUser(site: Site, asker: Asker, reference: UserReference): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  const user = await getUser(site.db, reference);
  await requireMayChangeUser(site, asker.actor, grants, user.id);
  if (user.id === asker.actor.user?.id) throw new BadRequest('You cannot delete yourself.');
  try {
    await inTransaction(site.db, async (trx) => {
      await bumpRevision(trx);
      const references = await referencesTo(trx, user.id);
      if (references.length > 0) throw referred(user, references);
      await deleteGrantsOfHolder(trx, 'user', user.id);
      await deleteUser(trx, user.id);
      await requireAdministratorLeft(trx);
      await auditAccount(site, trx, asker, 'user.deleted', user);
    });
  } catch (cause) {
    if (isForeignKeyViolation(cause)) throw referred(user, ['named in something new'], cause);
    throw cause;
  }
}

function referred(user: User, references: readonly string[], cause?: unknown): BadRequest {
  return new BadRequest({
    messages: [
      `Cannot delete user '${user.name}', who is still ${references.join(', ')}. Deactivate the account instead.`,
    ],
    cause,
  });
}

async function auditAccount(
  site: Site,
  trx: Db,
  asker: Asker,
  event: string,
  user: User,
  more: Pick<AuditEvent, 'changes' | 'detail'> = {},
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    ...more,
  });
}

/** What of an account a person would call changed. */
const auditedFields = ['name', 'email', 'displayName', 'active'] as const;
