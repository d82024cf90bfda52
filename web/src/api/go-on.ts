import type { AnyRouter } from '@tanstack/react-router';

/**
 * Goes on after signing in: pages of the app open in place, any other path of this host (what a proxy guards with this
 * site's accounts) is for the browser to open.
 */
export async function goOnTo(router: AnyRouter, path: string): Promise<void> {
  const [, , foundRoute] = router.getMatchedRoutes(path.replace(/[?#].*$/s, ''));
  if (foundRoute?.id === '/shell/$') return window.location.replace(path);
  await router.navigate({ href: path, replace: true });
}
