import { setTimeout as delay } from 'node:timers/promises';
import { fold } from '../lib/fold.ts';
import { settingsAt } from '../settings/settings.ts';
import type { Site } from '../site.ts';
import type { AccountRow } from './account.ts';
import { areDirectoriesTroubled } from './ldap/ask-directory.ts';
import { directoriesAt } from './ldap/directories.ts';
import { type Keeper, keeperOf, keeperOfName } from './ldap/keeper.ts';
import { hasFailuresLeft, networkLimitOf } from './limits/network-limit.ts';
import { subjectOf } from './locks/locks.ts';
import type { From } from './prove.ts';
import { findAccountForSignIn, findSignInAccountById } from './sign-in-store.ts';

type SignInRow = Awaited<ReturnType<typeof findAccountForSignIn>>[number];
export type FoundAccount = AccountRow &
  Pick<SignInRow, 'password_hash' | 'needs_factor'> & { readonly updated_at: number };

export interface Named {
  /** undefined: no account has the name, or not in this spelling. */
  readonly row: FoundAccount | undefined;
  /** The account that failures count for. */
  readonly userId: number | undefined;
  /** The directory that is asked about the password; undefined: none is. */
  readonly keeper?: Keeper | undefined;
  readonly subject: string;
  readonly counted: boolean;
  readonly revision: number;
}

/**
 * The account of a name. Spaces around a name make it another name, which nobody has; its failures count for the
 * account all the same, or each spelling would bring guesses of its own (P6).
 */
export async function accountNamed(site: Site, folded: string): Promise<Named> {
  const plain = folded.trim();
  const [row] = await findAccountForSignIn(site.db, { folded: plain, nobody: subjectOf(null, plain) });
  if (row === undefined) throw new Error('The database has no config_revision row');
  const found = row.user_id === null ? undefined : (row as FoundAccount);
  const spelt = plain === folded ? found : undefined;
  return {
    row: spelt,
    userId: found?.user_id,
    subject: subjectOf(found?.user_id, plain),
    counted: row.counted === 1,
    revision: row.revision,
    keeper: await keeperOf(site, row.revision, spelt?.user_id ?? null),
  };
}

/** The account whose name this was a moment ago; undefined: it is called otherwise now, or by an earlier address. */
export async function accountRecalled(site: Site, folded: string, id: number): Promise<Named | undefined> {
  const [row] = await findSignInAccountById(site.db, { id });
  if (row === undefined || (fold(row.name) !== folded && fold(row.email) !== folded)) return undefined;
  const { revision } = row;
  const keeper = await keeperOf(site, revision, id);
  return { row, userId: id, subject: subjectOf(id, ''), counted: row.counted === 1, revision, keeper };
}

/** Directories that answer take no longer; those that do not hold nobody up who needs none. */
const longestPretenceMs = 250;

/**
 * Whose name it is in the directories, where no account has it: failures count for that person, whichever of their names
 * is typed (P6). A name that an account has is looked up as well, for nothing but the time (N1). Once for an attempt, and
 * not for a network that has used its failures up.
 */
export function lookingInDirectories(
  site: Site,
  folded: string,
  { source }: From,
): (named: Named) => Promise<Named> {
  const plain = folded.trim();
  const search = async ({ revision }: Named) => {
    const limit = networkLimitOf(await settingsAt(site.db, revision), source);
    if (!(await hasFailuresLeft(site, limit, site.clock.now()))) return undefined;
    return keeperOfName(site, revision, plain);
  };
  let searched: ReturnType<typeof search> | undefined;
  return async (named) => {
    const { userId, revision } = named;
    if ((await directoriesAt(site.db, revision)).length === 0) return named;
    if (userId !== undefined) {
      if (searched !== undefined || areDirectoriesTroubled()) return named;
      searched = search(named).catch(() => undefined);
      await Promise.race([searched, delay(longestPretenceMs, undefined, { ref: false })]);
      return named;
    }
    searched ??= search(named);
    const found = await searched;
    if (found === undefined) return named;
    const spelt = plain === folded;
    const [linked] =
      found.userId === undefined ? [] : await findSignInAccountById(site.db, { id: found.userId });
    const { provider, subject } = found.keeper;
    return {
      row: spelt ? linked : undefined,
      userId: linked?.user_id,
      subject: subjectOf(linked?.user_id, `directory ${provider.id} ${subject}`),
      counted: true,
      revision,
      keeper: spelt ? found.keeper : named.keeper,
    };
  };
}
