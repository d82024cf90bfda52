import type { Db } from '../../db/tables.ts';
import { listIdentitiesOf } from '../single-sign-on/identity-store.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { providersAt } from '../single-sign-on/provider-store.ts';

/** Directories that people sign in through, in their order. */
export async function directoriesAt(db: Db, revision: number): Promise<readonly Provider[]> {
  return (await providersAt(db, revision)).filter(({ kind, enabled }) => kind === 'ldap' && enabled);
}

/** Who an account is in the directory that knows its password. */
export interface DirectoryIdentity {
  readonly provider: Provider;
  readonly identityId: number;
  readonly subject: string;
}

/** The first directory, in their order, that the account is linked to; undefined: none knows it. */
export async function directoryOf(
  db: Db,
  revision: number,
  userId: number,
): Promise<DirectoryIdentity | undefined> {
  const directories = await directoriesAt(db, revision);
  // The only statement, and none where nobody set up a directory.
  if (directories.length === 0) return undefined;
  const identities = await listIdentitiesOf(db, userId);
  for (const provider of directories) {
    const identity = identities.find((one) => one.providerId === provider.id);
    if (identity !== undefined) return { provider, identityId: identity.id, subject: identity.subject };
  }
  return undefined;
}
