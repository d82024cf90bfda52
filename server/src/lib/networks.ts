import { BlockList, isIP } from 'node:net';

/** IPv4 networks of 10.0.0.0/8's size, IPv6 ones of a provider's; unique local addresses (RFC 4193) are fc00::/7 as a whole. */
const widest = { 4: 8, 6: 16, uniqueLocal: 7 } as const;

/**
 * An address or a CIDR range such as somebody may run; never one that holds a good part of all addresses, IPv4 in the
 * form of IPv6 included. undefined: it is none.
 */
export function parseNetwork(text: string): string | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0 || address.includes('%')) return undefined;
  if (prefix === undefined) return text;
  const bits = Number(prefix);
  if (!/^\d{1,3}$/.test(prefix) || bits > (family === 6 ? 128 : 32)) return undefined;
  if (family === 4) return bits >= widest[4] ? text : undefined;
  const least = /^f[cd]/i.test(address) ? widest.uniqueLocal : widest[6];
  return bits >= least && !holdsIPv4(address, bits) ? text : undefined;
}

/** Two addresses that no one network of IPv4 holds both of, but for those that hold nearly all (RFC 4291 §2.5.5.2). */
function holdsIPv4(address: string, bits: number): boolean {
  const list = new BlockList();
  list.addSubnet(address, bits, 'ipv6');
  return list.check('0.0.0.0', 'ipv4') || list.check('128.0.0.0', 'ipv4');
}

/** Whether an address is in one of these, each an address or a CIDR range. */
export function amongNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of networks) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
