import type { Config } from '../config.ts';
import { isLoopback } from '../lib/loopback.ts';
import { amongNetworks } from '../lib/networks.ts';
import { plainAddress } from './source-address.ts';

/**
 * Whether a request crossed a network in clear text, so that whoever is on the way reads what it carries (B5). TLS ends at a
 * proxy: a peer elsewhere that is none of ours brought none, and one of ours says when it took a request without. It
 * matters where the base URL says https, which it does wherever others can reach this server.
 */
export function clearText(
  { trustedProxies }: Pick<Config, 'trustedProxies'>,
  secure: boolean,
): (peer: string | undefined, forwardedProto: string | string[] | undefined) => boolean {
  if (!secure) return () => false;
  const isTrusted = amongNetworks(trustedProxies);
  return (peer, forwardedProto) => {
    const address = plainAddress(peer ?? '');
    if (!isTrusted(address)) return !isLoopback(address);
    // The last one is of the proxy that we know; a browser may have written others.
    const last = [forwardedProto].flat().at(-1)?.split(',').at(-1)?.trim().toLowerCase();
    return last === 'http';
  };
}
