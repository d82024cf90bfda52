/** What is noted in memory and written together a little later, off every request's path. */
export interface Batching {
  /** Something is waiting: it is written within the time that batches take. */
  soon(): void;
  /** Writes what is pending; a write that failed is told to whoever waits for it, and is tried again with the next. */
  flush(): Promise<void>;
}

/** `write` takes what is pending and puts back what it could not write; one runs at a time. */
export function batching(
  everyMs: number,
  write: () => Promise<void>,
  failed: (error: unknown) => void,
): Batching {
  let timer: NodeJS.Timeout | undefined;
  let flushing: Promise<void> = Promise.resolve();
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    flushing = flushing.catch(() => undefined).then(write);
    return flushing;
  };
  return {
    soon() {
      timer ??= setTimeout(() => flush().catch(failed), everyMs).unref();
    },
    flush,
  };
}
