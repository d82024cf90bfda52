import { useEffect, useState } from 'react';

/** Counts down to 0 from `seconds`, anew with every `round`; null: nothing to wait for. */
export function useSecondsLeft(seconds: number | null, round: number): number {
  const [left, setLeft] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same wait may be asked for twice in a row
  useEffect(() => {
    if (seconds === null) return;
    const endsAtMs = Date.now() + seconds * 1000;
    const count = () => setLeft(Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1000)));
    count();
    const timer = setInterval(count, 500);
    return () => {
      clearInterval(timer);
      setLeft(0);
    };
  }, [seconds, round]);
  return left;
}
