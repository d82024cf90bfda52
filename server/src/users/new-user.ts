import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import { lockAccounts } from '../permissions/administrators.ts';
import { accountErrors } from './account-fields.ts';
import type { User } from './user.ts';
import { insertUser } from './user-store.ts';

export interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly accountId: string;
  /** null: the account has no password, so it cannot sign in by one. */
  readonly passwordHash: string | null;
  readonly timeZone: string;
  readonly locale: string;
}

/**
 * The one place where accounts come from; asks nobody's permission and joins no group. Throws BadRequest
 * with the fields `username`, `emailAddress` and `displayName`.
 */
export async function addUser(db: Db, clock: Clock, input: NewUser): Promise<User> {
  const account = { ...input, displayName: input.displayName.trim() };
  return inTransaction(db, async (trx) => {
    await lockAccounts(trx);
    const errors = await accountErrors(trx, account);
    if (Object.keys(errors).length > 0) throw new BadRequest({ fields: errors });
    return insertUser(trx, account, clock.now());
  });
}
