/** The context path: '/' or, say, '/jira/'. The server writes it into index.html. */
export const basePath = document.querySelector<HTMLMetaElement>('meta[name="tessera-path"]')?.content || '/';

/** The site's address, ending in a slash; the same on every page, however deep its path. */
export const siteUrl = new URL(basePath, location.origin).href;

/**
 * The page to go to after signing in. Only paths of this site count: anything else, also the ways browsers
 * let a path name another host ('//evil', '/\evil'), becomes the start page.
 */
export function safeReturnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/') || /^\/[/\\]/.test(wanted) || /[\u0000-\u001f\\]/.test(wanted)) return '/';
  const url = new URL(wanted, siteUrl);
  if (url.origin !== new URL(siteUrl).origin) return '/';
  const path = url.pathname + url.search + url.hash;
  // '/x/..//evil' only turns into '//evil' once it is resolved.
  return path.startsWith('//') || path.startsWith('/sign-in') ? '/' : path;
}
