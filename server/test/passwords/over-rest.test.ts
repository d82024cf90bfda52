import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allows } from '../../src/auth/basic/allow-list.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const denied = { message: 'Basic Authentication has been disabled on this instance.', 'status-code': 403 };

describe.each(engines)('passwords over REST on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const get = (path: string, headers: Record<string, string>): Promise<Reply> =>
    ask('GET', rest(path), { headers });
  const config = (body: object): Promise<Reply> =>
    ask('PUT', rest('basicauth/1.0/config'), { headers: world.admin.auth, body });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(async () => {
    await forgetFailures(server.current);
    await config({ 'block-requests': false, 'allowed-paths': [], 'allowed-users': [] });
  });

  describe('the way out of them', () => {
    test('answers to a password over Basic say that it is deprecated (RFC 9745), errors too', async () => {
      for (const path of ['api/2/myself', 'api/2/issue/QA-1', 'api/2/issue/NOPE-1', 'nothing/here']) {
        const reply = await get(path, basic('fred', 'fred'));
        expect([path, reply.headers.get('deprecation')]).toEqual([path, '@1503619200']);
        expect(reply.headers.get('link')).toMatch(/^<https:[^>]+>; rel="deprecation"/);
      }
    });

    test('answers to tokens, sessions, nobody and wrong passwords do not', async () => {
      const session = await webSession(server.current, 'fred', 'fred');
      for (const headers of [
        world.fred.auth,
        bearer(world.fred.token),
        session,
        {},
        basic('fred', 'wrong'),
      ]) {
        expect((await get('api/2/myself', headers)).headers.get('deprecation')).toBeNull();
      }
    });

    test('each account that uses one is counted, with the last address and client', async () => {
      const { name } = await addAccount(server.current, 'counted');
      const asked = async (agent: string) =>
        get('api/2/myself', { ...basic(name, name), 'User-Agent': agent });
      for (let i = 0; i < 3; i++) await asked('old-script/1.0');
      server.current.clock.advance(60_000);
      await asked('old-script/1.1');
      await get('api/2/myself', world.fred.auth);
      const { status, body } = await get('tessera/1/password-use', world.admin.auth);
      expect(status).toBe(200);
      expect(body.users[0]).toMatchObject({
        user: { name },
        count: 4,
        address: '127.0.0.1',
        userAgent: 'old-script/1.1',
        lastUsedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/),
      });
      expect(body.users[0].firstUsedAt < body.users[0].lastUsedAt).toBe(true);
      expect(body.users.map((one: { user: { name: string } }) => one.user.name)).not.toContain('wilma');
      await asked('old-script/1.1');
      expect((await get('tessera/1/password-use', world.admin.auth)).body.users[0].count).toBe(5);
    });

    test('counting writes nothing on the request’s path, and a deleted account does no harm', async () => {
      const { name } = await addAccount(server.current, 'leaving');
      await get('api/2/myself', basic(name, name));
      const gone = await ask('DELETE', rest(`api/2/user?username=${name}`), { headers: world.admin.auth });
      expect(gone.status).toBe(204);
      const { body } = await get('tessera/1/password-use', world.admin.auth);
      expect(body.users.some((one: { user: { name: string } }) => one.user.name === name)).toBe(false);
    });
  });

  describe('74: switched off, with an allow-list', () => {
    test('74: a password is refused, right or wrong, and tokens go on', async () => {
      const changed = await config({ 'block-requests': true });
      expect([changed.status, changed.body]).toEqual([
        200,
        { 'block-requests': true, 'allowed-paths': [], 'allowed-users': [] },
      ]);
      expect((await recordsOf(server.current, changed)).map(({ subject }) => subject)).toEqual([
        'passwordsOverRest',
      ]);
      for (const secret of ['fred', 'wrong']) {
        const reply = await get('api/2/myself', basic('fred', secret));
        expect([reply.status, reply.body]).toEqual([403, denied]);
      }
      expect((await get('api/2/myself', world.fred.auth)).status).toBe(200);
      const settings = await get('tessera/1/settings', world.admin.auth);
      expect(settings.body.passwordsOverRest).toBe(false);
    });

    test('74: allowed paths take a password, others do not', async () => {
      await config({
        'block-requests': true,
        'allowed-paths': ['/rest/api/2/issue/*', '/rest/api/2/serverInfo'],
      });
      const statuses = async (headers: Record<string, string>) => [
        (await get('api/2/issue/QA-1', headers)).status,
        (await get('api/2/issue/QA-1?fields=summary', headers)).status,
        (await get('api/2/serverInfo', headers)).status,
        (await get('api/2/serverInfo/', headers)).status,
        (await get('api/2/myself', headers)).status,
        (await get('api/2/myself?x=/rest/api/2/issue/', headers)).status,
      ];
      expect(await statuses(basic('fred', 'fred'))).toEqual([200, 200, 200, 200, 403, 403]);
      expect(await statuses(basic('fred', 'wrong'))).toEqual([401, 401, 401, 403, 403, 403]);
    });

    test('74: allowed users keep theirs', async () => {
      await config({ 'block-requests': true, 'allowed-users': ['WIL*'] });
      expect((await get('api/2/myself', basic('wilma', 'wilma'))).status).toBe(200);
      expect((await get('api/2/myself', basic('wilma@example.com', 'wilma'))).status).toBe(200);
      expect((await get('api/2/myself', basic('fred', 'fred'))).status).toBe(403);
    });

    test('only administrators see or change it, by their names; what is no list is refused by field', async () => {
      expect((await get('basicauth/1.0/config', world.fred.auth)).status).toBe(403);
      for (const body of [
        { 'block-requests': 'yes' },
        { 'allowed-paths': '/rest/*' },
        { 'allowed-users': [''] },
        { 'allowed-groups': [] },
      ]) {
        const reply = await config(body);
        expect([reply.status, Object.keys(reply.body.errors)]).toEqual([
          400,
          [expect.stringContaining(Object.keys(body)[0]!)],
        ]);
      }
      expect((await get('basicauth/1.0/config', world.admin.auth)).body).toEqual({
        'block-requests': false,
        'allowed-paths': [],
        'allowed-users': [],
      });
    });
  });
});

describe('patterns of the allow-list', () => {
  const switchedOff = { passwordsOverRest: false, passwordAllowedPaths: [], passwordAllowedUsers: [] };
  const path = (pattern: string, text: string) =>
    allows({ ...switchedOff, passwordAllowedPaths: [pattern] }, { path: text, userName: null });
  const user = (pattern: string, name: string | null) =>
    allows({ ...switchedOff, passwordAllowedUsers: [pattern] }, { path: '/x', userName: name });

  test.each([
    ['/rest/api/2/issue', '/rest/api/2/issue', true],
    ['/rest/api/2/issue', '/rest/api/2/issues', false],
    ['/rest/api/2/issue', '/rest/api/2/issue/QA-1', false],
    ['/rest/api/*/issue', '/rest/api/2/issue', true],
    ['/rest/api/*/issue/*/comment', '/rest/api/2/issue/QA-1/comment', true],
    ['/rest/api/*/issue/*/comment', '/rest/api/2/issue/QA-1/worklog', false],
    ['*', '/anything', true],
    ['*ab*ab', '/ab', false],
    ['*.json', '/x.json', true],
    ['/a.c', '/abc', false],
    ['/REST/*', '/rest/x', false],
    ['', '/', false],
  ])('%s and the path %s', (pattern, text, expected) => {
    expect(path(pattern, text)).toBe(expected);
  });

  test('names are compared as names are, and nobody is on no list', () => {
    expect([
      user('Fred', 'fred'),
      user('svc-*', 'SVC-build'),
      user('fred', 'freda'),
      user('*', null),
    ]).toEqual([true, true, false, false]);
  });

  test('a pattern of many stars takes no time', () => {
    expect(path('*a'.repeat(120), 'a'.repeat(100_000))).toBe(true);
    expect(path(`${'*a'.repeat(120)}b`, 'a'.repeat(100_000))).toBe(false);
  });
});
