import { randomBytes } from 'node:crypto';
import type { Db } from '../../db/tables.ts';
import { clearCookie, cookieValues, setCookie } from '../../http/cookies.ts';
import type { Source } from '../../identity.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sameHash, sha256 } from '../../lib/sha256.ts';
import type { AccountRow } from '../account.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import {
  deleteSeries,
  deleteSeriesByHash,
  holdSeries,
  insertSeries,
  rotateSeries,
} from './remember-me-store.ts';

const cookieName = 'seraph.rememberme.cookie';
const dayMs = 86_400_000;

/** The token before the last one still counts for this long, in ms: two tabs wake up at once. */
export const graceMs = 60_000;

/** Both halves of the cookie: the series stays, the token changes at each use. */
export interface RememberMe {
  readonly series: string;
  readonly token: string;
}

const makeToken = (): string => randomBytes(24).toString('base64url');

/** The one cookie of our shape; two different ones mean that somebody tossed one in, and neither counts. */
export function presentedRememberMe(header: string | undefined): RememberMe | undefined {
  const [value, tossed] = new Set(cookieValues(header, cookieName));
  if (value === undefined || tossed !== undefined) return undefined;
  const [series = '', token = '', ...rest] = value.split('.');
  if (rest.length > 0 || !isIntactSecret('tsm', series) || !/^[\w-]{32}$/.test(token)) return undefined;
  return { series, token };
}

export function clearRememberMeCookie(site: CookieSite): string {
  return clearCookie(cookieName, attributes(site));
}

function rememberMeCookie({ series, token }: RememberMe, site: CookieSite, lifeMs: number): string {
  const line = setCookie(cookieName, `${series}.${token}`, attributes(site));
  return `${line}; Max-Age=${Math.floor(lifeMs / 1000)}`;
}

const attributes = ({ secure, contextPath }: CookieSite) => ({
  path: contextPath === '' ? '/' : contextPath,
  secure,
});

/** Remembers a sign-in for so many days from now on; its Set-Cookie line. */
export async function startSeries(
  trx: Db,
  userId: number,
  visit: CookieSite & { readonly source: Source },
  { at, days }: { readonly at: number; readonly days: number },
): Promise<{ id: number; cookie: string }> {
  const made = { series: makeSecret('tsm'), token: makeToken() };
  const id = await insertSeries(trx, {
    seriesHash: sha256(made.series),
    tokenHash: sha256(made.token),
    userId,
    at,
    expiresAt: at + days * dayMs,
    address: visit.source.address,
    userAgent: visit.source.userAgent,
  });
  return { id, cookie: rememberMeCookie(made, visit, days * dayMs) };
}

/** What a remembered sign-in's cookie turned out to be. */
export type Used =
  /** Good; `cookie` is the next one, undefined for a second tab, whose browser has the next one already. */
  | {
      readonly is: 'good';
      readonly seriesId: number;
      readonly account: AccountRow;
      readonly revision: number;
      readonly cookie: string | undefined;
    }
  /** Ended, expired, or never one of ours. */
  | { readonly is: 'over' }
  /** One that had been used up: somebody copied it. The series and its sessions have ended. */
  | { readonly is: 'stolen'; readonly seriesId: number; readonly account: AccountRow };

/**
 * Uses the cookie, in the caller's transaction. Only who had a cookie of the series knows its first half, so a wrong
 * second half is one that was used up: either its owner or a thief comes late, and nobody can tell which (Barry
 * Jaspan, "Improved Persistent Login Cookie Best Practice").
 */
export async function useRememberMe(
  trx: Db,
  { series, token }: RememberMe,
  site: CookieSite,
  { at, days }: { readonly at: number; readonly days: number },
): Promise<Used> {
  const row = await holdSeries(trx, sha256(series));
  if (row === undefined || row.active !== 1) return { is: 'over' };
  // Never longer than the setting of today allows.
  if (row.expires_at <= at || row.expires_at > at + days * dayMs + graceMs) {
    await deleteSeries(trx, [row.series_id]);
    return { is: 'over' };
  }
  const good = { is: 'good', seriesId: row.series_id, account: row, revision: row.revision } as const;
  const hash = sha256(token);
  if (sameHash(hash, row.token_hash)) {
    const next = { series, token: makeToken() };
    await rotateSeries(trx, row.series_id, { from: hash, to: sha256(next.token) }, at);
    return { ...good, cookie: rememberMeCookie(next, site, row.expires_at - at) };
  }
  if (sameHash(hash, row.previous_token_hash ?? '') && at - row.rotated_at < graceMs)
    return { ...good, cookie: undefined };
  await deleteSeries(trx, [row.series_id]);
  return { is: 'stolen', seriesId: row.series_id, account: row };
}

/** Forgets the sign-in that the request's cookie remembers. */
export async function forgetRememberMe(trx: Db, header: string | undefined): Promise<boolean> {
  const presented = presentedRememberMe(header);
  return presented !== undefined && (await deleteSeriesByHash(trx, sha256(presented.series))) > 0;
}
