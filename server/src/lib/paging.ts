export interface Page {
  readonly startAt: number;
  readonly maxResults: number;
}

/** Beyond any table, and within what both databases take as an offset. */
const furthest = 2 ** 31 - 1;

/** A page size above the cap is lowered and echoed, never refused: clients page by what comes back. */
export function pageOf(
  asked: { startAt?: number | undefined; maxResults?: number | undefined },
  limits: { fallback: number; cap: number },
): Page {
  const maxResults =
    asked.maxResults === undefined || asked.maxResults < 0 ? limits.fallback : asked.maxResults;
  return {
    startAt: Math.min(Math.max(0, asked.startAt ?? 0), furthest),
    maxResults: Math.min(maxResults, limits.cap),
  };
}
