import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { sweeping } from '../../lib/sweeping.ts';
import { queueMail } from '../../mail/outbox.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { letter, moment } from '../passwords/password-mails.ts';
import { listExpiring, noteExpiryNotice } from './api-token-store.ts';
import { dayMs } from './token-life.ts';

/** Days before its end at which the owner of a token is told; the nearest that applies, each once. */
const noticeDays = [1, 7, 30] as const;
const batch = 200;
const everyMs = 3_600_000;
const firstMs = 30_000;

/**
 * Tells the owners of tokens that end soon, at the latest notice that is due: one made for 20 days gets none of 30, but
 * one of 7. Several processes may do so at once: each notice goes out once. How many went out.
 */
export async function sendExpiryNotices(site: Site, base: string, stop?: AbortSignal): Promise<number> {
  const now = site.clock.now();
  const settings = await settingsAt(site.db, await readRevision(site.db));
  let sent = 0;
  for (const days of noticeDays) {
    for (;;) {
      if (stop?.aborted) return sent;
      const due = await listExpiring(site.db, { now, withinMs: days * dayMs, days }, batch);
      for (const token of due) {
        await inTransaction(site.db, async (trx) => {
          if (!(await noteExpiryNotice(trx, token.id, days))) return;
          sent++;
          // A token that never lived longer than the notice is no news to whoever has just made it.
          if (token.expires_at - token.created_at <= days * dayMs) return;
          await queueMail(trx, site.clock, expiryMail(token, settings, base, now));
        });
      }
      if (due.length < batch) break;
    }
  }
  return sent;
}

interface Ending {
  readonly label: string;
  readonly name: string;
  readonly email: string;
  readonly expires_at: number;
}

function expiryMail(token: Ending, settings: { readonly siteTitle: string }, base: string, now: number) {
  const daysLeft = Math.max(1, Math.ceil((token.expires_at - now) / dayMs));
  const left = daysLeft === 1 ? 'within a day' : `in ${daysLeft} days`;
  return letter(token, settings, `An API token expires ${left}`, [
    `The API token “${token.label}” of your account ${token.name} expires ${left}, on ${moment(token.expires_at)}. What uses it is refused from then on.`,
    `Rotate it on this page: it gets a new secret, and the old one goes on working for as long as you choose, up to three days, until the new one is in its place.`,
    `${base}/profile/tokens`,
    'A program can do so itself: POST /rest/tessera/1/tokens/self/rotate. If nothing uses the token any more, do nothing.',
  ]);
}

/** Looks once an hour; the result ends it. */
export const startExpiryNotices = (site: Site, base: () => string): (() => Promise<void>) =>
  sweeping(
    { firstMs, everyMs },
    (stop) => sendExpiryNotices(site, base(), stop),
    (error) => site.log.error({ err: error }, 'no notices of expiring tokens'),
  );
