import { isIP } from 'node:net';
import { amongNetworks } from '../lib/networks.ts';

/**
 * The address a request came from. X-Forwarded-For counts only when the peer is trusted, and then its
 * right-most untrusted entry: everything left of that was written by somebody unknown. `ignored`: the peer sent the
 * header and is not trusted.
 */
export function sourceAddress(
  trusted: readonly string[],
): (
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
) => { readonly address: string; readonly ignored: boolean } {
  const isTrusted = amongNetworks(trusted);
  return (peer, forwardedFor) => {
    let address = plainAddress(peer ?? '');
    if (forwardedFor === undefined) return { address, ignored: false };
    if (trusted.length === 0 || !isTrusted(address)) return { address, ignored: true };
    const hops = (Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor).split(',');
    while (hops.length > 0 && isTrusted(address)) {
      const hop = plainAddress((hops.pop() ?? '').trim());
      if (isIP(hop) === 0) break;
      address = hop;
    }
    return { address, ignored: false };
  };
}

/** ::ffff:192.0.2.1 is how a dual-stack socket shows an IPv4 peer; a zone (fe80::1%eth0) means nothing elsewhere. */
export function plainAddress(shown: string): string {
  const [address = ''] = shown.split('%');
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
