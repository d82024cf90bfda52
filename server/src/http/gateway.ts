import type { IncomingMessage } from 'node:http';

/**
 * Cloud's gateway is another address of REST, `https://api.atlassian.com/ex/jira/{cloudId}/rest/…`: clients of tokens
 * with scopes know no other one. Here it lies on the site's own host, at its root and under the context path.
 */
const pattern = /^(\/[^?]*?)?\/ex\/jira\/([0-9A-Za-z-]{1,64})(\/rest\/.*)$/s;

const cloudIds = Symbol('cloudId');
type Marked = Partial<Record<typeof cloudIds, string>>;

/** The plain address that is meant, and a mark on the request that it came through the gateway. */
export function throughGateway(request: object, target: string, contextPath: string): string {
  if (!target.includes('/ex/jira/')) return target;
  const [, before = '', cloudId, path] = pattern.exec(target) ?? [];
  if (cloudId === undefined || path === undefined || (before !== '' && before !== contextPath)) return target;
  (request as Marked)[cloudIds] = cloudId;
  return contextPath + path;
}

/** The cloudId that a request named by its address; undefined: it came to the plain one. */
export const cloudIdOf = (request: IncomingMessage): string | undefined => (request as Marked)[cloudIds];
