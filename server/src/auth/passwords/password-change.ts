import { type Asker, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Conflict } from '../../errors.ts';
import { queueMail } from '../../mail/outbox.ts';
import {
  requireAdministrator,
  requireMayChangeUser,
  requireSignedIn,
} from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import type { User, UserReference } from '../../users/user.ts';
import { getUser } from '../../users/users.ts';
import { voidEmailCodes } from '../email/email-store.ts';
import { requirePasswordKeptHere } from '../ldap/kept-elsewhere.ts';
import { forgetDevices } from '../locks/known-devices.ts';
import type { DoorParts } from '../prove.ts';
import { requirePerson } from '../service-accounts/tokens-only.ts';
import { endOtherSessions } from '../sessions/sessions.ts';
import { aboutPerson } from './about-person.ts';
import { proveOwnPassword, refuseTokens } from './own-password.ts';
import { voidPasswordCodes } from './password-code-store.ts';
import { passwordChangedMail } from './password-mails.ts';
import { passwordHashOf, setPasswordHash } from './password-store.ts';
import { hashNewPassword, isUsableHash, verifyPassword } from './passwords.ts';

/**
 * Changes one's own password. Throws BadRequest with the fields `currentPassword` or `password`, Forbidden for API
 * tokens, SignInRefused when sign-in is closed from there.
 */
export async function changeOwnPassword(
  parts: DoorParts,
  call: Asker & { readonly cookieHeader: string | undefined },
  wanted: { readonly currentPassword: string; readonly password: string },
): Promise<void> {
  const { site } = parts;
  const me = requireSignedIn(call.actor);
  refuseTokens(call.identity, 'change a password');
  await requirePasswordKeptHere(site.db, call.actor.revision, me.id);
  const before = await passwordHashOf(site.db, me.id);
  await proveOwnPassword(parts, call, me, { password: wanted.currentPassword, field: 'currentPassword' });
  const instead = await provenHash(site, me.id, before, wanted.currentPassword);
  if (wanted.password === wanted.currentPassword) {
    throw new BadRequest({ fields: { password: 'The new password is the current one.' } });
  }
  const about = await aboutPerson(site, me);
  const hash = await hashNewPassword(site.config, wanted.password, about);
  const keptSession = call.identity.via === 'session' ? call.identity.credentialId : null;
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await setPasswordHash(trx, { userId: me.id, hash, at, instead }))) throw changedMeanwhile();
    await endWhatStoodOnPassword(trx, site, me.id, keptSession);
    await audit(trx, site.clock, {
      event: 'password.changed',
      outcome: 'ok',
      asker: call,
      source: call.source,
      subject: me.name,
      subjectType: 'user',
      subjectId: me.id,
    });
    await queueMail(trx, site.clock, passwordChangedMail(me, about, { by: 'you', at, source: call.source }));
  });
}

/** The hash that the proof stands on: the one before it, or that one renewed, never one of a newer password. */
async function provenHash(
  site: Site,
  userId: number,
  before: string | null,
  password: string,
): Promise<string | null> {
  const now = await passwordHashOf(site.db, userId);
  if (now === before) return now;
  if (!(await verifyPassword(site.config, password, now)).matches) throw changedMeanwhile();
  return now;
}

const changedMeanwhile = (): Conflict =>
  new Conflict('The password has been changed by somebody else in the meantime. Sign in again.');

/** Sets the password of another account. Throws Forbidden unless asked by an administrator without a token. */
export async function setPasswordOf(
  site: Site,
  asker: Asker,
  reference: UserReference,
  password: string,
): Promise<void> {
  const grants = await requireAdministrator(site, asker.actor);
  refuseTokens(asker.identity, 'set a password');
  const user = await getUser(site.db, reference);
  await requireMayChangeUser(site, asker.actor, grants, user.id);
  if (user.id === asker.actor.user?.id) {
    throw new BadRequest(
      'Change your own password with PUT /rest/api/2/myself/password: it asks for the current one.',
    );
  }
  await requirePasswordKeptHere(site.db, asker.actor.revision, user.id);
  await requirePerson(site.db, user.id);
  const about = await aboutPerson(site, user);
  const hash = await hashNewPassword(site.config, password, about);
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await setPasswordHash(trx, { userId: user.id, hash, at }))) {
      throw new BadRequest(`The account '${user.name}' is deactivated. Activate it first.`);
    }
    await endWhatStoodOnPassword(trx, site, user.id, null);
    await audit(trx, site.clock, {
      event: 'password.changed',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
    });
    const by = 'an administrator';
    await queueMail(trx, site.clock, passwordChangedMail(user, about, { by, at, source: asker.source }));
  });
}

/** From the command line: a password, or a hash that the account brings along from another program. */
export async function takeOverPassword(
  site: Site,
  user: User,
  given: { readonly password: string } | { readonly hash: string },
): Promise<void> {
  await requirePerson(site.db, user.id);
  const about = await aboutPerson(site, user);
  const hash = 'hash' in given ? given.hash : await hashNewPassword(site.config, given.password, about);
  if (!isUsableHash(hash)) throw new BadRequest(unusableHash);
  const source = { address: '', userAgent: '', requestId: '' };
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    if (!(await setPasswordHash(trx, { userId: user.id, hash, at }))) {
      throw new BadRequest(`The account '${user.name}' is deactivated. Activate it first.`);
    }
    await endWhatStoodOnPassword(trx, site, user.id, null);
    await audit(trx, site.clock, {
      event: 'password.changed',
      outcome: 'ok',
      via: 'command-line',
      source,
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
      detail: { by: 'hash' in given ? 'hash' : 'password' },
    });
    const by = 'an administrator';
    await queueMail(trx, site.clock, passwordChangedMail(user, about, { by, at, source }));
  });
}

export const unusableHash =
  'This is no hash that can be taken over. It may be argon2id ($argon2id$v=19$…, one lane, at most 262144 KiB and 16 passes), bcrypt ($2a$, $2b$ or $2y$, cost 4 to 14) or {PKCS5S2}.';

/**
 * Whoever changes a password may do so because somebody else knows the old one: sessions end, links that were mailed
 * count no more, no device is known any more. API tokens stay: they are other secrets, revoked one by one.
 */
export async function endWhatStoodOnPassword(
  trx: Db,
  site: Site,
  userId: number,
  keptSession: number | null,
): Promise<void> {
  const at = site.clock.now();
  await endOtherSessions(trx, userId, keptSession);
  await forgetDevices(trx, userId);
  await voidPasswordCodes(trx, userId, at);
  await voidEmailCodes(trx, userId, at);
}
