import { audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { countNetworkFailure, type NetworkLimit, networkLimitOf } from '../limits/network-limit.ts';
import type { AnswerRefused } from './answer-refused.ts';
import type { Provider } from './provider.ts';

/** Nothing can be guessed by such messages, so the limit only keeps strangers from filling the log. */
const factor = 10;
const begunFactor = 50;

/**
 * Puts a message on record that belongs to no visit and counts for nothing. They have a limit of their own: those of a
 * provider that is set up wrongly must not close the door to passwords. Throws TooManyRequests beyond it.
 */
export async function recordStrayMessage(
  site: Site,
  provider: Provider,
  event: 'sign-in.failed' | 'session.ended',
  { step, message }: AnswerRefused,
  source: Source,
): Promise<void> {
  const own = networkLimitOf(await settingsAt(site.db, await readRevision(site.db)), source);
  const limit = wider(own, 'sso', factor);
  await inTransaction(site.db, async (trx) => {
    await countNetworkFailure(trx, site, limit, source, { now: site.clock.now(), held: false });
    await audit(trx, site.clock, {
      event,
      outcome: 'refused',
      source,
      via: 'sso',
      detail: { step, provider: provider.id, problem: message },
    });
  });
}

/**
 * Counts a visit that nobody who is signed in begins: each is a row until it ends, and strangers shall not fill the table.
 * An office that signs in at nine does not come near it. Throws TooManyRequests beyond it.
 */
export async function countBegunVisit(site: Site, source: Source): Promise<void> {
  const limit = networkLimitOf(await settingsAt(site.db, await readRevision(site.db)), source);
  await inTransaction(site.db, (trx) =>
    countNetworkFailure(trx, site, wider(limit, 'sso-begun', begunFactor), source, {
      now: site.clock.now(),
      held: false,
    }),
  );
}

/** A count of its own beside the failures of the network, and so many times as much. */
const wider = (limit: NetworkLimit | undefined, name: string, times: number): NetworkLimit | undefined =>
  limit && {
    network: `${name} ${limit.network}`,
    rate: { ...limit.rate, failures: limit.rate.failures * times },
  };
