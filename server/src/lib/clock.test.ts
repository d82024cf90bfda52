import { expect, test } from 'vitest';
import { steadyClock } from './clock.ts';

test('C6: time stands still while the clock is set back by up to an hour, and goes on from there', () => {
  let at = 10_000_000;
  const clock = steadyClock({ now: () => at });
  const seen = [10_000_000, 10_000_001, 6_400_001, 9_999_999, 10_000_002, 6_400_001, 6_400_002].map(
    (time) => {
      at = time;
      return clock.now();
    },
  );
  // The last step but one is more than an hour: the time before it was wrong.
  expect(seen).toEqual([10_000_000, 10_000_001, 10_000_001, 10_000_001, 10_000_002, 6_400_001, 6_400_002]);
});
