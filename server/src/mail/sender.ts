import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { audit } from '../audit/audit.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Site } from '../site.ts';
import { type Deliver, deliveryOf, type Outgoing, senderOf } from './delivery.ts';
import { claimMail, deleteMail, postponeMail, type WaitingMail } from './mail-store.ts';
import { onMailQueued } from './outbox.ts';

/** Longer than any attempt takes; a sender that died holds its mail up no longer than this. */
const leaseMs = 10 * 60_000;
const pollMs = 15_000;
const shortlyMs = 50;
const patienceMs = 5_000;
const firstPauseMs = 30_000;
const longestPauseMs = 6 * 3_600_000;

export interface MailSender {
  /** Sends everything that is due by now. */
  deliverDue(): Promise<void>;
  /** Ends after the message under way. */
  close(): Promise<void>;
}

/**
 * Sends what lies in the outbox, soon after it was put there; mail of other processes (the command line) is found by
 * looking now and then. Nothing of a mail program is loaded before there is something to send.
 */
export function startMailSender(site: Site, deliver: Deliver = deliveryOf(site.config)): MailSender {
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let soon = false;

  const run = async (): Promise<void> => {
    do {
      again = false;
      await deliverAll(site, deliver, () => closed);
    } while (again && !closed);
  };
  const deliverDue = (): Promise<void> => {
    again = true;
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  };
  const plan = (ms: number): void => {
    clearTimeout(timer);
    if (closed) return;
    soon = ms === shortlyMs;
    timer = setTimeout(() => {
      soon = false;
      deliverDue()
        .catch((error: unknown) => site.log.error({ err: error }, 'mail not sent'))
        .finally(() => plan(soon ? shortlyMs : pollMs));
    }, ms);
    timer.unref();
  };
  // However much is queued, what came first is not put off again.
  onMailQueued(site.db, () => {
    if (!soon) plan(shortlyMs);
  });
  plan(pollMs);
  return {
    deliverDue,
    async close() {
      closed = true;
      clearTimeout(timer);
      const ended = running?.catch(() => undefined);
      // A server that does not answer is waited for no longer; the message is tried again after the next start.
      await Promise.race([ended, delay(patienceMs, undefined, { ref: false })]);
    },
  };
}

async function deliverAll(site: Site, deliver: Deliver, isClosed: () => boolean): Promise<void> {
  while (!isClosed()) {
    const now = site.clock.now();
    const mail = await claimMail(site.db, { now, leaseUntil: now + leaseMs });
    if (mail === undefined) return;
    if (now >= mail.giveUpAt) {
      await giveUp(site, mail, 'it could not be sent in time');
      continue;
    }
    const delivered = await deliver(outgoing(site, mail));
    if (delivered.outcome === 'sent') {
      await deleteMail(site.db, mail.id);
    } else if (delivered.permanent) {
      await giveUp(site, mail, delivered.error);
    } else {
      site.log.warn({ mail: mail.id, attempts: mail.attempts, error: delivered.error }, 'mail not sent yet');
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(mail.attempts - 1, 20));
      const at = site.clock.now();
      await postponeMail(site.db, mail.id, Math.min(at + pause, mail.giveUpAt), delivered.error);
    }
  }
}

async function giveUp(site: Site, mail: WaitingMail, error: string): Promise<void> {
  site.log.error({ mail: mail.id, attempts: mail.attempts, error }, 'mail given up');
  await inTransaction(site.db, async (trx) => {
    await deleteMail(trx, mail.id);
    await audit(trx, site.clock, {
      event: 'mail.given-up',
      outcome: 'refused',
      source: { address: '', userAgent: '', requestId: '' },
      subject: mail.recipient,
      subjectType: 'mail',
      detail: { attempts: mail.attempts, error },
    });
  });
}

function outgoing({ config }: Site, mail: WaitingMail): Outgoing {
  const from = senderOf(config);
  const id = createHash('sha256')
    .update(`${mail.id} ${mail.createdAt} ${mail.recipient}`)
    .digest('hex')
    .slice(0, 24);
  return {
    from,
    to: mail.recipient,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
    at: mail.createdAt,
    messageId: `<${mail.id}.${id}@${from.address.slice(from.address.indexOf('@') + 1)}>`,
  };
}
