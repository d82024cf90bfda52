/** Does something again and again, off every request's path, one after the other; the result ends it and waits for it. */
export function sweeping(
  { firstMs, everyMs }: { readonly firstMs: number; readonly everyMs: number },
  sweep: (stop: AbortSignal) => Promise<unknown>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  const stop = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const plan = (afterMs: number) => {
    if (stop.signal.aborted) return;
    timer = setTimeout(() => {
      running = sweep(stop.signal)
        .catch(failed)
        .finally(() => plan(everyMs));
    }, afterMs).unref();
  };
  plan(firstMs);
  return async () => {
    stop.abort();
    clearTimeout(timer);
    await running;
  };
}
