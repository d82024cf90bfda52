import { availableParallelism } from 'node:os';
import { ServiceUnavailable } from '../../errors.ts';
import { boundedQueue } from '../../lib/bounded-queue.ts';

const hashing = boundedQueue({
  // One core stays free for everything else, and so does one of libuv's four threads.
  atOnce: Math.max(1, Math.min(3, availableParallelism() - 1)),
  longest: 32,
  patienceMs: 2000,
  full: () =>
    new ServiceUnavailable({
      messages: [
        'Too many sign-ins by password are waiting. Try again, or use an API token, which never waits.',
      ],
      headers: { 'Retry-After': '1' },
    }),
});

/**
 * Runs slow hashing off the event loop, a few at once, and refuses rather than queueing without end: a flood
 * of sign-ins costs memory for `longest` waiting requests and no more (H2).
 */
export const queued = hashing.run;

/** Throws ServiceUnavailable when there is no place to wait: asked before anything is written for a check. */
export const requireRoomToHash = hashing.requireRoom;
