import { type Asker, audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { fold } from '../../lib/fold.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { queueMail } from '../../mail/outbox.ts';
import { requireAdministrator, requireMayChangeUser } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import type { User, UserReference } from '../../users/user.ts';
import { findUserById } from '../../users/user-store.ts';
import { getUser } from '../../users/users.ts';
import { noteVerifiedEmail } from '../email/email-store.ts';
import { passwordKeeper, requirePasswordKeptHere } from '../ldap/kept-elsewhere.ts';
import { clearLocks, subjectOf } from '../locks/locks.ts';
import { requirePerson } from '../service-accounts/tokens-only.ts';
import { useCodeOnce } from '../use-code-once.ts';
import { aboutPerson } from './about-person.ts';
import { refuseTokens } from './own-password.ts';
import { endWhatStoodOnPassword } from './password-change.ts';
import {
  deleteOldPasswordCodes,
  findPasswordCode,
  insertPasswordCode,
  type PasswordCode,
  voidPasswordCodes,
} from './password-code-store.ts';
import { inviteMail, passwordChangedMail } from './password-mails.ts';
import { passwordHashOf, setPasswordHash } from './password-store.ts';
import { hashNewPassword } from './passwords.ts';

const dayMs = 86_400_000;
export const resetLifeMs = 3_600_000;
const inviteLifeMs = 7 * dayMs;

export const passwordLink = (base: string, code: string): string => `${base}/reset-password#${code}`;

/** A new single-use code, of which the hash alone is stored; in the caller's transaction. */
export async function issuePasswordCode(
  trx: Db,
  {
    userId,
    purpose,
    email,
    at,
  }: { userId: number; purpose: PasswordCode['purpose']; email: string; at: number },
): Promise<{ code: string; expiresAt: number }> {
  const code = makeSecret('tsp');
  const expiresAt = at + (purpose === 'reset' ? resetLifeMs : inviteLifeMs);
  await deleteOldPasswordCodes(trx, at - 7 * dayMs);
  const emailFolded = fold(email);
  await insertPasswordCode(trx, { codeHash: sha256(code), userId, purpose, emailFolded, at, expiresAt });
  return { code, expiresAt };
}

/** Mails a link by which a new account gets its password; an earlier one counts no more. */
export async function sendInvite(trx: Db, site: Site, asker: Asker, base: string, user: User): Promise<void> {
  const at = site.clock.now();
  const about = await aboutPerson({ db: trx }, user);
  await voidPasswordCodes(trx, user.id, at);
  const issued = await issuePasswordCode(trx, { userId: user.id, purpose: 'invite', email: user.email, at });
  const by = asker.actor.user?.displayName ?? 'An administrator';
  const mail = inviteMail(user, about, passwordLink(base, issued.code), by, issued.expiresAt);
  const queued = await queueMail(trx, site.clock, mail);
  if (!queued) {
    throw new BadRequest({
      fields: { emailAddress: 'No mail can be sent to this address. Set a password instead.' },
    });
  }
  await audit(trx, site.clock, {
    event: 'user.invited',
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
  });
}

/** Mails the link again, for an account that has no password yet. */
export async function inviteAgain(
  site: Site,
  asker: Asker,
  base: string,
  reference: UserReference,
): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'invite somebody');
  const user = await getUser(site.db, reference);
  await requireMayChangeUser(site, asker.actor, grants, user.id);
  if (!user.active) throw new BadRequest(`The account '${user.name}' is deactivated. Activate it first.`);
  await requirePasswordKeptHere(site.db, asker.actor.revision, user.id);
  await requirePerson(site.db, user.id);
  await inTransaction(site.db, async (trx) => {
    if ((await passwordHashOf(trx, user.id)) !== null) {
      throw new Conflict(`The account '${user.name}' has a password already. Who forgot it can reset it.`);
    }
    await sendInvite(trx, site, asker, base, user);
  });
}

/**
 * Sets the password of the account that a mailed code belongs to (P16). Throws BadRequest with the fields `code` (used,
 * expired, never made: one wording) or `password`.
 */
export async function setPasswordByCode(
  site: Site,
  { code, password }: { readonly code: string; readonly password: string },
  source: Source,
): Promise<void> {
  const codeHash = sha256(code);
  const found = isIntactSecret('tsp', code) ? await findPasswordCode(site.db, codeHash) : undefined;
  const user = found === undefined ? undefined : await findUserById(site.db, found.userId);
  const step = flawOf(site, found, user);
  // Anybody may ask: no costly hash without a code that counts.
  if (step !== undefined || found === undefined || user === undefined) {
    throw await refused(site, source, user, step ?? 'unknown-link');
  }
  const about = await aboutPerson(site, user);
  const hash = await hashNewPassword(site.config, password, about);
  const outcome = await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await useCodeOnce(trx, 'password_codes', codeHash, at))) return 'link-used';
    const now = await findUserById(trx, user.id);
    const flaw = flawOf(site, found, now);
    if (flaw !== undefined) return flaw;
    // Linked to a directory since the code was made.
    const keeper = await passwordKeeper(trx, await readRevision(trx), user.id);
    if (keeper !== undefined) return 'password-in-directory';
    if (!(await setPasswordHash(trx, { userId: user.id, hash, at }))) return 'account-disabled';
    await endWhatStoodOnPassword(trx, site, user.id, null);
    await noteVerifiedEmail(trx, { userId: user.id, emailFolded: found.emailFolded, at });
    await clearLocks(trx, site, subjectOf(user.id, ''), { by: 'password-reset', name: user.name, source });
    await audit(trx, site.clock, {
      event: 'password-reset.done',
      outcome: 'ok',
      source,
      name: user.name,
      userId: user.id,
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
      detail: { by: found.purpose },
    });
    await queueMail(trx, site.clock, passwordChangedMail(user, about, { by: 'a link', at, source }));
    return undefined;
  });
  if (outcome !== undefined) throw await refused(site, source, user, outcome);
}

function flawOf(site: Site, code: PasswordCode | undefined, user: User | undefined): string | undefined {
  if (code === undefined || user === undefined) return 'unknown-link';
  if (code.usedAt !== null) return 'link-used';
  if (code.expiresAt <= site.clock.now()) return 'link-expired';
  if (!user.active) return 'account-disabled';
  // It proves that mail to this address is read; the account has another one now.
  return fold(user.email) === code.emailFolded ? undefined : 'link-of-earlier-address';
}

async function refused(
  site: Site,
  source: Source,
  user: User | undefined,
  step: string,
): Promise<BadRequest> {
  await inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'password-reset.failed',
      outcome: 'refused',
      source,
      ...(user === undefined ? {} : { subject: user.name, subjectType: 'user', subjectId: user.id }),
      detail: { step },
    }),
  );
  return new BadRequest({
    fields: { code: 'This link has been used or has expired. Ask for a new one.' },
    why: { step, userId: user?.id },
  });
}
