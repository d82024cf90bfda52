import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { AppError } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import { renewPasswordHash } from './password-store.ts';
import { hashPassword } from './passwords.ts';

/**
 * Stores a password that was just found right under a hash of today (P13), unless it has been changed meanwhile. The
 * result is the hash that is stored then; undefined: it stays as it was, and the next sign-in tries again.
 */
export async function renewHash(
  site: Site,
  account: { readonly userId: number; readonly name: string; readonly storedHash: string },
  password: string,
  source: Source,
): Promise<string | undefined> {
  const { userId, name, storedHash } = account;
  let hash: string;
  try {
    hash = await hashPassword(site.config, password);
  } catch (error) {
    // Too many wait: signing in counts for more.
    if (error instanceof AppError) return undefined;
    throw error;
  }
  return inTransaction(site.db, async (trx) => {
    if (!(await renewPasswordHash(trx, { userId, hash, instead: storedHash }))) return undefined;
    await audit(trx, site.clock, {
      event: 'password-hash.renewed',
      outcome: 'ok',
      source,
      name,
      userId,
      subject: name,
      subjectType: 'user',
      subjectId: userId,
    });
    return hash;
  });
}
