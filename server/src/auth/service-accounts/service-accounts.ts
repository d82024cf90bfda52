import { randomUUID } from 'node:crypto';
import { type Asker, audit, changesBetween } from '../../audit/audit.ts';
import { builtIn } from '../../db/migrations/fresh-site.ts';
import { bumpRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Forbidden, NotFound } from '../../errors.ts';
import { isByToken } from '../../identity.ts';
import { queueMail } from '../../mail/outbox.ts';
import {
  requireAdministrator,
  requireAdministratorLeft,
  requireMayChangeUser,
  requireSignedIn,
} from '../../permissions/administrators.ts';
import { grantsOf } from '../../permissions/permissions.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { groupsById, insertMember } from '../../users/group-store.ts';
import { addUser } from '../../users/new-user.ts';
import {
  findServiceAccount,
  insertServiceAccount,
  listServiceAccounts,
  type ServiceAccountRecord,
  setServiceAccountOwner,
} from '../../users/service-account-store.ts';
import type { User } from '../../users/user.ts';
import { updateUser, usersById, usersByWord } from '../../users/user-store.ts';
import { listTokens, type TokenRecord } from '../api-tokens/api-token-store.ts';
import {
  type MintedToken,
  mintToken,
  type Rotation,
  revokeToken,
  rotateToken,
  type TokenAsked,
} from '../api-tokens/api-tokens.ts';
import { keptAfterEndMs } from '../api-tokens/token-life.ts';
import type { FindProjectId } from '../api-tokens/token-limits.ts';
import { letter } from '../passwords/password-mails.ts';
import { endOtherSessions } from '../sessions/sessions.ts';

export interface ServiceAccount {
  readonly user: User;
  readonly owner: User | undefined;
  readonly createdAt: number;
}

/** All of them for administrators; for others those that they answer for. */
export async function viewServiceAccounts(site: Site, asker: Asker): Promise<ServiceAccount[]> {
  const me = requireSignedIn(asker.actor);
  const administers = await (await grantsOf(site, asker.actor)).global('ADMINISTER');
  return withOwners(site.db, await listServiceAccounts(site.db, administers ? undefined : me.id));
}

async function withOwners(db: Db, records: readonly ServiceAccountRecord[]): Promise<ServiceAccount[]> {
  const owners = await usersById(
    db,
    records.map(({ ownerId }) => ownerId),
  );
  return records.map(({ user, ownerId, createdAt }) => ({
    user,
    owner: ownerId === null ? undefined : owners.get(ownerId),
    createdAt,
  }));
}

export interface NewServiceAccount {
  readonly name: string;
  readonly displayName?: string | undefined;
  /** Left out: one that no mail reaches; clients that want an e-mail address before the token take it. */
  readonly email?: string | undefined;
  /** User name or e-mail address. */
  readonly owner: string;
}

/** Throws BadRequest with the fields `name`, `emailAddress`, `displayName` and `owner`. */
export async function createServiceAccount(
  site: Site,
  asker: Asker,
  input: NewServiceAccount,
): Promise<ServiceAccount> {
  await requireAdministrator(site, asker.actor);
  return addServiceAccount(site, asker, input);
}

/** Without an asker: the command line. */
export async function addServiceAccount(
  site: Site,
  asker: Asker | undefined,
  input: NewServiceAccount,
): Promise<ServiceAccount> {
  const at = site.clock.now();
  return inTransaction(site.db, async (trx) => {
    const owner = await ownerNamed(trx, input.owner);
    const revision = await bumpRevision(trx);
    const user = await addUser(trx, site.clock, {
      name: input.name,
      email: input.email ?? `${input.name.replaceAll(/[^\w.-]/g, '-').slice(0, 64)}@service.invalid`,
      displayName: input.displayName ?? input.name,
      accountId: randomUUID(),
      passwordHash: null,
      timeZone: 'UTC',
      locale: 'en_US',
    });
    await insertServiceAccount(trx, { userId: user.id, ownerId: owner.id, at });
    // As every new account; an administrator may have removed the group.
    for (const { id } of (await groupsById(trx, [builtIn.groups.softwareUsers])).values())
      await insertMember(trx, id, user.id);
    await auditAccount(trx, site, asker, 'service-account.created', user, { owner: owner.name });
    await tellOwner(trx, site, revision, owner, `You answer for the service account ${user.name}`, [
      `The service account ${user.name} was made, and you answer for it. It belongs to a program: it has no password, and signs in with API tokens, which you make on the page “Service accounts”.`,
      'You are told when its tokens are made by somebody else, end soon, or are seen where others can read them.',
    ]);
    return { user, owner, createdAt: at };
  });
}

async function ownerNamed(db: Db, word: string): Promise<User> {
  const owner = (await usersByWord(db, [word])).get(word);
  const fault =
    owner === undefined
      ? `There is no account '${word}'.`
      : !owner.active
        ? `The account '${owner.name}' is deactivated.`
        : (await findServiceAccount(db, owner.accountId)) !== undefined
          ? 'A person must answer for it, not another program.'
          : undefined;
  if (owner === undefined || fault !== undefined) throw new BadRequest({ fields: { owner: fault! } });
  return owner;
}

export interface ServiceAccountChange {
  readonly displayName?: string | undefined;
  readonly owner?: string | undefined;
  readonly active?: boolean | undefined;
}

export async function changeServiceAccount(
  site: Site,
  asker: Asker,
  accountId: string,
  change: ServiceAccountChange,
): Promise<ServiceAccount> {
  const grants = await requireAdministrator(site, asker.actor);
  const before = await findServiceAccount(site.db, accountId);
  if (before === undefined) throw missing();
  await requireMayChangeUser(site, asker.actor, grants, before.user.id);
  return inTransaction(site.db, async (trx) => {
    const revision = await bumpRevision(trx);
    const owner = change.owner === undefined ? undefined : await ownerNamed(trx, change.owner);
    const { name, email } = before.user;
    const fields = {
      name,
      email,
      displayName: change.displayName?.trim() || before.user.displayName,
      active: change.active ?? before.user.active,
    };
    const user = await updateUser(trx, before.user.id, fields, site.clock.now());
    if (!user.active) {
      await endOtherSessions(trx, user.id, null);
      await requireAdministratorLeft(trx);
    }
    if (owner !== undefined) await setServiceAccountOwner(trx, user.id, owner.id);
    const [after] = await withOwners(trx, [{ ...before, user, ownerId: owner?.id ?? before.ownerId }]);
    const [was] = await withOwners(trx, [before]);
    await auditAccount(
      trx,
      site,
      asker,
      'service-account.changed',
      user,
      undefined,
      changesBetween(audited(was!), audited(after!), ['displayName', 'active', 'owner']),
    );
    if (owner !== undefined && owner.id !== before.ownerId) {
      await tellOwner(trx, site, revision, owner, `You answer for the service account ${name} now`, [
        `From now on you answer for the service account ${name}, which belongs to a program. Its API tokens are on the page “Service accounts”.`,
      ]);
    } else if (after!.owner !== undefined && before.user.active !== user.active) {
      await tellOwner(
        trx,
        site,
        revision,
        after!.owner,
        `The service account ${name} was ${user.active ? 'activated' : 'deactivated'}`,
        [
          user.active
            ? `The service account ${name}, for which you answer, was activated again: its tokens count.`
            : `The service account ${name}, for which you answer, was deactivated. What uses its tokens is refused from now on.`,
        ],
      );
    }
    return after!;
  });
}

const audited = ({ user, owner }: ServiceAccount) => ({
  displayName: user.displayName,
  active: user.active,
  owner: owner?.name ?? null,
});

const missing = (): NotFound => new NotFound('There is no such service account.');

/** The account, for whoever may see to its tokens: who answers for it, and administrators. Anybody else finds none. */
async function entrusted(site: Site, asker: Asker, accountId: string): Promise<ServiceAccountRecord> {
  const me = requireSignedIn(asker.actor);
  const record = await findServiceAccount(site.db, accountId);
  if (record === undefined) throw missing();
  if (record.ownerId === me.id) return record;
  const grants = await grantsOf(site, asker.actor);
  if (!(await grants.global('ADMINISTER'))) throw missing();
  await requireMayChangeUser(site, asker.actor, grants, record.user.id);
  return record;
}

export async function listServiceTokens(site: Site, asker: Asker, accountId: string): Promise<TokenRecord[]> {
  const { user } = await entrusted(site, asker, accountId);
  return listTokens(site.db, user.id, site.clock.now() - keptAfterEndMs);
}

/** As one's own, but that a token makes none for a program either. */
export async function mintServiceToken(
  site: Site,
  asker: Asker,
  accountId: string,
  input: TokenAsked,
  find: FindProjectId,
): Promise<MintedToken> {
  const record = await entrusted(site, asker, accountId);
  if (!record.user.active) throw new BadRequest(`The account '${record.user.name}' is deactivated.`);
  return told(site, asker, record, async (within) => {
    const token = await mintToken(within, asker, input, find, record.user.id);
    return { result: token, what: `made the API token “${token.label}”` };
  });
}

export async function rotateServiceToken(
  site: Site,
  asker: Asker,
  accountId: string,
  id: number,
  input: Rotation,
): Promise<MintedToken> {
  const record = await entrusted(site, asker, accountId);
  refusePrograms(asker);
  return told(site, asker, record, async (within) => {
    const token = await rotateToken(within, asker, id, input, record.user.id);
    return { result: token, what: `gave the API token “${token.label}” a new secret` };
  });
}

export async function revokeServiceToken(
  site: Site,
  asker: Asker,
  accountId: string,
  id: number,
): Promise<void> {
  const record = await entrusted(site, asker, accountId);
  const why = record.ownerId === asker.actor.user?.id ? 'owner' : 'administrator';
  return told(site, asker, record, async (within) => {
    await revokeToken(within, asker, id, { userId: record.user.id, why });
    return { result: undefined, what: 'revoked an API token' };
  });
}

function refusePrograms({ identity }: Asker): void {
  if (!isByToken(identity)) return;
  throw new Forbidden({
    messages: ['An API token may rotate itself, and no other one.'],
    why: { step: 'token-not-enough' },
  });
}

/** A change of a program's tokens, and the mail about it, in one transaction. What its owner did is no news to them. */
async function told<T>(
  site: Site,
  { actor }: Asker,
  { user, ownerId }: ServiceAccountRecord,
  change: (within: Site) => Promise<{ readonly result: T; readonly what: string }>,
): Promise<T> {
  return inTransaction(site.db, async (trx) => {
    const { result, what } = await change({ ...site, db: trx });
    const owner =
      ownerId === null || ownerId === actor.user?.id
        ? undefined
        : (await usersById(trx, [ownerId])).get(ownerId);
    if (owner !== undefined) {
      await tellOwner(trx, site, actor.revision, owner, `Something changed in the tokens of ${user.name}`, [
        `${actor.user?.displayName} ${what} of the service account ${user.name}, for which you answer.`,
      ]);
    }
    return result;
  });
}

async function tellOwner(
  trx: Db,
  site: Site,
  revision: number,
  owner: User,
  subject: string,
  paragraphs: string[],
): Promise<void> {
  if (!owner.active) return;
  await queueMail(trx, site.clock, letter(owner, await settingsAt(trx, revision), subject, paragraphs));
}

async function auditAccount(
  trx: Db,
  site: Site,
  asker: Asker | undefined,
  event: string,
  user: User,
  detail?: Readonly<Record<string, unknown>>,
  changes?: ReturnType<typeof changesBetween>,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    ...(asker === undefined ? { via: 'command-line' as const } : {}),
    source: asker?.source ?? { address: '', userAgent: '', requestId: '' },
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    ...(detail === undefined ? {} : { detail }),
    ...(changes === undefined ? {} : { changes }),
  });
}
