import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { afterwards } from '../../lib/afterwards.ts';
import { fold } from '../../lib/fold.ts';
import { isMailable } from '../../lib/mail-address.ts';
import { queueMail } from '../../mail/outbox.ts';
import type { Site } from '../../site.ts';
import { isServiceAccount } from '../../users/service-account-store.ts';
import { findUserById } from '../../users/user-store.ts';
import { passwordKeeper } from '../ldap/kept-elsewhere.ts';
import { subjectOf } from '../locks/locks.ts';
import { presentableName } from '../sign-in-failure.ts';
import { findAccountForSignIn } from '../sign-in-store.ts';
import { aboutPerson } from './about-person.ts';
import { countResetCodes } from './password-code-store.ts';
import { issuePasswordCode, passwordLink, resetLifeMs } from './password-links.ts';
import { resetMail } from './password-mails.ts';

/** Mails with a link that an account gets within an hour, whoever asks for them. */
const mostPerHour = 3;
const nobodysId = 0;
/** Requests that wait; with one at a time, that is the work of a few seconds. */
const longest = 500;

interface Asked {
  readonly account: string;
  /** Under which the link is. */
  readonly base: string;
  readonly source: Source;
}

export interface PasswordResets {
  /**
   * Takes the request and does nothing else, so that neither answer nor time can tell which names exist (P16, N3):
   * whatever there is to do is done after the answer.
   */
  ask(request: Asked): void;
  /** Resolves when everything that was asked for has been done. */
  settled(): Promise<void>;
}

export function passwordResets(site: Site): PasswordResets {
  const { add, settled } = afterwards<Asked>(
    longest,
    (request) => mailLink(site, request),
    (error) => site.log.error({ err: error }, 'password reset failed'),
  );
  return {
    ask(request) {
      if (add(request)) return;
      site.log.warn({ requestId: request.source.requestId }, 'password reset dropped: too many wait');
    },
    settled,
  };
}

/** To the address on record, never to what was typed. */
async function mailLink(site: Site, { account, base, source }: Asked): Promise<void> {
  const folded = fold(account).trim();
  await inTransaction(site.db, async (trx) => {
    const [row] = await findAccountForSignIn(trx, { folded, nobody: subjectOf(null, folded) });
    // Looked for in any case: it takes as long for a name that nobody has.
    const userId = row?.user_id ?? nobodysId;
    const user = await findUserById(trx, userId);
    const at = site.clock.now();
    const about = await aboutPerson({ db: trx }, user ?? { name: '', email: '', displayName: '' });
    const sent = await countResetCodes(trx, userId, at - resetLifeMs);
    const keeper = await passwordKeeper(trx, row?.revision ?? 0, userId);
    const program = await isServiceAccount(trx, userId);
    const step =
      user === undefined
        ? 'unknown-name'
        : !user.active
          ? 'account-disabled'
          : keeper !== undefined
            ? 'password-in-directory'
            : program
              ? 'service-account'
              : sent >= mostPerHour
                ? 'too-many-mails'
                : isMailable(user.email)
                  ? undefined
                  : 'address-not-mailable';
    if (user !== undefined && step === undefined) {
      const issued = await issuePasswordCode(trx, {
        userId: user.id,
        purpose: 'reset',
        email: user.email,
        at,
      });
      await queueMail(
        trx,
        site.clock,
        resetMail(user, about, passwordLink(base, issued.code), source, issued.expiresAt),
      );
    }
    await audit(trx, site.clock, {
      event: 'password-reset.requested',
      outcome: step === undefined ? 'ok' : 'refused',
      source,
      name: user?.name ?? presentableName(account),
      ...(user === undefined ? {} : { subject: user.name, subjectType: 'user', subjectId: user.id }),
      ...(step === undefined ? {} : { detail: { step } }),
    });
  });
}
