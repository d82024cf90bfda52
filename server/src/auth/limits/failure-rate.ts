/** So many failures in so long, refilled one by one. */
export interface FailureRate {
  readonly failures: number;
  readonly windowMs: number;
}

/** What one failure costs, in ms of the window. */
const intervalMs = ({ failures, windowMs }: FailureRate): number =>
  Math.max(1, Math.round(windowMs / failures));

/**
 * What a network has left (generic cell rate algorithm: one number says how much is used). `paidUntilMs` is when
 * everything that was used will be there again.
 */
export function remaining(paidUntilMs: number, rate: FailureRate, nowMs: number): number {
  const used = Math.max(0, paidUntilMs - nowMs);
  return Math.max(0, Math.min(rate.failures, Math.floor((rate.windowMs - used) / intervalMs(rate))));
}

/** After one more failure; never further ahead than the window is long, whatever the clock or the settings did. */
export function afterFailure(paidUntilMs: number, rate: FailureRate, nowMs: number): number {
  const ahead = Math.min(Math.max(paidUntilMs, nowMs), nowMs + rate.windowMs);
  return ahead + intervalMs(rate);
}

/** Whole seconds until one is left again, at least one. */
export function secondsToWait(paidUntilMs: number, rate: FailureRate, nowMs: number): number {
  const ahead = Math.min(paidUntilMs - nowMs, rate.windowMs + intervalMs(rate));
  return Math.max(1, Math.ceil((ahead + intervalMs(rate) - rate.windowMs) / 1000));
}

/** Data Center's headers for a bucket that refills one by one (CAC, "Rate limiting HTTP headers"), and Cloud's. */
export function rateHeaders(paidUntilMs: number, rate: FailureRate, nowMs: number): Record<string, string> {
  const wait = secondsToWait(paidUntilMs, rate, nowMs);
  return {
    'Retry-After': String(wait),
    'X-RateLimit-Limit': String(rate.failures),
    'X-RateLimit-Remaining': String(remaining(paidUntilMs, rate, nowMs)),
    'X-RateLimit-FillRate': '1',
    'X-RateLimit-Interval-Seconds': String(Math.max(1, Math.round(intervalMs(rate) / 1000))),
    'X-RateLimit-Reset': new Date(nowMs + wait * 1000).toISOString(),
    'RateLimit-Reason': 'sign-in-failures',
  };
}
