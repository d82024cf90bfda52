import type { ApiToken } from '../../api/tokens.ts';
import { parseTime } from '../../components/when.tsx';

const soonMs = 14 * 86_400_000;

/** 'soon' is early enough to replace the token before the script that uses it stops. */
export function expiryState(token: ApiToken, nowMs: number): 'never' | 'fine' | 'soon' | 'expired' {
  if (!token.expiringAt) return 'never';
  const leftMs = parseTime(token.expiringAt) - nowMs;
  return leftMs <= 0 ? 'expired' : leftMs <= soonMs ? 'soon' : 'fine';
}
