import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterFailure, rateHeaders, remaining, secondsToWait } from './failure-rate.ts';

const rates = fc.record({
  failures: fc.integer({ min: 1, max: 10_000 }),
  windowMs: fc.integer({ min: 1, max: 24 * 60 }).map((minutes) => minutes * 60_000),
});
/** Any time that a clock may show, also after it was set back or a setting was changed. */
const times = fc.integer({ min: 0, max: 8_000_000_000_000 });

test('P7: windows and waits never overflow or go negative, whatever the configuration and the clock', () => {
  fc.assert(
    fc.property(rates, times, times, (rate, paidUntil, now) => {
      const left = remaining(paidUntil, rate, now);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(left).toBeLessThanOrEqual(rate.failures);
      const after = afterFailure(paidUntil, rate, now);
      expect(Number.isSafeInteger(after)).toBe(true);
      expect(after).toBeGreaterThan(now);
      expect(after - now).toBeLessThanOrEqual(2 * rate.windowMs + 1);
      expect(remaining(after, rate, now)).toBeLessThanOrEqual(left);
      const wait = secondsToWait(after, rate, now);
      expect(Number.isInteger(wait) && wait >= 1 && wait * 1000 <= 2 * rate.windowMs + 1000).toBe(true);
      expect(rateHeaders(after, rate, now)['Retry-After']).toMatch(/^[1-9]\d*$/);
    }),
    { numRuns: 10_000 },
  );
});

test('H1: exactly as many failures as configured fit into a window, and one more for each interval', () => {
  const rate = { failures: 20, windowMs: 600_000 };
  let paidUntil = 0;
  let fitted = 0;
  const now = 1_000_000_000_000;
  while (remaining(paidUntil, rate, now) > 0) {
    paidUntil = afterFailure(paidUntil, rate, now);
    fitted++;
  }
  expect(fitted).toBe(20);
  expect(secondsToWait(paidUntil, rate, now)).toBe(30);
  expect(remaining(paidUntil, rate, now + 29_999)).toBe(0);
  expect(remaining(paidUntil, rate, now + 30_000)).toBe(1);
  expect(remaining(paidUntil, rate, now + 600_000)).toBe(20);
});

test('what a wait promises is kept', () => {
  fc.assert(
    fc.property(rates, times, fc.integer({ min: 0, max: 20_000 }), (rate, now, failures) => {
      let paidUntil = 0;
      for (let i = 0; i < Math.min(failures, rate.failures); i++)
        paidUntil = afterFailure(paidUntil, rate, now);
      if (remaining(paidUntil, rate, now) > 0) return;
      expect(remaining(paidUntil, rate, now + secondsToWait(paidUntil, rate, now) * 1000)).toBeGreaterThan(0);
    }),
    { numRuns: 300 },
  );
});
