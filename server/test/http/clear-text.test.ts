import { describe, expect, test } from 'vitest';
import { clearText } from '../../src/http/clear-text.ts';
import { ask, basic } from '../support/client.ts';
import { forgetFailures } from '../support/failures.ts';
import { type ServerOptions, useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

const https = 'https://issues.example.com';
const behindProxy: ServerOptions = {
  engine: 'sqlite',
  env: { TESSERA_BASE_URL: https, TESSERA_TRUSTED_PROXIES: '127.0.0.1' },
};

describe('B5: a request that came in clear text', () => {
  const server = useServer(behindProxy);
  const inClear = { 'X-Forwarded-Proto': 'http' };

  test('is refused by every route, and led nowhere', async () => {
    const world = await createWorld(server.current, { issues: 1 });
    for (const { id, method, path } of server.current.app.routes) {
      const url = server.current.url + path.replaceAll(/:\w+/g, '1');
      for (const headers of [inClear, { ...inClear, ...world.admin.auth }]) {
        const reply = await ask(method, url, { headers });
        const answer = [id, reply.status, reply.headers.get('location'), reply.headers.getSetCookie()];
        if (id === 'getReadiness') expect(answer).toEqual([id, 200, null, []]);
        else {
          expect(answer).toEqual([id, 403, null, []]);
          // Whatever the shape: Jira's, SCIM's or OAuth's.
          expect([id, reply.text.includes(`Use ${https}.`)]).toEqual([id, true]);
        }
      }
    }
    for (const path of ['/', '/login.jsp', '/rest/api/2/nothing', '/no/such/page']) {
      expect((await ask('GET', server.current.url + path, { headers: inClear })).status).toBe(403);
    }
  });

  test('is not looked at: a wrong secret counts for nobody, a right one opens nothing', async () => {
    const url = `${server.current.url}/rest/auth/1/session`;
    for (let n = 0; n < 5; n++) {
      await ask('POST', url, { headers: inClear, body: { username: 'fred', password: 'wrong' } });
      await ask('GET', url, { headers: { ...inClear, ...basic('fred', 'wrong') } });
    }
    const right = { username: 'fred', password: 'fred' };
    expect((await ask('POST', url, { headers: inClear, body: right })).headers.getSetCookie()).toEqual([]);
    expect((await ask('POST', url, { body: right })).status).toBe(200);
    await forgetFailures(server.current);
  });

  test('over TLS the same is answered', async () => {
    const url = `${server.current.url}/rest/api/2/myself`;
    for (const proto of ['https', 'HTTPS', 'http, https', '']) {
      const reply = await ask('GET', url, {
        headers: { 'X-Forwarded-Proto': proto, ...basic('fred', 'fred') },
      });
      expect([proto, reply.status]).toEqual([proto, 200]);
    }
  });
});

test.each([
  // peer, what it says, whom the configuration trusts
  ['192.0.2.7', undefined, [], true],
  ['192.0.2.7', 'https', [], true],
  ['::ffff:192.0.2.7', 'https', ['127.0.0.1'], true],
  ['2001:db8::7', 'https', ['2001:db8:1::/48'], true],
  ['fe80::7%eth0', undefined, [], true],
  [undefined, undefined, [], true],
  ['192.0.2.7', undefined, ['192.0.2.0/24'], false],
  ['::ffff:192.0.2.7', 'https', ['192.0.2.7'], false],
  ['192.0.2.7', 'http', ['192.0.2.0/24'], true],
  ['192.0.2.7', 'https, http', ['192.0.2.0/24'], true],
  ['192.0.2.7', 'http, https', ['192.0.2.0/24'], false],
  ['2001:db8:1::7', 'https', ['2001:db8:1::/48'], false],
  // A program on this machine, whatever it says.
  ['127.0.0.1', undefined, [], false],
  ['::1', 'http', [], false],
  ['127.0.0.1', 'http', ['127.0.0.1'], true],
] as const)(
  'B5: from %s, which says %s, where %j is trusted: %s',
  (peer, proto, trustedProxies, expected) => {
    expect(clearText({ trustedProxies }, true)(peer, proto)).toBe(expected);
    expect(clearText({ trustedProxies }, false)(peer, proto)).toBe(false);
  },
);
