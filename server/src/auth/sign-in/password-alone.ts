import type { Db } from '../../db/tables.ts';
import { mustSignInElsewhere } from '../single-sign-on/required-provider.ts';

/**
 * Why a right password alone does not open this account; undefined: it does. Such a sign-in is then refused exactly
 * like one with a wrong password (M6).
 */
export async function whyPasswordIsNotEnough(
  db: Db,
  revision: number,
  account: { readonly name: string; readonly email: string },
): Promise<string | undefined> {
  return (await mustSignInElsewhere(db, revision, account)) ? 'sso-required' : undefined;
}
