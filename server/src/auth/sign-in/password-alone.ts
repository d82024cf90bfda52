import type { Db } from '../../db/tables.ts';
import type { Channel } from '../prove.ts';
import { mustSignInElsewhere } from '../single-sign-on/required-provider.ts';

/** What decides whether a password is enough for an account; from the statement that found it. */
export interface PasswordAccount {
  readonly name: string;
  readonly email: string;
  /** It has a second factor, or one of its groups demands one. */
  readonly needs_factor: 0 | 1;
}

/**
 * Why a right password alone does not open this account on this channel; undefined: it does. Such a sign-in is then
 * refused exactly like one with a wrong password (M6). On pages a second factor is asked for after the password.
 */
export async function whyPasswordIsNotEnough(
  db: Db,
  revision: number,
  account: PasswordAccount,
  channel: Channel,
  /** The directory that proved the password. */
  directory?: { readonly id: number },
): Promise<string | undefined> {
  if (await mustSignInElsewhere(db, revision, account, directory?.id)) return 'sso-required';
  return account.needs_factor === 1 && channel !== 'form' ? 'second-factor-required' : undefined;
}
