import type { Account } from 'oidc-provider';
import type { Site } from '../../site.ts';
import { findUser } from '../../users/user-store.ts';

/** Somebody as OpenID Connect knows them, by the account id; nobody whose account is closed. */
export async function accountOf(site: Site, accountId: string): Promise<Account | undefined> {
  const user = await findUser(site.db, { accountId });
  if (user === undefined || !user.active) return undefined;
  return {
    accountId,
    claims: async () => ({
      sub: accountId,
      name: user.displayName,
      preferred_username: user.name,
      locale: user.locale.replace('_', '-'),
      zoneinfo: user.timeZone,
      email: user.email,
      // An address here is told by an administrator or a provider, or was proven by a mail.
      email_verified: true,
    }),
  };
}
