import { BlockList, isIP } from 'node:net';
import { amongNetworks } from '../lib/networks.ts';

/** Networks that are not the public Internet (IANA's registries of special-purpose addresses, RFC 6890). */
const special = new BlockList();
for (const [address, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(address, prefix, 'ipv4');
}

/** Of IPv6 only what is handed out to be routed, without what leads to IPv4 or to documentation. */
const routed = new BlockList();
routed.addSubnet('2000::', 3, 'ipv6');
const unrouted = new BlockList();
for (const [address, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  unrouted.addSubnet(address, prefix, 'ipv6');
}

/**
 * Whether the server may connect to an address on somebody's word: public ones, and those of networks that its operator
 * has listed (H21).
 */
export function reachable(networks: readonly string[]): (address: string) => boolean {
  const isListed = amongNetworks(networks);
  return (address) => {
    const family = isIP(address);
    if (family === 0) return false;
    if (isListed(address)) return true;
    return family === 4
      ? !special.check(address, 'ipv4')
      : routed.check(address, 'ipv6') && !unrouted.check(address, 'ipv6');
  };
}
