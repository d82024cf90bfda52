import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../../config.ts';
import { clearCookie, cookieValues, setCookie } from '../../http/cookies.ts';
import { sha256 } from '../../lib/sha256.ts';
import { type CookieSite, presentedSessions } from './session-cookies.ts';

const cookieName = 'atlassian.xsrf.token';

/**
 * What a form of ours carries as `atl_token`: `<server id>_<hash>_lin`, as Jira's (traces in jira.js#418,
 * maven-changes-plugin#199). Made of the session's secret, so it is new with each one, counts for no other, and
 * tells nothing of it.
 */
export function xsrfToken(config: Config, sessionSecret: string): string {
  return `${serverId(config)}_${sha256(`xsrf ${sessionSecret}`).slice(0, 40)}_lin`;
}

/** Not HttpOnly: pages read it to put it into their forms. */
export function xsrfCookie(config: Config, sessionSecret: string, site: CookieSite): string {
  return readable(setCookie(cookieName, xsrfToken(config, sessionSecret), attributes(site)));
}

/** None for a request that does not carry it. */
export function clearXsrfCookie(cookieHeader: string | undefined, site: CookieSite): string[] {
  if (cookieValues(cookieHeader, cookieName).length === 0) return [];
  return [readable(clearCookie(cookieName, attributes(site)))];
}

/** Whether the token belongs to a session that the request carries. */
export function isXsrfTokenOf(
  config: Config,
  cookieHeader: string | undefined,
  site: CookieSite,
  token: string | undefined,
): boolean {
  if (token === undefined) return false;
  const given = Buffer.from(token);
  return presentedSessions(cookieHeader, site).some(({ secret }) => {
    const right = Buffer.from(xsrfToken(config, secret));
    return secret !== '' && given.length === right.length && timingSafeEqual(given, right);
  });
}

const attributes = ({ secure, contextPath }: CookieSite) => ({
  path: contextPath === '' ? '/' : contextPath,
  secure,
});

const readable = (line: string): string => line.replace('; HttpOnly', '');

/**
 * Jira's shape, BXXX-XXXX-XXXX-XXXX; the same in every process of a site. Everybody sees it, so the password of the
 * database has no part in it.
 */
function serverId({ baseUrl, databaseUrl, dataFolder }: Config): string {
  const { host, pathname } = new URL(databaseUrl ?? `file://${encodeURI(dataFolder)}`);
  const digits = sha256(`${baseUrl?.href ?? ''} ${host}${pathname}`).toUpperCase();
  return `B${digits.slice(0, 3)}-${digits.slice(3, 7)}-${digits.slice(7, 11)}-${digits.slice(11, 15)}`;
}
