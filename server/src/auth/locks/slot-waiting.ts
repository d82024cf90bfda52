/** How long an attempt waits for a place before it is told to come again, in ms (P3). */
export const patienceMs = 2_000;

/** Other processes free places too, and cannot tell: so one looks again. */
const lookAgainMs = 100;

const waiting = new Map<string, Set<() => void>>();

/** Resolves when a check of the subject has ended, or when it is time to look again. */
export function slotMayBeFree(subject: string): Promise<void> {
  return new Promise((resolve) => {
    const all = waiting.get(subject) ?? new Set();
    waiting.set(subject, all);
    const wake = () => {
      clearTimeout(timer);
      all.delete(wake);
      if (all.size === 0 && waiting.get(subject) === all) waiting.delete(subject);
      resolve();
    };
    const timer = setTimeout(wake, lookAgainMs);
    all.add(wake);
  });
}

/** A check of the subject has ended in this process. */
export function slotWasFreed(subject: string): void {
  for (const wake of [...(waiting.get(subject) ?? [])]) wake();
}
