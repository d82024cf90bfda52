import { useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/**
 * The one-time code of a mailed link, from the address's fragment; null without one. It leaves the address bar
 * and the history at once, so that nobody picks it up there. With it comes the way to do without it.
 */
export function useCode() {
  const router = useRouter();
  const hash = useRouterState({ select: (state) => state.location.hash });
  const [code, setCode] = useState<string | null>(hash || null);
  if (hash && hash !== code) setCode(hash);
  useEffect(() => {
    if (hash) void router.navigate({ to: '.', hash: '', replace: true });
  }, [hash, router]);
  return [code, () => setCode(null)] as const;
}
