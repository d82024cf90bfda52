import type { IncomingHttpHeaders } from 'node:http';
import { PlainRefusal } from '../errors.ts';

/**
 * A state change made with a cookie must come from our own pages: browsers add cookies by themselves and
 * always say where a changing request comes from (Fetch standard, `Origin`). Scripts that keep a
 * JSESSIONID send none of these headers and pass; the web app's own cookie is only ever held by a browser,
 * so there the origin must be present.
 */
export function refuseForeignOrigin(headers: IncomingHttpHeaders, base: string, browserOnly: boolean): void {
  const own = new URL(base).origin;
  const { origin, referer } = headers;
  const site = headers['sec-fetch-site'];
  const foreign =
    (origin !== undefined && origin !== own) ||
    (origin === undefined && referer !== undefined && !(referer === own || referer.startsWith(`${own}/`))) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none');
  const unstated = origin === undefined && referer === undefined && site === undefined;
  if (foreign || (browserOnly && unstated))
    throw new PlainRefusal(403, 'XSRF check failed', {}, { step: 'xsrf' });
}
