import type { Config } from '../../config.ts';
import { BadRequest } from '../../errors.ts';
import { hasSecretPrefix } from '../../lib/secret-format.ts';
import { argon2idHash, argon2idMatches, type Cost, unmatchableHash } from './argon2id.ts';
import { queued } from './hashing-queue.ts';

const shortest = 15;
const longest = 1024;

/** One Unicode form on set and on verify (NIST SP 800-63B-4 §3.1.1.2); no truncation, no change of case. */
const normal = (password: string): string => password.normalize('NFKC');

const costOf = (config: Config): Cost => ({
  memoryKib: config.passwordMemoryKib,
  passes: config.passwordPasses,
});

export function hashPassword(config: Config, password: string): Promise<string> {
  return queued(() => argon2idHash(normal(password), costOf(config)));
}

/** For a password that a person chooses: checks it first. Throws BadRequest with the field `password`. */
export async function hashNewPassword(config: Config, password: string): Promise<string> {
  const length = [...normal(password)].length;
  if (length < shortest) throw refused(`The password must have at least ${shortest} characters.`);
  if (length > longest) throw refused(`The password must have at most ${longest} characters.`);
  // What a secret is must be clear from its shape before any work is done (T6).
  if (hasSecretPrefix('tsr', password)) throw refused('The password may not look like an API token.');
  return hashPassword(config, password);
}

function refused(message: string): BadRequest {
  return new BadRequest({ fields: { password: message } });
}

/**
 * Whether the password is the stored one. Without a stored one (unknown name, account without password)
 * a hash of the same cost is checked all the same, so that the time says nothing.
 */
export async function passwordMatches(
  config: Config,
  password: string,
  stored: string | null,
): Promise<boolean> {
  const phc = stored ?? unmatchableHash(costOf(config));
  const matches = await queued(() => argon2idMatches(normal(password), phc));
  return matches && stored !== null;
}
