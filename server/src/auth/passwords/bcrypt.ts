import { Worker } from 'node:worker_threads';

interface Check {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

export interface Checked {
  readonly id: number;
  readonly matches: boolean;
}

/** Nobody needs the thread any more after this long, in ms. */
const idleMs = 60_000;

let worker: Worker | undefined;
let idle: NodeJS.Timeout | undefined;
let lastId = 0;
const waiting = new Map<number, { resolve(matches: boolean): void; reject(error: Error): void }>();

/**
 * Whether a password has this bcrypt hash; in a thread of its own, which is started for the first and ends when none
 * has come for a while. bcrypt looks at the first 72 bytes of a password and no more.
 */
export function bcryptMatches(password: string, hash: string): Promise<boolean> {
  worker ??= start();
  clearTimeout(idle);
  // It holds the process while somebody waits for it, and no longer.
  worker.ref();
  const id = ++lastId;
  return new Promise<boolean>((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker!.postMessage({ id, password, hash } satisfies Check);
  }).finally(() => {
    if (waiting.size > 0) return;
    worker?.unref();
    idle = setTimeout(() => {
      void worker?.terminate();
      worker = undefined;
    }, idleMs);
    idle.unref();
  });
}

function start(): Worker {
  const source = import.meta.url.endsWith('.ts') ? './bcrypt-worker.ts' : './bcrypt-worker.js';
  const started = new Worker(new URL(source, import.meta.url));
  started.on('message', ({ id, matches }: Checked) => {
    waiting.get(id)?.resolve(matches);
    waiting.delete(id);
  });
  const lost = (error: Error): void => {
    if (worker !== started) return;
    worker = undefined;
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  };
  started.on('error', (error) => lost(error as Error));
  started.on('exit', () => lost(new Error('The thread that checks bcrypt hashes has ended')));
  return started;
}
