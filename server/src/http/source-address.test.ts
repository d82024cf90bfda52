import { expect, test } from 'vitest';
import { sourceAddress } from './source-address.ts';

const trusting = sourceAddress(['10.0.0.0/8', '::1']);

test.each([
  ['nobody is trusted: the peer counts', sourceAddress([]), '192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['an untrusted peer is not believed', trusting, '192.0.2.1', '203.0.113.9', '192.0.2.1'],
  ['a trusted peer is', trusting, '10.1.1.1', '203.0.113.9', '203.0.113.9'],
  [
    'what the client wrote itself stands left and does not count',
    trusting,
    '10.1.1.1',
    '1.2.3.4, 203.0.113.9',
    '203.0.113.9',
  ],
  ['trusted hops are passed over', trusting, '10.1.1.1', '203.0.113.9, 10.2.2.2', '203.0.113.9'],
  ['junk stops at the last known hop', trusting, '10.1.1.1', 'junk', '10.1.1.1'],
  ['without the header the peer counts', trusting, '10.1.1.1', undefined, '10.1.1.1'],
  ['an IPv4 peer of a dual-stack socket', trusting, '::ffff:10.1.1.1', '203.0.113.9', '203.0.113.9'],
  ['a link-local peer with its zone', trusting, 'fe80::1%eth0', '203.0.113.9', 'fe80::1'],
  ['IPv6', trusting, '::1', '2001:db8::7', '2001:db8::7'],
])('%s', (_, addressOf, peer, header, expected) => {
  expect(addressOf(peer, header).address).toBe(expected);
});
