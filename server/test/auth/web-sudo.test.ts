import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, askForm, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const minute = 60_000;
const required = { message: 'This resource requires WebSudo.', 'status-code': 401 };

describe.each(engines)('WebSudo on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const origin = () => new URL(server.current.url).origin;
  const change = (headers: Record<string, string>) =>
    ask('PUT', at('/rest/tessera/1/settings'), { headers, body: { siteTitle: 'Tessera' } });
  const restSession = async (password = 'admin') => {
    const body = { username: 'admin', password };
    const reply = await ask('POST', at('/rest/auth/1/session'), { body });
    return { Cookie: `JSESSIONID=${reply.body.session.value}` };
  };
  const confirm = (headers: Record<string, string>, password = 'admin') =>
    ask('POST', at('/rest/tessera/1/websudo'), { headers, body: { password } });
  const named = (reply: Reply, name: string) =>
    reply.headers
      .getSetCookie()
      .find((line) => line.startsWith(`${name}=`))!
      .split(';')[0]!;
  const until = async (headers: Record<string, string>) =>
    (await ask('GET', at('/rest/tessera/1/session'), { headers })).body.webSudoUntil;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('72: administration by REST session asks for the password; DELETE gives it up', async () => {
    const session = await restSession();
    const refused = await change(session);
    expect([refused.status, refused.body]).toEqual([401, required]);
    const risen = await confirm(session);
    expect([risen.status, risen.text]).toEqual([204, '']);
    const after = { Cookie: named(risen, 'JSESSIONID') };
    expect((await change(after)).status).toBe(200);
    expect((await recordsOf(server.current, risen)).map(({ event }) => event)).toEqual(['websudo.ok']);
    expect((await ask('DELETE', at('/rest/auth/1/websudo'), { headers: after })).status).toBe(204);
    expect((await change(after)).status).toBe(401);
    expect((await ask('DELETE', at('/rest/auth/1/websudo'), { headers: after })).status).toBe(204);
  });

  test('S1: a session whose rights rise gets a new id, and the old one is dead', async () => {
    const session = await restSession();
    const risen = await confirm(session);
    expect(named(risen, 'JSESSIONID')).not.toBe(session.Cookie);
    expect((await ask('GET', at('/rest/api/2/myself'), { headers: session })).status).toBe(401);
  });

  test('S1: of many rises at once, one session is left', async () => {
    const session = await restSession();
    const replies = await Promise.all(Array.from({ length: 8 }, () => confirm(session)));
    const ids = replies.filter(({ status }) => status === 204).map((reply) => named(reply, 'JSESSIONID'));
    expect(ids.length).toBeGreaterThan(0);
    const alive = await Promise.all(ids.map((Cookie) => change({ Cookie })));
    expect(alive.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('S2: a sign-in on the page is good for administration for ten minutes, not a second more', async () => {
    const session = await webSession(server.current, 'admin', 'admin');
    expect(await until(session)).toEqual(expect.any(String));
    server.current.clock.advance(10 * minute - 1000);
    expect((await change(session)).status).toBe(200);
    server.current.clock.advance(2000);
    expect((await change(session)).body).toEqual(required);
    expect(await until(session)).toBe(null);
    const risen = await confirm(session);
    const after = { ...session, Cookie: named(risen, 'tessera') };
    expect((await change(after)).status).toBe(200);
  });

  test('a wrong password raises nothing, and counts', async () => {
    const session = await restSession();
    const wrong = await confirm(session, 'wrong');
    expect([wrong.status, Object.keys(wrong.body.errors)]).toEqual([400, ['password']]);
    expect((await recordsOf(server.current, wrong)).map(({ event }) => event)).toEqual(['sign-in.failed']);
    expect((await change(session)).status).toBe(401);
    await confirm(session, 'wrong');
    await confirm(session, 'wrong');
    expect((await confirm(session)).status).toBe(403);
  });

  test('a credential that comes with each request is not asked twice', async () => {
    expect((await change(world.admin.auth)).status).toBe(200);
    const byToken = await restSession(world.admin.token);
    expect((await change(byToken)).status).toBe(200);
    expect((await confirm(byToken)).status).toBe(403);
    expect((await confirm(world.admin.auth)).status).toBe(403);
  });

  test('who may not administer is told so, not asked for a password', async () => {
    const session = await webSession(server.current, 'fred', 'fred');
    server.current.clock.advance(11 * minute);
    expect((await change(session)).status).toBe(403);
  });

  test('every route that changes the configuration asks', async () => {
    const session = await restSession();
    const routes = server.current.app.routes.filter(
      ({ method, scope }) => method !== 'GET' && scope === 'manage:jira-configuration',
    );
    expect(routes.length).toBeGreaterThan(20);
    for (const { id, method, path } of routes) {
      const headers = { ...session, 'Content-Type': 'application/json' };
      const reply = await ask(method, at(path.replaceAll(/:\w+/g, '1')), { headers });
      expect([id, reply.status, reply.body]).toEqual([id, 401, required]);
    }
  });

  test('the setting switches it off', async () => {
    const put = (webSudo: boolean) =>
      ask('PUT', at('/rest/tessera/1/settings'), { headers: world.admin.auth, body: { webSudo } });
    await put(false);
    try {
      expect((await change(await restSession())).status).toBe(200);
    } finally {
      await put(true);
    }
  });

  describe("Jira's form", () => {
    const form = (fields: Record<string, string>, headers: Record<string, string>) =>
      askForm(at('/secure/admin/WebSudoAuthenticate.jspa'), fields, headers);

    test('as pycontribs posts it', async () => {
      const session = await restSession();
      const reply = await form({ webSudoPassword: 'admin' }, { ...session, 'X-Atlassian-Token': 'no-check' });
      expect([reply.status, reply.headers.get('location')]).toEqual([302, '/']);
      expect((await change({ Cookie: named(reply, 'JSESSIONID') })).status).toBe(200);
    });

    test('as a browser posts it: with the token of its session, and of no other', async () => {
      const session = await webSession(server.current, 'admin', 'admin');
      const other = await webSession(server.current, 'admin', 'admin');
      const page = async (headers: Record<string, string>) =>
        ask('GET', at('/secure/admin/WebSudoAuthenticate.jspa?webSudoDestination=/admin/users'), { headers });
      const tokenOf = ({ text }: Reply) => /name="atl_token" value="([^"]+)"/.exec(text)![1]!;
      const shown = await page(session);
      const fields = { webSudoPassword: 'admin', webSudoIsPost: 'false', webSudoDestination: '/admin/users' };
      for (const atl_token of ['', 'x', tokenOf(await page(other))]) {
        const refused = await form({ ...fields, atl_token }, session);
        expect([refused.status, refused.text]).toEqual([403, expect.stringMatching(/^XSRF check failed/)]);
      }
      const wrong = await form({ ...fields, atl_token: tokenOf(shown), webSudoPassword: 'x' }, session);
      expect([wrong.status, wrong.text]).toEqual([200, expect.stringContaining('password is wrong')]);
      const reply = await form({ ...fields, atl_token: tokenOf(shown) }, session);
      expect([reply.status, reply.headers.get('location')]).toEqual([302, '/admin/users']);
      expect((await change({ Cookie: named(reply, 'tessera'), Origin: origin() })).status).toBe(200);
    });

    test('S8: its destination stays on this site', async () => {
      const session = { ...(await restSession()), 'X-Atlassian-Token': 'no-check' };
      const fields = { webSudoPassword: 'admin', webSudoDestination: '//evil.example' };
      expect((await form(fields, session)).headers.get('location')).toBe('/');
    });

    test('H6: not from another site, not without a session', async () => {
      const session = { ...(await restSession()), 'X-Atlassian-Token': 'no-check' };
      const foreign = await form(
        { webSudoPassword: 'admin' },
        { ...session, Origin: 'https://evil.example' },
      );
      expect(foreign.status).toBe(403);
      expect((await form({ webSudoPassword: 'admin' }, {})).status).toBe(401);
      const nobody = await ask('GET', at('/secure/admin/WebSudoAuthenticate.jspa'));
      expect([nobody.status, nobody.headers.get('location')]).toEqual([302, '/login.jsp']);
    });
  });
});
