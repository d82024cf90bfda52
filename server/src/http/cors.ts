import type { IncomingMessage } from 'node:http';
import type { Headers } from './response-headers.ts';

export interface CrossOrigin {
  readonly headers: Headers;
  /** The browser asks beforehand whether it may send; nothing else is to be answered. */
  readonly preflight: boolean;
}

/** What a script of another page may read, of what is not open to it anyway. */
const exposed = [
  'X-AUSERNAME',
  'X-AACCOUNTID',
  'X-AREQUESTID',
  'X-Seraph-LoginReason',
  'X-Authentication-Denied-Reason',
  'WWW-Authenticate',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Interval-Seconds',
  'X-RateLimit-FillRate',
  'Deprecation',
  'Link',
  'Location',
].join(', ');

const preflightHeaders: Headers = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, X-Atlassian-Token',
  'Access-Control-Max-Age': '600',
};

/**
 * Pages of these origins may use /rest with a credential of their own in `Authorization` (Fetch standard, CORS protocol).
 * Origins are compared whole, and credentials of the browser are never allowed: no cookie counts from elsewhere, here or
 * there. undefined: nothing is said to this origin, and its browser keeps the answer from the page.
 */
export function crossOrigin(
  origins: readonly string[],
): (request: Pick<IncomingMessage, 'method' | 'headers'>) => CrossOrigin | undefined {
  const allowed = new Set(origins);
  if (allowed.size === 0) return () => undefined;
  return ({ method, headers }) => {
    const { origin } = headers;
    // A cache must not give one origin's answer to another, also when the first got nothing.
    const vary = { Vary: 'Origin' };
    if (origin === undefined || !allowed.has(origin)) return { headers: vary, preflight: false };
    const own = { ...vary, 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': exposed };
    const preflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
    return { headers: preflight ? { ...own, ...preflightHeaders } : own, preflight };
  };
}
