import type { IncomingHttpHeaders } from 'node:http';
import { TextRefusal } from '../errors.ts';

/**
 * A page of any site can send these bodies without asking first (Fetch standard, CORS-safelisted request-header), so
 * under /rest they need a header that it cannot send: Jira's `X-Atlassian-Token: no-check`, or `nocheck` as go-jira and
 * JIRA::REST write it ("XSRF check failed when calling cloud APIs"). Whoever signs in by Authorization is asked for it too, as there.
 */
export function refuseSimpleBody(headers: IncomingHttpHeaders): void {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === undefined || !simpleTypes.test(type)) return;
  if (hasNoCheck(headers)) return;
  throw new TextRefusal(
    403,
    'XSRF check failed: a form, multipart or text body needs the header X-Atlassian-Token: no-check.\n',
    { step: 'xsrf' },
  );
}

const simpleTypes = /^(application\/x-www-form-urlencoded|multipart\/.*|text\/.*)$/;

export function hasNoCheck(headers: IncomingHttpHeaders): boolean {
  const token = headers['x-atlassian-token'];
  return typeof token === 'string' && /^no-?check$/i.test(token.trim());
}
