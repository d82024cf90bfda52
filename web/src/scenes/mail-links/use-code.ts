import { useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';

/** A mailed link that was opened; the same one may be opened again on the page that it has led to. */
interface Opened {
  /** null: the address had none. */
  code: string | null;
  times: number;
}

/**
 * The one-time code of a mailed link, from the address's fragment. It leaves the address bar and the history at once, so
 * that nobody picks it up there. With it comes the way to do without it.
 */
export function useCode(): readonly [Opened, () => void] {
  const router = useRouter();
  const hash = useRouterState({ select: (state) => state.location.hash });
  const [seen, setSeen] = useState(hash);
  const [opened, setOpened] = useState<Opened>({ code: hash || null, times: 1 });
  if (hash !== seen) {
    setSeen(hash);
    if (hash) setOpened({ code: hash, times: opened.times + 1 });
  }
  useEffect(() => {
    if (hash) void router.navigate({ to: '.', hash: '', replace: true });
  }, [hash, router]);
  return [opened, () => setOpened({ ...opened, code: null })];
}
