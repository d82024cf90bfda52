import cluster from 'node:cluster';

/** After this long what still runs is cut off; the contract of the program is to be gone within 10 s. */
export const cutAfterMs = 7_000;
const killAfterMs = cluster.isWorker ? 8_500 : 9_500;
const echoMs = 1_000;

/**
 * Aborted by the first SIGTERM or SIGINT. A second one ends the process at once, unless it is an echo: at
 * Ctrl-C the terminal signals npm and the server, and npm passes its own on.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs: number | undefined;
  const stop = (): void => {
    if (firstAtMs !== undefined) {
      if (Date.now() - firstAtMs > echoMs) process.exit(1);
      return;
    }
    firstAtMs = Date.now();
    setTimeout(() => process.exit(1), killAfterMs).unref();
    controller.abort();
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches every process of the terminal; workers wait for their primary's word.
  process.on('SIGINT', cluster.isWorker ? () => {} : stop);
  return controller.signal;
}

export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
