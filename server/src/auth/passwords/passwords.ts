import type { Config } from '../../config.ts';
import { BadRequest } from '../../errors.ts';
import { hasSecretPrefix } from '../../lib/secret-format.ts';
import { argon2idHash, argon2idMatches, type Cost, costOfHash, unmatchableHash } from './argon2id.ts';
import { queued } from './hashing-queue.ts';
import { legacyHashMatches, parseLegacyHash } from './legacy-hashes.ts';
import { type About, weakness } from './weak-password.ts';

/** In code points; NIST SP 800-63B-4 §3.1.1.2. */
export const passwordLimits = { shortest: 15, longest: 1024 };

const longestTyped = 4096;

/** One Unicode form on set and on verify (NIST SP 800-63B-4 §3.1.1.2); no truncation, no change of case. */
const normal = (password: string): string => password.normalize('NFKC');

const costOf = (config: Config): Cost => ({
  memoryKib: config.passwordMemoryKib,
  passes: config.passwordPasses,
});

export function hashPassword(config: Config, password: string): Promise<string> {
  return queued(() => argon2idHash(normal(password), costOf(config)));
}

/** Why nobody may have this password; undefined: it will do. */
export async function passwordFault(password: string, about?: About): Promise<string | undefined> {
  const { shortest, longest } = passwordLimits;
  // As typed, no sign-in takes more (prove.ts); and normalising may make it eighteen times as long.
  if (password.length > longestTyped) return `The password must have at most ${longest} characters.`;
  const normalized = normal(password);
  const length = [...normalized].length;
  if (length < shortest) return `The password must have at least ${shortest} characters.`;
  if (length > longest) return `The password must have at most ${longest} characters.`;
  // What a secret is must be clear from its shape before any work is done (T6).
  if (hasSecretPrefix('tsr', password) || hasSecretPrefix('tsr', normalized)) {
    return 'The password may not look like an API token.';
  }
  return weakness(normalized, about);
}

/** For a password that a person chooses: checks it first. Throws BadRequest with the field `password`. */
export async function hashNewPassword(config: Config, password: string, about?: About): Promise<string> {
  const fault = await passwordFault(password, about);
  if (fault !== undefined) throw new BadRequest({ fields: { password: fault } });
  return hashPassword(config, password);
}

export interface Verified {
  readonly matches: boolean;
  /** It does, and its hash is of another program or cheaper than those of today: see renewHash. */
  readonly outdated: boolean;
}

/**
 * Whether the password is the stored one. Without a stored one (unknown name, account without password) a hash of the
 * same cost is checked all the same, so that the time says nothing. A hash of another kind takes its own time, and no
 * less than ours: until its owner has signed in once, that can be told from outside (docs/authentication.md, "Moving accounts in").
 */
export async function verifyPassword(
  config: Config,
  password: string,
  stored: string | null,
): Promise<Verified> {
  const cost = costOf(config);
  const legacy = stored === null ? undefined : parseLegacyHash(stored);
  if (legacy !== undefined) {
    const matches = await queued(async () => {
      const [right] = await Promise.all([
        // Programs that made these hashes took what was typed as it came.
        legacyHashMatches(normal(password), legacy).then(
          (same) => same || (normal(password) !== password && legacyHashMatches(password, legacy)),
        ),
        argon2idMatches(normal(password), unmatchableHash(cost)),
      ]);
      return right;
    });
    return { matches, outdated: matches };
  }
  const phc = stored ?? unmatchableHash(cost);
  const matches = (await queued(() => argon2idMatches(normal(password), phc))) && stored !== null;
  return { matches, outdated: matches && isCheaper(phc, cost) };
}

export async function passwordMatches(
  config: Config,
  password: string,
  stored: string | null,
): Promise<boolean> {
  return (await verifyPassword(config, password, stored)).matches;
}

function isCheaper(phc: string, { memoryKib, passes }: Cost): boolean {
  const cost = costOfHash(phc);
  return cost === undefined || cost.memoryKib < memoryKib || cost.passes < passes;
}

/** Beyond this a single check would be a burden to everybody. */
const dearest: Cost = { memoryKib: 262_144, passes: 16 };

/** A salt of at least 8 bytes and a key of at least 16. */
const longEnough = /\$[^$]{11,}\$[^$]{22,}$/;

/** Whether a hash of another program can be taken over as it is: argon2id, bcrypt, or Atlassian's {PKCS5S2}. */
export function isUsableHash(stored: string): boolean {
  if (parseLegacyHash(stored) !== undefined) return true;
  const cost = costOfHash(stored);
  if (cost === undefined || !longEnough.test(stored)) return false;
  const { memoryKib, passes } = cost;
  return memoryKib >= 8 && memoryKib <= dearest.memoryKib && passes >= 1 && passes <= dearest.passes;
}
