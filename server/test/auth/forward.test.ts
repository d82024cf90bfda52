import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)('forward authentication on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const forward = (headers: Record<string, string> = {}, query = '') =>
    ask('GET', `${server.current.url}/auth/forward${query}`, { headers });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('says who it is to the proxy, by token, password and session', async () => {
    const session = await webSession(server.current, 'fred', 'fred');
    const ways = [
      basic(world.fred.email, world.fred.token),
      bearer(world.fred.token),
      basic('fred', 'fred'),
      session,
    ];
    for (const headers of ways) {
      const reply = await forward(headers);
      expect([reply.status, reply.text]).toEqual([200, '']);
      expect(Object.fromEntries([...reply.headers].filter(([name]) => name.startsWith('remote-')))).toEqual({
        'remote-user': 'fred',
        'remote-email': 'fred@example.com',
        'remote-name': 'Fred',
        'remote-groups': expect.stringContaining('jira-software-users'),
        'remote-scopes': '',
      });
    }
  });

  test('nobody and wrong credentials are 401 without a challenge for a password', async () => {
    for (const headers of [
      {},
      basic('fred', 'wrong'),
      bearer('tsr_nonsense'),
      { Cookie: 'tessera=nonsense' },
    ]) {
      const reply = await forward(headers);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).not.toMatch(/basic/i);
      expect(reply.headers.get('remote-user')).toBeNull();
    }
  });

  test('a group may be needed: one of several, whatever the case', async () => {
    const fred = bearer(world.fred.token);
    expect((await forward(fred, '?group=jira-administrators')).status).toBe(403);
    expect((await forward(fred, '?group=none,JIRA-software-users')).status).toBe(200);
    expect((await forward(bearer(world.admin.token), '?group=jira-administrators')).status).toBe(200);
    expect((await forward({}, '?group=jira-administrators')).status).toBe(401);
  });

  test('a changing request by session must come from this site', async () => {
    const session = await webSession(server.current, 'fred', 'fred');
    const { Origin: _, ...cookie } = session;
    for (const name of ['X-Original-Method', 'X-Forwarded-Method']) {
      const post = { [name]: 'POST' };
      expect((await forward({ ...cookie, ...post, Origin: 'https://evil.example' })).status).toBe(403);
      expect((await forward({ ...cookie, ...post })).status).toBe(403);
      expect((await forward({ ...session, ...post })).status).toBe(200);
      expect(
        (await forward({ ...bearer(world.fred.token), ...post, Origin: 'https://app.example' })).status,
      ).toBe(200);
    }
    expect((await forward({ ...cookie, Origin: 'https://evil.example' })).status).toBe(200);
  });

  test('a token that is held to scopes or projects passes only where that is said', async () => {
    const mint = async (limits: object) => {
      const reply = await ask('POST', `${server.current.url}/rest/pat/latest/tokens`, {
        headers: basic('fred', 'fred'),
        body: { name: 'held', ...limits },
      });
      expect(reply.status).toBe(201);
      return bearer(reply.body.rawToken);
    };
    const scoped = await mint({ scopes: ['read:jira-work', 'read:jira-user'] });
    const asked = async (headers: Record<string, string>, query = '') =>
      (await forward(headers, query)).status;
    expect(await asked(scoped)).toBe(403);
    expect(await asked(scoped, '?scope=write:jira-work')).toBe(403);
    const passed = await forward(scoped, '?scope=write:jira-work,read:jira-work');
    expect([passed.status, passed.headers.get('remote-scopes')]).toEqual([
      200,
      'read:jira-work read:jira-user',
    ]);
    const limited = await mint({ projects: ['QA'] });
    expect([await asked(limited), await asked(limited, '?scope=read:jira-work')]).toEqual([403, 403]);
    const whole = await forward(bearer(world.fred.token), '?scope=read:jira-work');
    expect([whole.status, whole.headers.get('remote-scopes')]).toEqual([200, '']);
  });

  test('browsers are led to the sign-in page, and back to a path of this host only', async () => {
    const html = { Accept: 'text/html' };
    const host = new URL(server.current.url).host;
    const led = await forward({ ...html, 'X-Forwarded-Uri': '/wiki/a?b=c', 'X-Forwarded-Host': host });
    expect([led.status, led.headers.get('location')]).toEqual([
      302,
      `${server.current.url}/sign-in?returnTo=${encodeURIComponent('/wiki/a?b=c')}`,
    ]);
    for (const uri of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/%2f/evil.example']) {
      const reply = await forward({ ...html, 'X-Forwarded-Uri': uri, 'X-Forwarded-Host': host });
      expect(reply.headers.get('location')).toBe(`${server.current.url}/sign-in?returnTo=%2F`);
    }
    expect(
      (await forward({ ...html, 'X-Forwarded-Uri': '/x', 'X-Forwarded-Host': 'other.example' })).status,
    ).toBe(401);
    expect((await forward({ Accept: '*/*', 'X-Forwarded-Uri': '/x', 'X-Forwarded-Host': host })).status).toBe(
      401,
    );
    expect((await forward(html)).status).toBe(401);
  });

  test('names outside ASCII are percent-encoded, so that no header is broken', async () => {
    const headers = await webSession(server.current, 'admin', 'admin');
    const made = await ask('POST', `${server.current.url}/rest/api/2/group`, {
      headers,
      body: { name: 'Köche, 100 %' },
    });
    expect(made.status).toBe(201);
    await ask(
      'POST',
      `${server.current.url}/rest/api/2/group/user?groupname=${encodeURIComponent('Köche, 100 %')}`,
      { headers, body: { name: 'fred' } },
    );
    const groups = (await forward(bearer(world.fred.token))).headers.get('remote-groups')!;
    expect(groups.split(',').map(decodeURIComponent)).toContain('Köche, 100 %');
  });
});
