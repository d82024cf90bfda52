/** Milliseconds since the epoch. Injected, so that tests move time instead of waiting for it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Further back than that is no step of a clock that is kept right, but a wrong time that was mended. */
const longestStepMs = 3_600_000;

/**
 * A clock that stands still while the one beneath it has gone back by up to an hour: what has expired, or was used
 * once, must not come to life again because somebody sets the clock.
 */
export function steadyClock(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY;
  return {
    now() {
      const at = clock.now();
      if (at >= latest || latest - at > longestStepMs) latest = at;
      return latest;
    },
  };
}
