import cluster, { type Address, type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { exitCodes } from './command.ts';
import { stopped } from './stop-signal.ts';

export interface WorkersParts {
  readonly count: number;
  /** Added to each worker's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
  readonly log: Logger;
  /** Called once, when all of them listen. */
  readonly ready: (address: { address: string; port: number }) => void;
}

/** More crashes than this within `restartWindowMs`, and something is wrong that a restart does not mend. */
const mostRestarts = 5;
const restartWindowMs = 60_000;
const killAfterMs = 9_000;

/**
 * Forks processes that run the same command and share the port, replaces those that die, and ends them with
 * this one. Resolves to the exit code when all are gone.
 */
export async function runWorkers(parts: WorkersParts): Promise<number> {
  const { count, env, stop, log, ready } = parts;
  const listening = new Set<number>();
  let isReady = false;
  let restarts: number[] = [];
  let failed = false;
  const live = new Set<Worker>();
  const { promise: allGone, resolve: reportAllGone } = Promise.withResolvers<void>();

  const endAll = (): void => {
    for (const worker of live) worker.process.kill('SIGTERM');
    setTimeout(() => {
      for (const worker of live) worker.process.kill('SIGKILL');
    }, killAfterMs).unref();
    if (live.size === 0) reportAllGone();
  };
  const fail = (): void => {
    failed = true;
    endAll();
  };

  const fork = (): void => {
    const worker = cluster.fork(env);
    live.add(worker);
    worker.once('listening', (address: Address) => {
      listening.add(worker.id);
      if (isReady || listening.size < count) return;
      isReady = true;
      ready({ address: address.address, port: address.port });
    });
    worker.once('exit', (code, signal) => {
      live.delete(worker);
      if (stop.aborted || failed) {
        if (live.size === 0) reportAllGone();
        return;
      }
      // Before readiness the worker has said on standard error what is wrong.
      if (!isReady) return fail();
      const now = Date.now();
      restarts = [...restarts.filter((at) => now - at < restartWindowMs), now];
      if (restarts.length > mostRestarts) {
        log.error({ code, signal }, 'workers keep ending: giving up');
        return fail();
      }
      log.error({ pid: worker.process.pid, code, signal }, 'a worker ended; starting another');
      fork();
    });
  };

  if (!stop.aborted) for (let i = 0; i < count; i++) fork();
  void stopped(stop).then(endAll);
  await allGone;
  return failed ? exitCodes.failed : exitCodes.ok;
}
