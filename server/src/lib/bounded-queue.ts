export interface BoundedQueue {
  /** Runs the work when it is its turn; rejects with what `full` makes when there is no place to wait, or none in time. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Throws what `full` makes when there is no place to wait. */
  requireRoom(): void;
}

export interface Bounds {
  readonly atOnce: number;
  /** How many may wait. */
  readonly longest: number;
  readonly patienceMs: number;
  full(): Error;
}

interface Waiting {
  start(): void;
  refuse(error: Error): void;
  timer: NodeJS.Timeout;
}

/** A few at once, and a refusal rather than a queue without end: a flood costs memory for `longest` waiting ones and no more. */
export function boundedQueue({ atOnce, longest, patienceMs, full }: Bounds): BoundedQueue {
  let running = 0;
  const waiting: Waiting[] = [];

  const turn = (): Promise<void> => {
    if (waiting.length >= longest) return Promise.reject(full());
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        start: () => {
          clearTimeout(entry.timer);
          resolve();
        },
        refuse: reject,
        timer: setTimeout(() => {
          waiting.splice(waiting.indexOf(entry), 1);
          entry.refuse(full());
        }, patienceMs),
      };
      waiting.push(entry);
    });
  };
  return {
    async run(work) {
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
    },
    requireRoom() {
      if (waiting.length >= longest) throw full();
    },
  };
}
