import { type Asker, audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, NotFound, TooManyRequests } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { fold } from '../../lib/fold.ts';
import { isMailable } from '../../lib/mail-address.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { queueMail } from '../../mail/outbox.ts';
import { lockAccounts, requireSignedIn } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { accountErrors } from '../../users/account-fields.ts';
import type { User } from '../../users/user.ts';
import { findUserById } from '../../users/user-store.ts';
import { voidUnlockCodes } from '../locks/unlock-code-store.ts';
import { aboutPerson } from '../passwords/about-person.ts';
import { proveOwnPassword, refuseTokens } from '../passwords/own-password.ts';
import { voidPasswordCodes } from '../passwords/password-code-store.ts';
import type { DoorParts } from '../prove.ts';
import { useCodeOnce } from '../use-code-once.ts';
import { addressTakenMail, changedMail, changeRequestedMail, verificationMail } from './email-mails.ts';
import {
  countEmailCodes,
  deleteAlias,
  deleteOldEmailCodes,
  type EmailCode,
  findEmailCode,
  insertAlias,
  insertEmailCode,
  isVerifiedEmail,
  listAliases,
  noteVerifiedEmail,
  pendingEmail,
  setEmail,
  voidEmailCodes,
} from './email-store.ts';

const dayMs = 86_400_000;
const linkLifeMs = dayMs;
const hourMs = 3_600_000;
/** Links that one account may have mailed within an hour, to whatever addresses. */
const mostPerHour = 5;
const mostAliases = 10;

export interface OwnEmail {
  readonly email: string;
  readonly verified: boolean;
  readonly pending: string | null;
  readonly aliases: readonly string[];
}

export async function viewOwnEmail(site: Site, asker: Asker): Promise<OwnEmail> {
  const me = requireSignedIn(asker.actor);
  const pending = await pendingEmail(site.db, me.id, site.clock.now());
  return {
    email: me.email,
    verified: await isVerifiedEmail(site.db, me.id, fold(me.email)),
    pending: pending === undefined || fold(pending) === fold(me.email) ? null : pending,
    aliases: await listAliases(site.db, me.id),
  };
}

/**
 * Mails a link to the address, and tells the present one; nothing changes until the link is opened. Asked for the
 * present address, it verifies that. Whether somebody else has the address is told to nobody but its owner.
 */
export async function requestEmailChange(
  parts: DoorParts,
  call: Asker & { readonly cookieHeader: string | undefined; readonly base: string },
  wanted: { readonly email: string; readonly password: string },
): Promise<void> {
  const { site } = parts;
  const me = requireSignedIn(call.actor);
  refuseTokens(call.identity, 'change the e-mail address');
  const email = wanted.email.trim();
  if (!isMailable(email)) {
    throw new BadRequest({ fields: { email: 'Give one e-mail address, such as fred@example.com.' } });
  }
  await proveOwnPassword(parts, call, me, { password: wanted.password, field: 'password' });
  const code = makeSecret('tse');
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    const about = await aboutPerson({ db: trx }, me);
    if ((await countEmailCodes(trx, me.id, at - hourMs)) >= mostPerHour) throw tooMany();
    const same = fold(email) === fold(me.email);
    if (!same && (await listAliases(trx, me.id)).length >= mostAliases) {
      throw new BadRequest({
        fields: { email: `The account has ${mostAliases} earlier addresses. Remove one first.` },
      });
    }
    await voidEmailCodes(trx, me.id, at);
    await deleteOldEmailCodes(trx, at - 7 * dayMs);
    const expiresAt = at + linkLifeMs;
    const taken = await isTaken(trx, me, email);
    // For a taken address as well: what is seen of it afterwards is the same.
    await insertEmailCode(trx, { codeHash: sha256(code), userId: me.id, email, at, expiresAt });
    const to = { email, name: me.name };
    const link = `${call.base}/verify-email#${code}`;
    const mail = taken
      ? addressTakenMail(email, about, call.source)
      : verificationMail(to, about, { link, same, source: call.source, until: expiresAt });
    await queueMail(trx, site.clock, mail);
    if (!same) await queueMail(trx, site.clock, changeRequestedMail(me, about, email, call.source));
    await audit(trx, site.clock, {
      event: 'email.change-requested',
      outcome: 'ok',
      asker: call,
      source: call.source,
      subject: me.name,
      subjectType: 'user',
      subjectId: me.id,
      changes: [{ field: 'email', from: me.email, to: email }],
    });
  });
}

const tooMany = (): TooManyRequests =>
  new TooManyRequests({
    messages: ['Too many links were asked for. Try again in an hour.'],
    headers: { 'Retry-After': String(hourMs / 1000) },
  });

/** User names and addresses, earlier ones too, are one namespace: none may become somebody else's. */
async function isTaken(trx: Db, user: User, email: string): Promise<boolean> {
  const errors = await accountErrors(trx, { ...user, email }, user.id);
  return errors.emailAddress !== undefined;
}

/**
 * The link was opened, so mail to the address is read: it becomes the account's, and the one before goes on naming the
 * account until its owner removes it. Throws BadRequest with the field `code`, in one wording for whatever is wrong.
 */
export async function confirmEmail(site: Site, code: string, source: Source): Promise<void> {
  const codeHash = sha256(code);
  const found = isIntactSecret('tse', code) ? await findEmailCode(site.db, codeHash) : undefined;
  const step = await inTransaction(site.db, async (trx) => {
    // First: of two accounts that claim one address at once, the second sees what the first has made of it.
    await lockAccounts(trx);
    const at = site.clock.now();
    const user = found === undefined ? undefined : await findUserById(trx, found.userId);
    const flaw = flawOf(found, user, at);
    if (flaw !== undefined || found === undefined || user === undefined) return flaw ?? 'unknown-link';
    if (!(await useCodeOnce(trx, 'email_codes', codeHash, at))) return 'link-used';
    if (await isTaken(trx, user, found.email)) return 'address-taken';
    await adopt(trx, site, user, found.email, source);
    return undefined;
  });
  if (step !== undefined) throw await refused(site, source, found, step);
}

async function adopt(trx: Db, site: Site, user: User, email: string, source: Source): Promise<void> {
  const at = site.clock.now();
  const [before, after] = [fold(user.email), fold(email)];
  await noteVerifiedEmail(trx, { userId: user.id, emailFolded: after, at });
  if (after !== before) {
    await deleteAlias(trx, user.id, after);
    await insertAlias(trx, { userId: user.id, email: user.email, emailFolded: before, at });
    await setEmail(trx, { userId: user.id, email, emailFolded: after, at });
    await voidPasswordCodes(trx, user.id, at);
    await voidUnlockCodes(trx, user.id, at);
    const about = await aboutPerson({ db: trx }, user);
    await queueMail(trx, site.clock, changedMail(user, about, email, source));
  }
  await audit(trx, site.clock, {
    event: 'email.verified',
    outcome: 'ok',
    source,
    name: user.name,
    userId: user.id,
    subject: user.name,
    subjectType: 'user',
    subjectId: user.id,
    changes: [{ field: 'email', from: user.email, to: email }],
  });
}

function flawOf(code: EmailCode | undefined, user: User | undefined, now: number): string | undefined {
  if (code === undefined || user === undefined) return 'unknown-link';
  if (code.usedAt !== null) return 'link-used';
  if (code.expiresAt <= now) return 'link-expired';
  return user.active ? undefined : 'account-disabled';
}

async function refused(
  site: Site,
  source: Source,
  code: EmailCode | undefined,
  step: string,
): Promise<BadRequest> {
  const user = code === undefined ? undefined : await findUserById(site.db, code.userId);
  await inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'email.verification-failed',
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

/** From then on nobody signs in with it, and anybody may have it. */
export async function removeAlias(site: Site, asker: Asker, email: string): Promise<void> {
  const me = requireSignedIn(asker.actor);
  refuseTokens(asker.identity, 'change the e-mail address');
  await inTransaction(site.db, async (trx) => {
    await lockAccounts(trx);
    if (!(await deleteAlias(trx, me.id, fold(email.trim())))) {
      throw new NotFound('Your account has no such earlier address.');
    }
    await audit(trx, site.clock, {
      event: 'email-alias.removed',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: me.name,
      subjectType: 'user',
      subjectId: me.id,
      changes: [{ field: 'alias', from: email.trim(), to: null }],
    });
  });
}
