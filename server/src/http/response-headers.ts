import type { Identity } from '../identity.ts';

/** On every answer, errors too. */
export const standardHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-cache, no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'self'; base-uri 'none'",
  'Referrer-Policy': 'same-origin',
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
  if (identity?.sessionMark) headers['X-ASESSIONID'] = identity.sessionMark;
  return headers;
}
