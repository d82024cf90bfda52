export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** A token without an end; still a moment that every clock and every format knows. */
export const neverMs = Date.parse('9999-12-31T23:59:59Z');

/** The first notice of a coming end goes out, and answers begin to say so, this long before it. */
const soonMs = 30 * dayMs;

export const endsSoon = (expiresAtMs: number, nowMs: number): boolean => expiresAtMs - nowMs <= soonMs;

/** Ended tokens are listed this long. */
export const keptAfterEndMs = 90 * dayMs;

/** When a token that replaces another ends, if nothing is said: it lives as long as that one was to. */
export const sameLife = (createdAtMs: number, expiresAtMs: number): number | null =>
  expiresAtMs === neverMs ? null : Math.max(1, Math.round((expiresAtMs - createdAtMs) / dayMs));
