import { availableParallelism } from 'node:os';
import { ServiceUnavailable } from '../../errors.ts';

const longest = 32;
const patienceMs = 2000;
/** One core stays free for everything else, and so does one of libuv's four threads. */
const atOnce = Math.max(1, Math.min(3, availableParallelism() - 1));

interface Waiting {
  start(): void;
  refuse(error: Error): void;
  timer: NodeJS.Timeout;
}

let running = 0;
const waiting: Waiting[] = [];

/**
 * Runs slow hashing off the event loop, a few at once, and refuses rather than queueing without end: a flood
 * of sign-ins costs memory for `longest` waiting requests and no more (H2).
 */
export async function queued<T>(work: () => Promise<T>): Promise<T> {
  if (running < atOnce) running++;
  else await turn();
  try {
    return await work();
  } finally {
    // The place is handed on, never free in between: who comes just then cannot take it as well.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next.start();
  }
}

/** Throws ServiceUnavailable when there is no place to wait: asked before anything is written for a check. */
export function requireRoomToHash(): void {
  if (waiting.length >= longest) throw busy();
}

function turn(): Promise<void> {
  if (waiting.length >= longest) return Promise.reject(busy());
  return new Promise((resolve, reject) => {
    const entry: Waiting = {
      start: () => {
        clearTimeout(entry.timer);
        resolve();
      },
      refuse: reject,
      timer: setTimeout(() => {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.refuse(busy());
      }, patienceMs),
    };
    waiting.push(entry);
  });
}

function busy(): ServiceUnavailable {
  return new ServiceUnavailable({
    messages: [
      'Too many sign-ins by password are waiting. Try again, or use an API token, which never waits.',
    ],
    headers: { 'Retry-After': '1' },
  });
}
