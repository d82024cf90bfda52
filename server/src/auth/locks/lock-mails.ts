import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { afterwards } from '../../lib/afterwards.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { queueMail } from '../../mail/outbox.ts';
import type { Site } from '../../site.ts';
import { isServiceAccount } from '../../users/service-account-store.ts';
import { findUserById } from '../../users/user-store.ts';
import { aboutPerson } from '../passwords/about-person.ts';
import { doneFrom, letter } from '../passwords/password-mails.ts';
import { holdAccount } from '../sessions/session-store.ts';
import { clearLocks, subjectOf } from './locks.ts';
import {
  deleteOldUnlockCodes,
  findUnlockCode,
  hasUnlockCode,
  insertUnlockCode,
  useUnlockCode,
} from './unlock-code-store.ts';

/** How long a link lives, and how long an account gets no other, in ms. */
const dayMs = 86_400_000;
const nobodysId = 0;
const longest = 500;

interface Locked {
  /** undefined: no account has the name. */
  readonly userId: number | undefined;
  readonly source: Source;
}

export interface LockMails {
  /**
   * Told of every lock that closes, of names that nobody has too; whatever there is to do is done after the answer, so
   * that its time does not tell them apart (N2).
   */
  note(locked: Locked): void;
  settled(): Promise<void>;
}

/** Tells owners that sign-in was closed, with a link that opens it: one mail a day, however often it closes (L2). */
export function lockMails(site: Site, base: () => string): LockMails {
  const { add, settled } = afterwards<Locked>(
    longest,
    (locked) => mailLink(site, base(), locked),
    (error) => site.log.error({ err: error }, 'no mail about a lock'),
  );
  return {
    note(locked) {
      if (add(locked)) return;
      site.log.warn({ requestId: locked.source.requestId }, 'mail about a lock dropped: too many wait');
    },
    settled,
  };
}

async function mailLink(site: Site, base: string, { userId = nobodysId, source }: Locked): Promise<void> {
  const code = makeSecret('tsu');
  await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    const expiresAt = at + dayMs;
    const held = await holdAccount(trx, userId);
    await deleteOldUnlockCodes(trx, userId, at - dayMs);
    if (await hasUnlockCode(trx, userId)) return;
    const user = await findUserById(trx, userId);
    // A program is not locked out, and its address is read by nobody.
    const program = await isServiceAccount(trx, userId);
    if (user === undefined || held?.active !== true || program) return;
    await insertUnlockCode(trx, { codeHash: sha256(code), userId, at, expiresAt });
    const about = await aboutPerson({ db: trx }, user);
    const mail = letter(user, about, 'Sign-in to your account was closed', [
      `Signing in to your account ${user.name} was closed after too many failed attempts. If some of them were yours, open this link within a day to sign in again:`,
      `${base}/unlock#${code}`,
      doneFrom(source),
      'The link works once. If none of them was yours, you need do nothing: nobody got in, and you can still sign in on the web page with the word in the picture. No other mail about this is sent for a day.',
    ]);
    await queueMail(trx, site.clock, { ...mail, until: expiresAt });
  });
}

/**
 * Forgets the failures of the account that a mailed code belongs to, wherever they came from. Throws BadRequest with the
 * field `code`, in one wording for whatever is wrong.
 */
export async function unlockByCode(site: Site, code: string, source: Source): Promise<void> {
  const codeHash = sha256(code);
  const found = isIntactSecret('tsu', code) ? await findUnlockCode(site.db, codeHash) : undefined;
  const user = found === undefined ? undefined : await findUserById(site.db, found.userId);
  const step = await inTransaction(site.db, async (trx) => {
    const of = user === undefined ? {} : { subject: user.name, subjectType: 'user', subjectId: user.id };
    const flaw =
      user === undefined
        ? 'unknown-link'
        : !user.active
          ? 'account-disabled'
          : (await useUnlockCode(trx, codeHash, site.clock.now()))
            ? undefined
            : 'link-expired';
    if (flaw !== undefined || user === undefined) {
      const detail = { step: flaw ?? 'unknown-link' };
      await audit(trx, site.clock, {
        event: 'unlock-link.failed',
        outcome: 'refused',
        source,
        ...of,
        detail,
      });
      return detail.step;
    }
    const subject = subjectOf(user.id, '');
    const lifted = await clearLocks(trx, site, subject, { by: 'mail', name: user.name, source });
    if (!lifted) {
      await audit(trx, site.clock, {
        event: 'unlock-link.used',
        outcome: 'ok',
        source,
        name: user.name,
        ...of,
      });
    }
    return undefined;
  });
  if (step === undefined) return;
  throw new BadRequest({
    fields: { code: 'This link has been used or has expired.' },
    why: { step, userId: user?.id },
  });
}
