import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { lockAccounts } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { applyPlan } from '../single-sign-on/apply-plan.ts';
import { findIdentity, holdIdentity } from '../single-sign-on/identity-store.ts';
import { planFor } from '../single-sign-on/person-plan.ts';
import type { Person, Provider } from '../single-sign-on/provider.ts';
import { findByTypedName } from './ask-directory.ts';
import { directoriesAt, directoryOf } from './directories.ts';

/** The directory that is asked about a password. */
export interface Keeper {
  readonly provider: Provider;
  /** null: nobody; asked all the same, so that it takes as long. */
  readonly subject: string | null;
  /** null: no account is linked to the person. */
  readonly identityId: number | null;
}

/** For an account, by what it is linked to; for a name that no account has (null), one that knows nobody by it. */
export async function keeperOf(
  site: Site,
  revision: number,
  userId: number | null,
): Promise<Keeper | undefined> {
  if (userId !== null) return directoryOf(site.db, revision, userId);
  const [provider] = await directoriesAt(site.db, revision);
  return provider && { provider, subject: null, identityId: null };
}

/** A name that no account has may be one of a directory's: who that is there, and which account, if any, is theirs. */
export async function keeperOfName(
  site: Site,
  revision: number,
  folded: string,
): Promise<{ readonly keeper: Keeper; readonly userId: number | undefined } | undefined> {
  const directories = await directoriesAt(site.db, revision);
  if (directories.length === 0) return undefined;
  const found = await findByTypedName(site, directories, folded);
  if (found === undefined) return undefined;
  const identity = await findIdentity(site.db, found.provider.id, found.subject);
  return { keeper: { ...found, identityId: identity?.id ?? null }, userId: identity?.userId };
}

/** The account of whom the directory vouches for, made or brought up to date; or why there is none. */
export function admit(
  site: Site,
  provider: Provider,
  person: Person,
  /** The account that the attempt was counted for. */
  userId: number | undefined,
  source: Source,
): Promise<{ readonly userId: number; readonly identityId: number } | { readonly step: string }> {
  return inTransaction(site.db, async (trx) => {
    // First: of two sign-ins of one newcomer at once, the second finds what the first made.
    await lockAccounts(trx);
    const plan = await planFor(trx, provider, person);
    if (plan.does === 'refuse') return { step: plan.step };
    const expected = userId === undefined || (plan.does === 'sign-in' && plan.user.id === userId);
    if (!expected) return { step: 'sso-somebody-else' };
    // The link may be removed at this moment: then it is as if it had been gone before.
    if (plan.does === 'sign-in' && !(await holdIdentity(trx, plan.identityId)))
      return { step: 'directory-gone' };
    const user = await applyPlan(trx, site, provider, person, plan, source);
    const identity = await findIdentity(trx, provider.id, person.subject);
    return { userId: user.id, identityId: identity!.id };
  });
}
