import type { Db } from '../../db/tables.ts';
import { fold } from '../../lib/fold.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Provider } from './provider.ts';
import { providersAt } from './provider-store.ts';

export const domainOf = (email: string): string => fold(email).split('@').at(-1) ?? '';

/** The provider that people of this address must come through; undefined: none, or it is switched off. */
export async function providerRequiredOf(
  db: Db,
  revision: number,
  email: string,
): Promise<Provider | undefined> {
  const providers = await providersAt(db, revision);
  if (providers.length === 0) return undefined;
  const domain = domainOf(email);
  return providers.find((one) => one.enabled && one.requiredDomains.includes(domain));
}

/**
 * Whether a password alone never opens this account, because its people sign in elsewhere. Accounts for emergencies
 * (`ssoExemptUsers`) are left out: they are the way in when the provider is down.
 */
export async function mustSignInElsewhere(
  db: Db,
  revision: number,
  account: { readonly name: string; readonly email: string },
  /** The directory that proved the password; undefined: it was proven here. */
  directoryId?: number,
): Promise<boolean> {
  const required = await providerRequiredOf(db, revision, account.email);
  if (required === undefined || required.id === directoryId) return false;
  const { ssoExemptUsers } = await settingsAt(db, revision);
  return !ssoExemptUsers.some((name) => fold(name) === fold(account.name));
}
