import { beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { webSession } from '../audit/trail.ts';
import { ask, bearer } from '../support/client.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const listed = 'https://dashboard.example.com';
const local = 'http://localhost:3000';

/** What a browser, or somebody who writes the header by hand, says in place of what is listed. */
const tricks = [
  'null',
  '*',
  '',
  'https://evil.example',
  'http://dashboard.example.com',
  'https://dashboard.example.com:443',
  'https://dashboard.example.com:444',
  'https://dashboard.example.com/',
  'https://dashboard.example.com/x',
  'https://dashboard.example.com?x',
  'https://dashboard.example.com#x',
  'https://dashboard.example.com.',
  'https://dashboard.example.com.evil.example',
  'https://dashboard.example.comevil.example',
  'https://evildashboard.example.com',
  'https://evil.dashboard.example.com',
  'https://dashboardXexample.com',
  'https://dashboard.example.co',
  'https://example.com',
  'https://.example.com',
  'https://*.example.com',
  'https://dashboard.example.com@evil.example',
  'https://evil.example@dashboard.example.com',
  'https://user:secret@dashboard.example.com',
  'https://dashboard.example.com%00.evil.example',
  'https://dashboard.example.com%2eevil.example',
  'https://dashboard.example.com\\evil.example',
  'https://dashboard.example.com,https://evil.example',
  'https://dashboard.example.com https://evil.example',
  'https://evil.example, https://dashboard.example.com',
  'https://Dashboard.example.com',
  'HTTPS://DASHBOARD.EXAMPLE.COM',
  'https:dashboard.example.com',
  '//dashboard.example.com',
  'dashboard.example.com',
  'https://xn--dashbard-d4a.example.com',
  'file://',
  'file://dashboard.example.com',
  'chrome-extension://dashboard.example.com',
  'wss://dashboard.example.com',
  'http://localhost',
  'http://localhost:30000',
  'http://localhost:3000.evil.example',
  'https://localhost:3000',
  'http://127.0.0.1:3000',
];

describe('pages of other sites', () => {
  const server = useServer({
    engine: 'sqlite',
    env: { TESSERA_CORS_ORIGINS: `${listed}, ${local}` },
  });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const preflight = {
    'Access-Control-Request-Method': 'PUT',
    'Access-Control-Request-Headers': 'authorization',
  };
  const shared = (headers: Headers) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test(`S6: of ${tricks.length} tricks with an origin none is allowed, asked beforehand or not`, async () => {
    expect(new Set(tricks).size).toBeGreaterThanOrEqual(40);
    for (const origin of tricks) {
      for (const [method, headers] of [
        ['GET', world.fred.auth],
        ['OPTIONS', preflight],
      ] as const) {
        const reply = await ask(method, at('/rest/api/2/issue/QA-1'), {
          headers: { ...headers, Origin: origin },
        });
        expect([origin, method, shared(reply.headers)]).toEqual([origin, method, []]);
        expect([origin, reply.headers.get('vary')]).toEqual([origin, 'Origin']);
      }
    }
  });

  test.each([listed, local])(
    'S6: %s may read an answer, an error too, and never by a cookie',
    async (origin) => {
      const credentials = [world.fred.auth, bearer('wrong'), {}];
      for (const [i, status] of [200, 401, 401].entries()) {
        const reply = await ask('GET', at('/rest/api/2/issue/QA-1'), {
          headers: { ...credentials[i], Origin: origin },
        });
        expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([status, origin]);
        expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
        expect(reply.headers.get('access-control-expose-headers')).toContain('X-Seraph-LoginReason');
      }
    },
  );

  test('S6: a preflight of theirs is answered without a credential, or with a wrong one', async () => {
    for (const credential of [{}, bearer('wrong')]) {
      const headers = { ...preflight, ...credential, Origin: listed };
      const reply = await ask('OPTIONS', at('/rest/api/2/issue/QA-1'), { headers });
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect(reply.headers.get('access-control-allow-origin')).toBe(listed);
      expect(reply.headers.get('access-control-allow-methods')).toContain('PUT');
      expect(reply.headers.get('access-control-allow-headers')).toMatch(/\bAuthorization\b/);
      expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
      expect(reply.headers.get('x-ausername')).toBeNull();
    }
  });

  test('S6: nothing outside /rest is theirs', async () => {
    for (const path of ['/status', '/login.jsp', '/logout', '/captcha', '/restless']) {
      for (const method of ['GET', 'OPTIONS']) {
        const reply = await ask(method, at(path), { headers: { ...preflight, Origin: listed } });
        expect([path, shared(reply.headers)]).toEqual([path, []]);
      }
    }
  });

  test('S6, S5: the list does not open what changes by cookie', async () => {
    const { Cookie } = await webSession(server.current, 'fred', 'fred');
    const headers = { Cookie: Cookie!, Origin: listed, 'X-Atlassian-Token': 'no-check' };
    const comment = at('/rest/api/2/issue/QA-1/comment');
    const byCookie = await ask('POST', comment, { headers, body: { body: 'x' } });
    expect([byCookie.status, byCookie.text]).toEqual([403, expect.stringContaining('XSRF check failed')]);
    const signIn = { username: 'fred', password: 'fred' };
    const signedIn = await ask('POST', at('/rest/auth/1/session'), {
      headers: { Origin: listed },
      body: signIn,
    });
    expect([signedIn.status, signedIn.headers.getSetCookie()]).toEqual([403, []]);
    const byToken = await ask('POST', comment, {
      headers: { ...world.fred.auth, Origin: listed },
      body: { body: 'x' },
    });
    expect(byToken.status).toBe(201);
  });
});

describe('S6: without a list', () => {
  const server = useServer({ engine: 'sqlite' });

  test('no origin is answered, and caches need not know', async () => {
    for (const origin of [...tricks, listed, local, server.current.url]) {
      for (const method of ['GET', 'OPTIONS']) {
        const reply = await ask(method, `${server.current.url}/rest/api/2/serverInfo`, {
          headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
        });
        const said = [...reply.headers.keys()].filter((name) => /^(access-control-|vary)/.test(name));
        expect([origin, said]).toEqual([origin, []]);
      }
    }
  });

  test.each([
    '*',
    'null',
    'https://*.example.com',
    'http://dashboard.example.com',
    'https://dashboard.example.com/',
    'https://dashboard.example.com/x',
    'https://user@dashboard.example.com',
    'https://Dashboard.example.com',
    'https://dashboard.example.com:443',
    'dashboard.example.com',
    'file:///x',
    'https://a.example,,https://b.example',
  ])('the setting refuses %s', (origins) => {
    expect(() => readConfig({ env: { TESSERA_CORS_ORIGINS: origins } })).toThrow(/TESSERA_CORS_ORIGINS held/);
  });
});
