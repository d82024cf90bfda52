import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a checked password need not be hashed again, in ms (H3). */
const lifeMs = 60_000;
const longest = 10_000;

interface Remembered {
  readonly mac: Buffer;
  /** The stored hash it was checked against, and the account's last change: any other voids it. */
  readonly passwordHash: string;
  readonly updatedAt: number;
  readonly until: number;
}

/** The facts of an account that a remembered proof stands on. */
export interface ProofOwner {
  readonly user_id: number;
  readonly password_hash: string | null;
  readonly updated_at: number;
}

/**
 * Right passwords of the last minute, so that a bot that sends its own with every request is answered as fast as
 * with a token. Only right ones, as a MAC under a key of this process; void at any change of the account, which
 * is read with every request.
 */
export interface ProofCache {
  /** Whether this name and password were right a moment ago; by itself no proof of anything. */
  has(folded: string, password: string, now: number): boolean;
  holds(folded: string, password: string, owner: ProofOwner, now: number): boolean;
  remember(folded: string, password: string, owner: ProofOwner, now: number): void;
}

export function passwordProofs(): ProofCache {
  const key = randomBytes(32);
  const byName = new Map<string, Remembered>();
  const macOf = (folded: string, password: string): Buffer =>
    createHmac('sha256', key).update(folded).update('\0').update(password).digest();
  const find = (folded: string, password: string, now: number): Remembered | undefined => {
    const entry = byName.get(folded);
    if (entry === undefined) return undefined;
    if (entry.until <= now) {
      byName.delete(folded);
      return undefined;
    }
    return timingSafeEqual(entry.mac, macOf(folded, password)) ? entry : undefined;
  };
  return {
    has: (folded, password, now) => find(folded, password, now) !== undefined,
    holds(folded, password, owner, now) {
      const entry = find(folded, password, now);
      return (
        entry !== undefined &&
        entry.passwordHash === owner.password_hash &&
        entry.updatedAt === owner.updated_at
      );
    },
    remember(folded, password, owner, now) {
      if (owner.password_hash === null) return;
      byName.delete(folded);
      if (byName.size >= longest) byName.delete(byName.keys().next().value as string);
      byName.set(folded, {
        mac: macOf(folded, password),
        passwordHash: owner.password_hash,
        updatedAt: owner.updated_at,
        until: now + lifeMs,
      });
    },
  };
}
