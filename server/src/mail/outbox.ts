import { type DatabaseIdentity, identityOf } from '../db/dialect.ts';
import type { Db } from '../db/tables.ts';
import type { Clock } from '../lib/clock.ts';
import { isMailable } from '../lib/mail-address.ts';
import { insertMail } from './mail-store.ts';

export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Not worth sending after this, in ms: a link in it has died by then. Left out: four days. */
  readonly until?: number;
}

const lifeMs = 4 * 86_400_000;
const longestSubject = 200;

/** Control characters, line ends of every kind: none may reach a header. */
const breaking = /[\p{Cc}\u2028\u2029]+/gu;

/**
 * Puts mail into the outbox, in the caller's transaction: it goes out if, and only if, the change it tells of is
 * committed. Whether it was queued: an address that cannot be written to without doubt gets none.
 */
export async function queueMail(trx: Db, clock: Clock, mail: Mail): Promise<boolean> {
  if (!isMailable(mail.to)) return false;
  const now = clock.now();
  await insertMail(trx, {
    recipient: mail.to,
    subject: mail.subject.replace(breaking, ' ').trim().slice(0, longestSubject),
    text: mail.text,
    html: mail.html ?? null,
    at: now,
    giveUpAt: mail.until ?? now + lifeMs,
  });
  listeners.get(identityOf(trx))?.();
  return true;
}

const listeners = new WeakMap<DatabaseIdentity, () => void>();

/** Calls `wake` whenever mail is queued through this process, shortly before its transaction ends. */
export function onMailQueued(db: Db, wake: () => void): void {
  listeners.set(identityOf(db), wake);
}
