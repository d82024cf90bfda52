import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardedFetch, OutboundRefused } from './guarded-fetch.ts';
import { reachable } from './reachable.ts';

/** Spellings of hosts that lead inside; the first is what each comes to. */
const inside = [
  ...[
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0x7f.1',
    '127.0.0.1.',
    '127.255.255.254',
    '①②⑦.⓪.⓪.①',
  ],
  ...['10.0.0.1', '10.255.255.255', '167772161', '0xa000001', '012.0.0.1', '10.1'],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '0xac.16.1',
    '192.168.0.1',
    '192.168.255.255',
    '3232235521',
    '0xc0a80001',
    '0300.0250.0.1',
  ],
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '169.254.1', '169.254.0.1'],
  ...[
    '0.0.0.0',
    '0',
    '0x0',
    '0.1.2.3',
    '100.64.0.1',
    '100.127.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '198.51.100.7',
  ],
  ...[
    '203.0.113.9',
    '198.18.0.1',
    '198.19.255.255',
    '192.88.99.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
  ],
  ...[
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::ffff:a9fe:a9fe]',
  ],
  ...[
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b::10.0.0.1]',
    '[64:ff9b:1::1]',
    '[2002:7f00:1::]',
    '[2002:a00:1::1]',
  ],
  ...[
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fdff::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    '[ff0e::1]',
    '[100::1]',
  ],
  ...[
    '[2001::1]',
    '[2001:0:7f00:1::]',
    '[2001:db8::1]',
    '[2001:10::1]',
    '[2001:20::1]',
    '[3fff::1]',
    '[4000::1]',
    '[1::1]',
    '[8000::1]',
  ],
  ...Array.from({ length: 48 }, (_, n) => `127.${n * 5}.${255 - n}.${n + 1}`),
  ...Array.from({ length: 16 }, (_, n) => `172.${16 + n}.3.4`),
  ...Array.from({ length: 16 }, (_, n) => `[fd${n.toString(16)}0::${n}]`),
];

test('H21: 150 ways to write an address inside are refused, none is connected to', async () => {
  expect(inside.length).toBeGreaterThanOrEqual(150);
  const fetch = guardedFetch([]);
  for (const host of inside) {
    await expect(fetch(`http://${host}/`), host).rejects.toThrow(OutboundRefused);
    await expect(fetch(`https://${host}:8443/x?y#z`), host).rejects.toThrow(OutboundRefused);
  }
});

test('public addresses are reachable, and what an operator lists', () => {
  const anybody = reachable([]);
  for (const address of [
    '1.1.1.1',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ]) {
    expect([address, anybody(address)]).toEqual([address, true]);
  }
  const listed = reachable(['10.20.0.0/16', 'fd12::/32', '127.0.0.1']);
  expect(['10.20.3.4', 'fd12::5', '127.0.0.1'].map(listed)).toEqual([true, true, true]);
  expect(['10.21.0.1', 'fd13::5', '127.0.0.2', 'localhost', ''].map(listed)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

describe('what answers', () => {
  const server = createServer((request, response) => {
    if (request.url === '/redirect') return response.writeHead(302, { Location: '/' }).end();
    if (request.url === '/long') return response.end('x'.repeat(2 * 1024 * 1024));
    if (request.url === '/cut') {
      response.writeHead(200, { 'Content-Length': '10' }).write('x');
      setImmediate(() => response.destroy());
      return;
    }
    response.setHeader('X-Method', request.method ?? '').end('here');
  });
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());
  const at = (path: string, host = '127.0.0.1') => `http://${host}:${port}${path}`;
  const fetch = guardedFetch(['127.0.0.0/8', '::1']);

  test('is read, by address and by name', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const reply = await fetch(at('/', host), { method: 'POST', body: 'a=b' });
      expect([reply.status, reply.headers.get('x-method'), await reply.text()]).toEqual([
        200,
        'POST',
        'here',
      ]);
    }
  });

  test('H21: a name that leads inside is refused by what it resolves to', async () => {
    await expect(guardedFetch([])(at('/', 'localhost'))).rejects.toThrow(/no public address/);
  });

  test('H21: redirects are not followed, nor more than a mebibyte read', async () => {
    await expect(fetch(at('/redirect'))).rejects.toThrow(/redirect/);
    await expect(fetch(at('/long'))).rejects.toThrow(/more than/);
    await expect(fetch(at('/cut'))).rejects.toThrow();
    await expect(fetch(at('/').replace('http:', 'ftp:'))).rejects.toThrow(OutboundRefused);
    await expect(fetch(at('/').replace('//', '//user:secret@'))).rejects.toThrow(/user name/);
    await expect(fetch('http://127.0.0.1:1/')).rejects.toThrow(/ECONNREFUSED/);
  });
});
