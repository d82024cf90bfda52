import { audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, SignInRefused } from '../../errors.ts';
import type { ActorUser, Source } from '../../identity.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { findUserById } from '../../users/user-store.ts';
import { type DoorParts, type Proof, refused } from '../prove.ts';
import { holdAccount } from '../sessions/session-store.ts';
import { type Opened, type Opening, openSession, passwordChanged, type Visit } from '../sessions/sessions.ts';
import { recordFailure } from '../sign-in-failure.ts';
import { mailFactorNews } from './factor-mails.ts';
import {
  countRecoveryCodes,
  findFactorNeed,
  findTotp,
  forgetGuesses,
  takeGuess,
  useRecoveryCode,
  useTotpStep,
} from './factor-store.ts';
import { listPasskeys, notePasskeyUse } from './passkey-store.ts';
import { verifyPasskey } from './passkeys.ts';
import { clearPendingCookie, passwordMark, pendingOf } from './pending-sign-in.ts';
import { deletePending, type Pending, takeTry } from './pending-store.ts';
import { looksLikeRecoveryCode, recoveryCodeHash } from './recovery-codes.ts';
import { stepOfCode } from './totp.ts';

/** Codes that one sign-in may try, and that an account's sign-ins may try in a row, in a day without one (M3). */
const triesOfOne = 5;
const guessesOfAll = 20;
const dayMs = 24 * 3_600_000;

export interface Ways {
  readonly totp: boolean;
  readonly passkey: boolean;
  readonly recoveryCode: boolean;
  /** There is none of these yet, and one of the account's groups demands one. */
  readonly enrol: boolean;
}

export async function waysOf(db: Db, userId: number): Promise<Ways> {
  const totp = await findTotp(db, userId);
  const passkeys = await listPasskeys(db, userId);
  const { hasFactor } = await findFactorNeed(db, userId);
  return {
    totp: totp?.confirmedAt != null,
    passkey: passkeys.length > 0,
    recoveryCode: (await countRecoveryCodes(db, userId)) > 0,
    enrol: !hasFactor,
  };
}

/** What a person gives as the second step: exactly one of these. */
export interface Given {
  /** Of an authenticator app, or a recovery code. */
  readonly code?: string | undefined;
  readonly passkey?: unknown;
}

export interface StepVisit extends Visit {
  readonly base: string;
}

/** The sign-in that waits in this browser, with its account. Throws SignInRefused when there is none. */
export async function requirePending(
  site: Site,
  cookieHeader: string | undefined,
): Promise<{ readonly pending: Pending; readonly user: ActorUser }> {
  const pending = await pendingOf(site, cookieHeader);
  const user = pending && (await findUserById(site.db, pending.userId));
  if (pending === undefined || user === undefined || !user.active) {
    throw new SignInRefused('AUTHENTICATED_FAILED', {
      messages: ['This sign-in has ended. Begin again with your name.'],
      why: { step: 'second-step-ended', userId: user?.id },
    });
  }
  return { pending, user };
}

/** Takes the second step. Throws SignInRefused, on record, when it is wrong. */
export async function takeSecondStep(
  parts: DoorParts,
  given: Given,
  visit: StepVisit,
  { trustDevice }: { readonly trustDevice: boolean },
): Promise<{ readonly proof: Proof; readonly opened: Opened; readonly returnTo: string | null }> {
  const { site } = parts;
  const { pending, user } = await requirePending(site, visit.cookieHeader);
  await takePlaceToTry(site, pending, user, visit.source);
  await requireRightFactor(site, user, given, visit, 'second-step');
  return openPending(parts, pending, user, visit, { trustDevice });
}

/** Opens what waited: whoever calls has seen the second step, or that a first factor was just set up. */
export async function openPending(
  parts: DoorParts,
  pending: Pending,
  user: ActorUser,
  visit: StepVisit,
  { trustDevice }: { readonly trustDevice: boolean },
): Promise<{ readonly proof: Proof; readonly opened: Opened; readonly returnTo: string | null }> {
  const { site } = parts;
  const revision = await readRevision(site.db);
  const { secondStepRememberDays } = await settingsAt(site.db, revision);
  const proof: Proof = { user, revision, via: pending.via, tokenId: null, secondStepDone: true };
  const opening = await openingOf(site, pending);
  const opened = await openSession(
    parts,
    proof,
    {
      ...opening,
      ...(trustDevice && secondStepRememberDays > 0 ? { trustDeviceDays: secondStepRememberDays } : {}),
    },
    visit,
    // Once: of two that take the step at once, one gets the session.
    (trx) => deletePending(trx, pending.secretHash),
  );
  opened.cookies.push(clearPendingCookie(visit));
  return { proof, opened, returnTo: pending.returnTo };
}

/** The password must still be the one that was proven. */
async function openingOf(site: Site, { userId, opening }: Pending): Promise<Opening> {
  const { passwordMark: mark, identityId, restToo, rememberMe, sso } = opening;
  const rest = {
    kind: 'web',
    ...(restToo === undefined ? {} : { restToo }),
    ...(rememberMe === undefined ? {} : { rememberMe }),
    ...(identityId === undefined ? {} : { identityId }),
    ...(sso === undefined ? {} : { sso: sso as NonNullable<Opening['sso']> }),
  } as const;
  if (mark === undefined) return rest;
  const account = await holdAccount(site.db, userId);
  const passwordHash = account?.passwordHash ?? null;
  if (passwordMark(passwordHash) !== mark) throw refused(passwordChanged);
  return { ...rest, passwordHash };
}

/** Counted before the code is looked at: however many come at once, no more of them are looked at than may be wrong. */
async function takePlaceToTry(site: Site, pending: Pending, user: ActorUser, source: Source): Promise<void> {
  const place = await inTransaction(site.db, async (trx) => {
    if (!(await takeTry(trx, pending.secretHash, triesOfOne))) return 'used-up';
    return (await takeGuess(trx, user.id, { now: site.clock.now(), most: guessesOfAll, decayMs: dayMs }))
      ? 'taken'
      : 'locked';
  });
  if (place === 'taken') return;
  if (place === 'used-up') {
    await inTransaction(site.db, (trx) => deletePending(trx, pending.secretHash));
    throw new SignInRefused('AUTHENTICATED_FAILED', {
      messages: ['There were too many wrong codes. Begin again with your name.'],
      why: { step: 'second-step-ended', userId: user.id },
    });
  }
  await inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'second-step.locked',
      outcome: 'refused',
      source,
      name: user.name,
      userId: user.id,
      subjectType: 'user',
      subjectId: user.id,
    }),
  );
  throw lockedOut(user);
}

const lockedOut = (user: ActorUser): SignInRefused =>
  new SignInRefused('AUTHENTICATION_DENIED', {
    messages: [
      'There were too many wrong codes for this account. Wait a day, or ask an administrator to reset your second factors.',
    ],
    why: { step: 'second-step-locked', userId: user.id },
  });

/** The second factor shown again by who is signed in. Throws BadRequest with the field, or SignInRefused once all tries are used up. */
export async function confirmFactor(
  site: Site,
  user: ActorUser,
  given: Given,
  visit: Pick<StepVisit, 'base' | 'source'>,
): Promise<void> {
  const free = await inTransaction(site.db, (trx) =>
    takeGuess(trx, user.id, { now: site.clock.now(), most: guessesOfAll, decayMs: dayMs }),
  );
  if (!free) throw lockedOut(user);
  try {
    await requireRightFactor(site, user, given, visit, 'confirm');
  } catch (error) {
    if (!(error instanceof SignInRefused)) throw error;
    // The session itself is good.
    throw new BadRequest({
      fields: error.fields,
      cause: error,
      ...(error.why === undefined ? {} : { why: error.why }),
    });
  }
}

/** The place is taken. Throws SignInRefused, on record, when the factor is wrong; else forgets the guesses. */
export async function requireRightFactor(
  site: Site,
  user: ActorUser,
  { code, passkey }: Given,
  { base, source }: Pick<StepVisit, 'base' | 'source'>,
  ceremony: 'second-step' | 'confirm',
): Promise<void> {
  const right =
    passkey !== undefined
      ? await isRightPasskey(site, user, passkey, base, source, ceremony)
      : code !== undefined && (await isRightCode(site, user, code, source));
  if (right) return;
  const failed = {
    source,
    channel: 'form',
    name: user.name,
    userId: user.id,
    step: 'second-step-wrong',
  } as const;
  await inTransaction(site.db, (trx) => recordFailure(trx, site, failed));
  const field = passkey === undefined ? 'code' : 'passkey';
  throw new SignInRefused('AUTHENTICATED_FAILED', {
    messages: [],
    fields: {
      [field]: field === 'code' ? 'This code is wrong, or was used before.' : 'The passkey was not accepted.',
    },
    why: { step: 'second-step-wrong', userId: user.id },
  });
}

async function isRightCode(site: Site, user: ActorUser, code: string, source: Source): Promise<boolean> {
  const at = site.clock.now();
  if (looksLikeRecoveryCode(code)) {
    const revision = await readRevision(site.db);
    return inTransaction(site.db, async (trx) => {
      if (!(await useRecoveryCode(trx, user.id, recoveryCodeHash(code), at))) return false;
      await forgetGuesses(trx, user.id);
      await audit(trx, site.clock, {
        event: 'recovery-code.used',
        outcome: 'ok',
        source,
        name: user.name,
        userId: user.id,
        subjectType: 'user',
        subjectId: user.id,
        detail: { left: await countRecoveryCodes(trx, user.id) },
      });
      await mailFactorNews(trx, site, user, revision, { is: 'code-used', source });
      return true;
    });
  }
  const totp = await findTotp(site.db, user.id);
  if (totp === undefined || totp.confirmedAt === null) return false;
  const step = await stepOfCode(site, totp, code);
  if (step === undefined) return false;
  return inTransaction(site.db, async (trx) => {
    const used = { userId: user.id, sealedSeed: totp.sealedSeed, step, at, confirm: false };
    if (!(await useTotpStep(trx, used))) return false;
    await forgetGuesses(trx, user.id);
    return true;
  });
}

async function isRightPasskey(
  site: Site,
  user: ActorUser,
  response: unknown,
  base: string,
  source: Source,
  ceremony: 'second-step' | 'confirm',
): Promise<boolean> {
  const answer = await verifyPasskey(site, ceremony, user.id, base, response);
  if (answer.is === 'wrong') {
    if (answer.cloned) await raiseCloneAlarm(site, user, source);
    return false;
  }
  return inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await notePasskeyUse(trx, answer.passkey, { signCount: answer.signCount, at }))) return false;
    await forgetGuesses(trx, user.id);
    return true;
  });
}

/** Its count went back: somebody may have a copy (WebAuthn §6.1.1). */
export async function raiseCloneAlarm(site: Site, user: ActorUser, source: Source): Promise<void> {
  const revision = await readRevision(site.db);
  await inTransaction(site.db, async (trx) => {
    await audit(trx, site.clock, {
      event: 'passkey.cloned',
      outcome: 'refused',
      source,
      name: user.name,
      userId: user.id,
      subjectType: 'user',
      subjectId: user.id,
    });
    await mailFactorNews(trx, site, user, revision, { is: 'passkey-cloned', source });
  });
}
