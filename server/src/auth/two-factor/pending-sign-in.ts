import { inTransaction } from '../../db/transaction.ts';
import { clearCookie, cookieValues, setCookie } from '../../http/cookies.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import type { Proof } from '../prove.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import type { Opening } from '../sessions/sessions.ts';
import { findPending, insertPending, type Pending, type PendingOpening } from './pending-store.ts';

const lifeMs = 10 * 60_000;
const cookieName = 'tessera.step';

const attributes = ({ contextPath, secure }: CookieSite) => ({
  path: contextPath === '' ? '/' : contextPath,
  secure,
});

/** The stored hash itself need not be written down a second time. */
export const passwordMark = (hash: string | null): string | null => (hash === null ? null : sha256(hash));

/** Keeps what the first step proved until the second one is taken, in the browser that took the first. Set-Cookie line. */
export async function keepPending(
  site: Site,
  proof: Proof,
  { restToo, rememberMe, passwordHash, identityId, sso, returnTo }: Opening,
  visit: CookieSite,
): Promise<string> {
  const secret = makeSecret('tsn');
  const at = site.clock.now();
  const opening: PendingOpening = {
    ...(restToo === undefined ? {} : { restToo }),
    ...(rememberMe === undefined ? {} : { rememberMe }),
    ...(passwordHash === undefined ? {} : { passwordMark: passwordMark(passwordHash) }),
    ...(identityId === undefined ? {} : { identityId }),
    ...(sso === undefined ? {} : { sso }),
  };
  const pending: Pending = {
    secretHash: sha256(secret),
    userId: proof.user.id,
    via: proof.via === 'sso' || proof.via === 'sign-in-link' ? proof.via : 'password',
    opening,
    returnTo: returnTo ?? null,
  };
  await inTransaction(site.db, (trx) => insertPending(trx, pending, { at, expiresAt: at + lifeMs }));
  return `${setCookie(cookieName, secret, attributes(visit))}; Max-Age=${lifeMs / 1000}`;
}

/** The sign-in that waits in this browser; undefined: none, or it has ended. */
export async function pendingOf(site: Site, cookieHeader: string | undefined): Promise<Pending | undefined> {
  const [secret, tossed] = new Set(cookieValues(cookieHeader, cookieName));
  if (secret === undefined || tossed !== undefined || !isIntactSecret('tsn', secret)) return undefined;
  return findPending(site.db, sha256(secret), site.clock.now());
}

export const clearPendingCookie = (visit: CookieSite): string => clearCookie(cookieName, attributes(visit));
