/** Work that is done after the answer, one job after the other. */
export interface Afterwards<J> {
  /** Whether the job was taken; beyond `longest` waiting ones it is dropped. */
  add(job: J): boolean;
  /** Resolves when everything that was taken has been done. */
  settled(): Promise<void>;
}

/** `failed` hears of what a job throws; the next one goes on. */
export function afterwards<J>(
  longest: number,
  work: (job: J) => Promise<void>,
  failed: (error: unknown) => void,
): Afterwards<J> {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    add(job) {
      if (waiting >= longest) return false;
      waiting++;
      last = last
        .then(() => new Promise(setImmediate))
        .then(() => work(job))
        .catch(failed)
        .finally(() => {
          waiting--;
        });
      return true;
    },
    settled: () => last,
  };
}
