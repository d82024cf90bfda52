import type { Db } from '../../db/tables.ts';
import { Conflict } from '../../errors.ts';
import { isServiceAccount } from '../../users/service-account-store.ts';

/** Before an account is given another way in than tokens. Throws Conflict for a program's. */
export async function requirePerson(db: Db, userId: number): Promise<void> {
  if (!(await isServiceAccount(db, userId))) return;
  throw new Conflict({
    messages: ['This is a service account: it signs in by API token or OAuth only.'],
    why: { step: 'service-account', userId },
  });
}
