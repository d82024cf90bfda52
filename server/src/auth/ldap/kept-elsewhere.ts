import type { Db } from '../../db/tables.ts';
import { Conflict } from '../../errors.ts';
import { passwordHashOf } from '../passwords/password-store.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { directoryOf } from './directories.ts';

/** The directory that keeps the account's password; undefined: one is stored here, or no directory knows the account. */
export async function passwordKeeper(
  db: Db,
  revision: number,
  userId: number,
): Promise<Provider | undefined> {
  const directory = await directoryOf(db, revision, userId);
  if (directory === undefined) return undefined;
  return (await passwordHashOf(db, userId)) === null ? directory.provider : undefined;
}

/**
 * A password here beside the directory's would go on after the directory has changed or closed it, so it is not set in
 * passing; from the command line it can be. Throws Conflict.
 */
export async function requirePasswordKeptHere(db: Db, revision: number, userId: number): Promise<void> {
  const keeper = await passwordKeeper(db, revision, userId);
  if (keeper === undefined) return;
  throw new Conflict({
    messages: [
      `The password of this account is kept in the directory “${keeper.name}”. It is changed there.`,
    ],
    why: { step: 'password-in-directory', userId, facts: { directory: keeper.name } },
  });
}
