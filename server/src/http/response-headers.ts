import { randomBytes } from 'node:crypto';
import type { Identity } from '../identity.ts';

export type Headers = Readonly<Record<string, string>>;

/** Two years; ASVS 5.0 3.4.1 asks for one. Names below this one are another operator's to decide about. */
const tlsOnly = { 'Strict-Transport-Security': 'max-age=63072000' };

/**
 * On every answer, errors, pages and files too (S7). Whoever answers with something else than data says so by stating
 * one of these anew; `secure`: people come by TLS, as the base URL says.
 */
export const standardHeaders = (secure: boolean): Headers => ({
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  ...(secure ? tlsOnly : {}),
});

/** What no page of ours asks a browser for. */
const permissions = {
  'Permissions-Policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
};

/** For one answer: whoever smuggles a script into a page cannot know it. */
export const makeNonce = (): string => randomBytes(16).toString('base64url');

/**
 * For a page whose scripts, and whose style elements, bear the nonce; no other script runs, not even one of this site:
 * somebody may have attached it to an issue. The page must not be kept, since a kept one has an old nonce.
 */
export const pageHeaders = (nonce: string, { inlineStyles = false } = {}): Headers => ({
  'Content-Type': 'text/html;charset=UTF-8',
  'Content-Security-Policy': [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' ${inlineStyles ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  ...permissions,
});

/** For a page without script; `styleHash` is of its one style element. */
export const plainPageHeaders = (styleHash: string): Headers => ({
  'Content-Type': 'text/html;charset=UTF-8',
  'Content-Security-Policy': `default-src 'none'; img-src 'self'; style-src '${styleHash}'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'`,
  ...permissions,
});

/** Of a picture that tells nothing about anybody: other sites may show it, and anyone may keep it. */
export const publicPicture: Headers = {
  'Content-Type': 'image/svg+xml',
  'Cache-Control': 'public, max-age=86400',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Passwords over REST are deprecated since Atlassian's page of 25 August 2017 said so (RFC 9745; the link is the one of
 * Cloud's own refusal).
 */
const deprecation = {
  Deprecation: '@1503619200',
  Link: '<https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-basic-auth-and-cookie-based-auth/>; rel="deprecation"; type="text/html"',
};

/** Who the answer was made for. go-jira signs in again without end when X-AUSERNAME is absent. */
export function identityHeaders(identity: Identity | undefined): Record<string, string> {
  const user = identity?.actor.user;
  const headers: Record<string, string> = {
    'X-AUSERNAME': user ? encodeURIComponent(user.name) : 'anonymous',
  };
  if (user && identity?.actor.profile === 'cloud')
    headers['X-AACCOUNTID'] = encodeURIComponent(user.accountId);
  if (identity?.loginReason) headers['X-Seraph-LoginReason'] = identity.loginReason;
  if (identity?.via === 'password') Object.assign(headers, deprecation);
  if (identity?.rateHeaders) Object.assign(headers, identity.rateHeaders);
  if (identity?.expiresSoonAt)
    headers['Tessera-Token-Expires'] = new Date(identity.expiresSoonAt).toISOString();
  if (identity?.sessionMark) headers['X-ASESSIONID'] = identity.sessionMark;
  return headers;
}
