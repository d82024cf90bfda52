import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a checked password need not be hashed again, in ms (H3). */
const lifeMs = 60_000;
const longest = 10_000;

/** What of an account a remembered proof stands on: any other stored hash or change voids it. */
export interface ProofOwner {
  readonly user_id: number;
  readonly password_hash: string | null;
  readonly updated_at: number | null;
  /** The directory that proved it, as it was set up, and who the account is there; undefined: it was proven here. */
  readonly directory?:
    | { readonly id: number; readonly updatedAt: number; readonly identityId: number }
    | undefined;
}

/**
 * Right passwords of the last minute, so that a bot that sends its own with every request is answered as fast as
 * with a token. Kept as a MAC under a key of this process; never a wrong one. What it was proven against is
 * compared with the account at every request, so a change of the account voids it at once.
 */
export interface ProofCache {
  /** Against what this name and password were proven right; undefined: not within the last minute. */
  recall(folded: string, password: string, now: number): ProofOwner | undefined;
  remember(folded: string, password: string, owner: ProofOwner, now: number): void;
}

export function passwordProofs(): ProofCache {
  const key = randomBytes(32).toString('hex');
  const byName = new Map<string, { mac: Buffer; owner: ProofOwner; until: number }>();
  // A hash that begins with the key, which is of one length: nobody sees one to go on from, and it costs a third of an HMAC.
  const macOf = (folded: string, password: string): Buffer =>
    hash('sha256', `${key}${folded}\0${password}`, 'buffer');
  return {
    recall(folded, password, now) {
      const entry = byName.get(folded);
      if (entry === undefined) return undefined;
      if (entry.until > now)
        return timingSafeEqual(entry.mac, macOf(folded, password)) ? entry.owner : undefined;
      byName.delete(folded);
      return undefined;
    },
    remember(folded, password, { user_id, password_hash, updated_at, directory }, now) {
      if (password_hash === null && directory === undefined) return;
      byName.delete(folded);
      if (byName.size >= longest) byName.delete(byName.keys().next().value as string);
      byName.set(folded, {
        mac: macOf(folded, password),
        owner: { user_id, password_hash, updated_at, directory },
        until: now + lifeMs,
      });
    },
  };
}
