import { audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { TooManyRequests } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import type { SiteSettings } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { networkOf } from '../locks/lock-rules.ts';
import { afterFailure, type FailureRate, rateHeaders, remaining } from './failure-rate.ts';
import { deleteOldNetworks, holdNetwork, readNetwork, writeNetwork } from './network-store.ts';

/**
 * What one network may get wrong in a while, over all names together (H1): a stranger who tries one password on each
 * of many names meets no lock of a name, but this. Counted in the database, so for all processes and nodes at once.
 */
export interface NetworkLimit {
  readonly network: string;
  readonly rate: FailureRate;
}

/** undefined: there is none, by the settings or because the browser signed in here before. */
export function networkLimitOf(
  settings: SiteSettings,
  source: Source,
  knownDevice = false,
): NetworkLimit | undefined {
  const failures = settings.signInFailuresPerNetwork;
  if (failures === null || knownDevice) return undefined;
  const rate = { failures, windowMs: settings.signInFailureMinutes * 60_000 };
  return { network: networkOf(source.address), rate };
}

/** Whether anything the network sends is looked at for now. */
export async function hasFailuresLeft(
  { db }: Site,
  limit: NetworkLimit | undefined,
  now: number,
): Promise<boolean> {
  if (limit === undefined) return true;
  return remaining((await readNetwork(db, limit.network, now)).paidUntilMs, limit.rate, now) > 0;
}

/** Throws TooManyRequests when the network has used everything up: nothing it sends is looked at for now. */
export async function requireNetworkHasFailuresLeft(
  site: Site,
  limit: NetworkLimit | undefined,
  now: number,
): Promise<void> {
  if (limit === undefined) return;
  const { paidUntilMs } = await readNetwork(site.db, limit.network, now);
  if (remaining(paidUntilMs, limit.rate, now) === 0) throw limited(limit, paidUntilMs, now);
}

/**
 * Takes a place for a check that may fail, inside the caller's transaction. `wait`: as many are under way as may fail,
 * and one that succeeds frees its place. Throws TooManyRequests when none is left.
 */
export async function takePlace(
  trx: Db,
  limit: NetworkLimit | undefined,
  now: number,
): Promise<'taken' | 'wait'> {
  if (limit === undefined) return 'taken';
  const count = await holdNetwork(trx, limit.network, now);
  const left = remaining(count.paidUntilMs, limit.rate, now);
  if (left === 0) throw limited(limit, count.paidUntilMs, now);
  if (count.reserved >= left) return 'wait';
  await writeNetwork(trx, limit.network, { ...count, reserved: count.reserved + 1 }, now);
  return 'taken';
}

/** The check is over, or never took place: its place is free again. A success gives nothing else back (H1). */
export async function givePlaceBack(trx: Db, limit: NetworkLimit | undefined, now: number): Promise<void> {
  if (limit === undefined) return;
  const count = await holdNetwork(trx, limit.network, now);
  await writeNetwork(trx, limit.network, { ...count, reserved: count.reserved - 1 }, now);
}

/**
 * Counts one failure inside the transaction that puts it on record. `held`: it had taken a place. Throws
 * TooManyRequests when none was held and none is left, so that the transaction is undone.
 */
export async function countNetworkFailure(
  trx: Db,
  site: Site,
  limit: NetworkLimit | undefined,
  source: Source,
  { now, held }: { readonly now: number; readonly held: boolean },
): Promise<void> {
  if (limit === undefined) return;
  const { network, rate } = limit;
  const count = await holdNetwork(trx, network, now);
  const left = remaining(count.paidUntilMs, rate, now);
  if (!held && left === 0) throw limited(limit, count.paidUntilMs, now);
  const paidUntilMs = afterFailure(count.paidUntilMs, rate, now);
  await writeNetwork(trx, network, { paidUntilMs, reserved: count.reserved - (held ? 1 : 0) }, now);
  if (left !== 1) return;
  await deleteOldNetworks(trx, now);
  await audit(trx, site.clock, {
    event: 'sign-in.network-limited',
    outcome: 'refused',
    source,
    subject: network,
    subjectType: 'network',
    detail: { failures: rate.failures, minutes: rate.windowMs / 60_000 },
  });
}

function limited({ network, rate }: NetworkLimit, paidUntilMs: number, now: number): TooManyRequests {
  const headers = rateHeaders(paidUntilMs, rate, now);
  return new TooManyRequests({
    messages: [
      `Too many sign-ins from your network failed. Wait ${headers['Retry-After']} s; API tokens that are right go on working.`,
    ],
    headers,
    why: { step: 'too-many-failures', facts: { network } },
  });
}
