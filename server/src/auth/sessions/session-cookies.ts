import { clearCookie, cookieValues, setCookie } from '../../http/cookies.ts';
import { hasSecretPrefix, isIntactSecret } from '../../lib/secret-format.ts';

/** Where a cookie is set: over TLS or not, and under which context path. */
export interface CookieSite {
  readonly secure: boolean;
  readonly contextPath: string;
}

export type SessionKind = 'rest' | 'web';

export interface PresentedSession {
  readonly kind: SessionKind;
  readonly secret: string;
}

interface Spec {
  readonly name: string;
  readonly path: string;
}

/** `__Host-` needs TLS and the root path (RFC 6265bis §4.1.3.2). */
function spec(kind: SessionKind, { secure, contextPath }: CookieSite): Spec {
  const path = contextPath === '' ? '/' : contextPath;
  if (kind === 'rest') return { name: 'JSESSIONID', path };
  return secure ? { name: '__Host-tessera', path: '/' } : { name: 'tessera', path };
}

export function sessionCookie(kind: SessionKind, value: string, site: CookieSite): string {
  const { name, path } = spec(kind, site);
  return setCookie(name, value, { path, secure: site.secure });
}

export function clearSessionCookie(kind: SessionKind, site: CookieSite): string {
  const { name, path } = spec(kind, site);
  return clearCookie(name, { path, secure: site.secure });
}

export const sessionCookieName = (kind: SessionKind, site: CookieSite): string => spec(kind, site).name;

/**
 * The session secrets of our own shape that a request carries. A foreign JSESSIONID (another server on this
 * host) is not ours to judge. Two different ones under one name mean that somebody tossed one in: neither
 * counts, so the value is empty, which no session has.
 */
export function presentedSessions(header: string | undefined, site: CookieSite): PresentedSession[] {
  if (header === undefined) return [];
  const found: PresentedSession[] = [];
  for (const kind of ['web', 'rest'] as const) {
    const ours = new Set(
      cookieValues(header, spec(kind, site).name).filter((v) => hasSecretPrefix('tss', v)),
    );
    const [secret] = ours;
    if (secret === undefined) continue;
    found.push({ kind, secret: ours.size === 1 && isIntactSecret('tss', secret) ? secret : '' });
  }
  return found;
}
