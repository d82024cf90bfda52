import type { Lock } from '../../api/locks.ts';

/** A lock in words: what is refused, from where, and what the owner can do. */
export function whatIsClosed({ kind, address }: Pick<Lock, 'kind' | 'address'>): string {
  const from = address === null ? 'from everywhere' : `from ${sourceInWords(address)}`;
  if (kind === 'ceiling') return `Passwords ${from}; the picture does not help any more`;
  if (kind === 'account') return `Passwords ${from}; the sign-in page asks for the picture`;
  return `Sign-in ${from}; the sign-in page asks for the picture`;
}

/** An address, an IPv6 /64, or a browser that signed in before ('device:7'). */
export function sourceInWords(address: string): string {
  return address.startsWith('device:') ? 'a browser known to the account' : address;
}
