import { TooManyRequests } from '../../errors.ts';
import type { Authenticate } from '../../http/server.ts';
import type { Identity } from '../../identity.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { afterFailure, type FailureRate, rateHeaders, remaining } from './failure-rate.ts';

const minuteMs = 60_000;
const mostAccounts = 10_000;

/**
 * The door, with a limit on how much one account may ask in a minute, as Data Center has one (CAC, "Improving instance
 * stability with rate limiting"); off until an administrator sets it. Counted in each process by itself. The pages,
 * which a person clicks through, are not limited.
 */
export function limitingRequests(door: Authenticate, site: Site): Authenticate {
  const paidUntil = new Map<number, number>();
  return async (presented) => {
    const identity = await door(presented);
    const { user, revision } = identity.actor;
    if (user === null || identity.browserSession) return identity;
    const { requestsPerMinute } = await settingsAt(site.db, revision);
    if (requestsPerMinute === null) return identity;
    const rate = { failures: requestsPerMinute, windowMs: minuteMs };
    return counted(identity, user.id, rate, paidUntil, site.clock.now());
  };
}

function counted(
  identity: Identity,
  userId: number,
  rate: FailureRate,
  paidUntil: Map<number, number>,
  now: number,
): Identity {
  const before = paidUntil.get(userId) ?? 0;
  if (remaining(before, rate, now) === 0) {
    throw new TooManyRequests({
      messages: ['Rate limit exceeded.'],
      headers: { ...rateHeaders(before, rate, now), 'RateLimit-Reason': 'requests-per-account' },
      why: { step: 'too-many-requests', userId },
    });
  }
  const after = afterFailure(before, rate, now);
  // Least recently used first, so that the map stays small.
  paidUntil.delete(userId);
  paidUntil.set(userId, after);
  if (paidUntil.size > mostAccounts) paidUntil.delete(paidUntil.keys().next().value as number);
  // Data Center sends 0 while something is left; older atlassian-python-api hammered on that, so it is left out.
  const {
    'Retry-After': _wait,
    'X-RateLimit-Reset': _reset,
    'RateLimit-Reason': _reason,
    ...headers
  } = rateHeaders(after, rate, now);
  return { ...identity, rateHeaders: headers };
}
