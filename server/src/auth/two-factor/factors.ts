import { type Asker, audit } from '../../audit/audit.ts';
import { bumpRevision, readRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import type { ActorUser } from '../../identity.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { fold } from '../../lib/fold.ts';
import {
  requireAdministrator,
  requireMayChangeUser,
  requireSignedIn,
} from '../../permissions/administrators.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { groupsByName } from '../../users/group-store.ts';
import { getUser } from '../../users/users.ts';
import { trustNoDevice } from '../locks/known-devices.ts';
import { refuseTokens } from '../passwords/own-password.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { requireFreshProof } from '../web-sudo/fresh-proof.ts';
import { type FactorNews, mailFactorNews } from './factor-mails.ts';
import {
  countRecoveryCodes,
  deleteTotp,
  type FactorNeed,
  findFactorNeed,
  findTotp,
  forgetGuesses,
  holdFactors,
  listFactorGroups,
  noteHasFactor,
  replaceFactorGroups,
  replaceRecoveryCodes,
  type TotpFactor,
  useTotpStep,
  writeUnconfirmedTotp,
} from './factor-store.ts';
import {
  deletePasskey,
  deletePasskeysOf,
  insertPasskey,
  listPasskeys,
  type Passkey,
  renamePasskey,
} from './passkey-store.ts';
import { registrationOptions, verifyRegistration } from './passkeys.ts';
import { deletePendingOf } from './pending-store.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { type Enrolment, newSeed, stepOfCode } from './totp.ts';

type Asking = Pick<Call, 'actor' | 'identity' | 'source' | 'wire'>;

export interface Factors extends FactorNeed {
  readonly totp: TotpFactor | undefined;
  readonly passkeys: readonly Passkey[];
  readonly recoveryCodesLeft: number;
}

export async function factorsOf(db: Db, userId: number): Promise<Factors> {
  const totp = await findTotp(db, userId);
  return {
    ...(await findFactorNeed(db, userId)),
    totp: totp?.confirmedAt == null ? undefined : totp,
    passkeys: await listPasskeys(db, userId),
    recoveryCodesLeft: await countRecoveryCodes(db, userId),
  };
}

export const viewOwnFactors = (site: Site, { actor }: Asking): Promise<Factors> =>
  factorsOf(site.db, requireSignedIn(actor).id);

/** Begins to set up an authenticator app; it counts once a code of it has been typed. */
export async function beginAuthenticator(site: Site, asker: Asking): Promise<Enrolment> {
  const me = requireFreshProof(site, asker, 'add a second factor');
  return beginAuthenticatorOf(site, me, asker.actor.revision);
}

export async function beginAuthenticatorOf(
  site: Site,
  user: ActorUser,
  revision: number,
): Promise<Enrolment> {
  const { siteTitle } = await settingsAt(site.db, revision);
  const enrolment = await newSeed(site, { userId: user.id, account: user.email, issuer: siteTitle });
  const begun = await inTransaction(site.db, (trx) =>
    writeUnconfirmedTotp(trx, user.id, enrolment.sealedSeed, site.clock.now()),
  );
  if (!begun) throw new Conflict('Your account has an authenticator app already. Remove it first.');
  return enrolment;
}

/** The first code of a new app: from now on it counts. The recovery codes, when the account had none. */
export async function confirmAuthenticator(
  site: Site,
  asker: Asking,
  code: string,
): Promise<readonly string[] | undefined> {
  const me = requireFreshProof(site, asker, 'add a second factor');
  return confirmAuthenticatorOf(site, me, asker, code);
}

export async function confirmAuthenticatorOf(
  site: Site,
  user: ActorUser,
  asker: Pick<Asker, 'source'> & Partial<Asker>,
  code: string,
): Promise<readonly string[] | undefined> {
  const totp = await findTotp(site.db, user.id);
  const step = totp?.confirmedAt === null ? await stepOfCode(site, totp, code) : undefined;
  if (totp === undefined || step === undefined) {
    throw new BadRequest({
      fields: { code: 'This is not the code that the app shows now. Type the newest one.' },
    });
  }
  return changeFactors(
    site,
    user,
    asker,
    { event: 'authenticator.added', news: 'authenticator-added' },
    (trx) =>
      useTotpStep(trx, {
        userId: user.id,
        sealedSeed: totp.sealedSeed,
        step,
        at: site.clock.now(),
        confirm: true,
      }),
  );
}

export async function removeAuthenticator(site: Site, asker: Asking): Promise<void> {
  const me = requireFreshProof(site, asker, 'remove a second factor');
  await changeFactors(
    site,
    me,
    asker,
    { event: 'authenticator.removed', news: 'authenticator-removed' },
    (trx) => deleteTotp(trx, me.id),
  );
}

export async function beginPasskey(site: Site, asker: Asking) {
  const me = requireFreshProof(site, asker, 'add a passkey');
  return registrationOptions(site, me, asker.wire.base, asker.actor.revision);
}

const mostPasskeys = 20;

export async function addPasskey(
  site: Site,
  asker: Asking,
  { name, response }: { readonly name: string; readonly response: unknown },
): Promise<readonly string[] | undefined> {
  const me = requireFreshProof(site, asker, 'add a passkey');
  const label = passkeyName(name);
  const made = await verifyRegistration(site, me.id, asker.wire.base, response);
  const at = site.clock.now();
  return changeFactors(
    site,
    me,
    asker,
    { event: 'passkey.added', news: 'passkey-added', subject: label },
    async (trx) => {
      if ((await listPasskeys(trx, me.id)).length >= mostPasskeys) {
        throw new BadRequest(`An account has ${mostPasskeys} passkeys at most.`);
      }
      const passkey = { ...made, userId: me.id, name: label, createdAt: at };
      if (!(await insertPasskey(trx, passkey)))
        throw new Conflict('This passkey belongs to an account already.');
      return true;
    },
  );
}

function passkeyName(name: string): string {
  const label = name.trim();
  if (label === '' || label.length > 100 || /\p{Cc}/u.test(label)) {
    throw new BadRequest({ fields: { name: 'Give the passkey a name of 1 to 100 characters.' } });
  }
  return label;
}

export async function editPasskey(site: Site, asker: Asking, idText: string, name: string): Promise<void> {
  const me = requireFreshProof(site, asker, 'rename a passkey');
  const label = passkeyName(name);
  await inTransaction(site.db, async (trx) => {
    const before = await renamePasskey(trx, me.id, decimalId(idText) ?? 0, label);
    if (before === undefined) throw new NotFound('You have no such passkey.');
    await audit(trx, site.clock, {
      event: 'passkey.renamed',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: label,
      subjectType: 'passkey',
      subjectId: decimalId(idText),
      changes: [{ field: 'name', from: before, to: label }],
    });
  });
}

export async function removePasskey(site: Site, asker: Asking, idText: string): Promise<void> {
  const me = requireFreshProof(site, asker, 'remove a passkey');
  await changeFactors(site, me, asker, { event: 'passkey.removed', news: 'passkey-removed' }, async (trx) => {
    const name = await deletePasskey(trx, me.id, decimalId(idText) ?? 0);
    return name !== undefined;
  });
}

/** New recovery codes; the old ones are void. */
export async function renewRecoveryCodes(site: Site, asker: Asking): Promise<readonly string[]> {
  const me = requireFreshProof(site, asker, 'make recovery codes');
  const { codes, hashes } = makeRecoveryCodes();
  await inTransaction(site.db, async (trx) => {
    if ((await holdFactors(trx, me.id))?.hasFactor !== true) {
      throw new Conflict('Recovery codes stand in for a second factor. Set one up first.');
    }
    await replaceRecoveryCodes(trx, me.id, hashes, site.clock.now());
    await audit(trx, site.clock, {
      event: 'recovery-codes.renewed',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: me.name,
      subjectType: 'user',
      subjectId: me.id,
    });
    await mailFactorNews(trx, site, me, asker.actor.revision, { is: 'codes-renewed', source: asker.source });
  });
  return codes;
}

export async function forgetTrustedDevices(site: Site, asker: Asking): Promise<void> {
  const me = requireSignedIn(asker.actor);
  refuseTokens(asker.identity, 'change trusted devices');
  await inTransaction(site.db, async (trx) => {
    const devices = await trustNoDevice(trx, me.id);
    await audit(trx, site.clock, {
      event: 'trusted-devices.forgotten',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: me.name,
      subjectType: 'user',
      subjectId: me.id,
      detail: { devices },
    });
  });
}

interface FactorChange {
  readonly event: string;
  readonly news: FactorNews;
  readonly subject?: string;
}

/**
 * Adds or removes a factor: all or nothing, with its record and the mail to its owner (M7). Devices ask for the second
 * step anew. The recovery codes that come with a first factor.
 */
async function changeFactors(
  site: Site,
  user: ActorUser,
  asker: Pick<Asker, 'source'> & Partial<Asker>,
  { event, news, subject }: FactorChange,
  change: (trx: Db) => Promise<boolean>,
): Promise<readonly string[] | undefined> {
  const { codes, hashes } = makeRecoveryCodes();
  return inTransaction(site.db, async (trx) => {
    const before = await holdFactors(trx, user.id);
    if (!(await change(trx))) throw new NotFound('There is nothing to change: it was done already.');
    const hasFactor = await noteHasFactor(trx, user.id);
    await trustNoDevice(trx, user.id);
    const first = hasFactor && before?.hasFactor === false;
    if (first) await replaceRecoveryCodes(trx, user.id, hashes, site.clock.now());
    const { actor, identity, source } = asker;
    await audit(trx, site.clock, {
      event,
      outcome: 'ok',
      ...(actor === undefined || identity === undefined
        ? { name: user.name, userId: user.id, via: 'form' as const }
        : { asker: { actor, identity, source } }),
      source,
      subject: subject ?? user.name,
      subjectType: 'user',
      subjectId: user.id,
    });
    const revision = await readRevision(trx);
    await mailFactorNews(trx, site, user, revision, { is: news, source });
    return first ? codes : undefined;
  });
}

export async function viewFactors(site: Site, asker: Asking, accountId: string): Promise<Factors> {
  await requireAdministrator(site, asker.actor);
  return factorsOf(site.db, (await getUser(site.db, { accountId })).id);
}

/** For who has lost everything: all factors go, all sessions end, and the owner is told. */
export async function resetFactors(site: Site, asker: Asking, accountId: string): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'reset second factors');
  const user = await getUser(site.db, { accountId });
  await requireMayChangeUser(site, asker.actor, grants, user.id);
  await resetFactorsOf(site, user, asker, asker.actor.revision);
}

export async function resetFactorsOf(
  site: Site,
  user: ActorUser,
  asker: Pick<Asker, 'source'> & Partial<Asker>,
  revision: number,
): Promise<void> {
  await inTransaction(site.db, async (trx) => {
    await holdFactors(trx, user.id);
    await deleteTotp(trx, user.id);
    await deletePasskeysOf(trx, user.id);
    await noteHasFactor(trx, user.id);
    await trustNoDevice(trx, user.id);
    await forgetGuesses(trx, user.id);
    await deletePendingOf(trx, user.id);
    await endOtherSessions(trx, user.id, null);
    const { actor, identity, source } = asker;
    await audit(trx, site.clock, {
      event: 'second-factors.reset',
      outcome: 'ok',
      ...(actor === undefined || identity === undefined
        ? { via: 'command-line' as const }
        : { asker: { actor, identity, source } }),
      source,
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
    });
    await mailFactorNews(trx, site, user, revision, { is: 'reset', source });
  });
}

export async function viewFactorGroups(site: Site, asker: Asking): Promise<readonly string[]> {
  await requireAdministrator(site, asker.actor);
  return (await listFactorGroups(site.db)).map(({ name }) => name);
}

/** Whose members must have a second factor: they set one up at their next sign-in, and their passwords alone open nothing. */
export async function changeFactorGroups(
  site: Site,
  asker: Asking,
  names: readonly string[],
): Promise<readonly string[]> {
  await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'change who needs a second factor');
  const found = await groupsByName(site.db, names);
  const missing = names.filter((name) => !found.has(fold(name)));
  if (missing.length > 0) {
    throw new BadRequest({ fields: { groups: `There is no group named ${missing.join(', ')}.` } });
  }
  return inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    const before = await listFactorGroups(trx);
    await replaceFactorGroups(
      trx,
      [...found.values()].map(({ id }) => id),
    );
    const after = await listFactorGroups(trx);
    const text = (groups: readonly { name: string }[]) => groups.map(({ name }) => name).join(', ');
    await audit(trx, site.clock, {
      event: 'factor-groups.changed',
      outcome: 'ok',
      asker,
      source: asker.source,
      changes: [{ field: 'groups', from: text(before), to: text(after) }],
    });
    return after.map(({ name }) => name);
  });
}
