import { readRevision } from '../../db/revision.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { type CookieSite, presentedSessions } from '../sessions/session-cookies.ts';
import { findSsoSession } from '../sessions/sso-session-store.ts';
import { providerKinds } from './provider-kinds.ts';
import { providersAt } from './provider-store.ts';

/**
 * Where the browser goes to end, at the provider too, the session that it shows; asked before it ends here. undefined:
 * no provider vouched for it, or it takes no sign-outs.
 */
export async function signOutThere(
  site: Site,
  cookieHeader: string | undefined,
  visit: CookieSite & { readonly base: string },
): Promise<string | undefined> {
  const [presented] = presentedSessions(cookieHeader, visit).filter(({ secret }) => secret !== '');
  const session = presented && (await findSsoSession(site.db, sha256(presented.secret)));
  if (session === undefined) return undefined;
  const providers = await providersAt(site.db, await readRevision(site.db));
  const provider = providers.find(({ id }) => id === session.providerId);
  if (provider === undefined) return undefined;
  return providerKinds[provider.kind]?.endSession?.(site, { provider, session, base: visit.base });
}
