import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, askForm, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** What a browser keeps of answers. */
class Jar {
  readonly values = new Map<string, string>();

  take(reply: Reply): Reply {
    for (const line of reply.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0]!.split(/=(.*)/s) as [string, string];
      if (/Max-Age=0/.test(line)) this.values.delete(name);
      else this.values.set(name, value);
    }
    return reply;
  }

  get cookie(): string {
    return [...this.values].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  copy(): Jar {
    const other = new Jar();
    for (const [name, value] of this.values) other.values.set(name, value);
    return other;
  }
}

const remember = 'seraph.rememberme.cookie';

describe.each(engines)('sessions on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const origin = () => new URL(server.current.url).origin;
  const headersOf = (jar: Jar) => ({ Cookie: jar.cookie, Origin: origin() });
  const signIn = async (username: string, rememberMe = false, jar = new Jar()) => {
    const body = { username, password: username, rememberMe };
    const headers: Record<string, string> = jar.cookie === '' ? {} : { Cookie: jar.cookie };
    const reply = jar.take(await ask('POST', at('/rest/tessera/1/session'), { body, headers }));
    if (reply.status !== 200) throw new Error(reply.text);
    return jar;
  };
  const visit = async (jar: Jar) =>
    jar.take(await ask('GET', at('/rest/api/2/myself'), { headers: { Cookie: jar.cookie } }));
  const list = async (headers: Record<string, string>) =>
    (await ask('GET', at('/rest/tessera/1/sessions'), { headers })).body.sessions;
  const settings = (body: object) =>
    ask('PUT', at('/rest/tessera/1/settings'), { headers: world.admin.auth, body });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  describe('ends', () => {
    test.each(['web', 'rest'])('S2: a %s session ends after an hour without a request', async (kind) => {
      const open = async () => {
        if (kind === 'web') return await signIn('fred');
        const jar = new Jar();
        const body = { username: 'fred', password: 'fred' };
        jar.take(await ask('POST', at('/rest/auth/1/session'), { body }));
        return jar;
      };
      const [early, late] = [await open(), await open()];
      server.current.clock.advance(60 * minute - 1000);
      expect((await visit(early)).status).toBe(200);
      server.current.clock.advance(2000);
      expect((await visit(late)).status).toBe(401);
    });

    test('S2: a session ends after a day, however busy it is', async () => {
      const jar = await signIn('fred');
      for (let spent = 0; spent < day - 30 * minute; spent += 30 * minute) {
        server.current.clock.advance(30 * minute);
        expect((await visit(jar)).status).toBe(200);
        await server.current.app.site.db
          .updateTable('sessions')
          .set({ last_seen_at: server.current.clock.now() })
          .execute();
      }
      server.current.clock.advance(30 * minute - 1000);
      expect((await visit(jar)).status).toBe(200);
      server.current.clock.advance(2000);
      expect((await visit(jar)).status).toBe(401);
    });

    test('57, S3: a password change ends other sessions and what is remembered, not this session, not tokens', async () => {
      const account = await addAccount(server.current, 'changer');
      const here = await signIn('changer', true);
      const there = await signIn('changer', true);
      const body = { currentPassword: 'changer', password: 'plum orbit vexes quartz' };
      const changed = await ask('PUT', at('/rest/api/2/myself/password'), { headers: headersOf(here), body });
      expect(changed.status).toBe(204);
      expect((await visit(there)).status).toBe(401);
      expect((await visit(here)).status).toBe(200);
      expect((await ask('GET', at('/rest/api/2/myself'), { headers: account.auth })).status).toBe(200);
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(here)).status).toBe(401);
    });

    test('S3: disabling an account ends what is remembered, for good', async () => {
      await addAccount(server.current, 'leaver');
      const jar = await signIn('leaver', true);
      const put = (active: boolean) =>
        ask('PUT', at('/rest/api/2/user?username=leaver'), { headers: world.admin.auth, body: { active } });
      expect((await put(false)).status).toBe(200);
      expect((await put(true)).status).toBe(200);
      expect((await visit(jar)).status).toBe(401);
    });
  });

  describe('remembered', () => {
    test('the cookie lasts for two weeks, is HttpOnly, and is stored as a hash', async () => {
      const body = { username: 'fred', password: 'fred', rememberMe: true };
      const reply = await ask('POST', at('/rest/tessera/1/session'), { body });
      const line = reply.headers.getSetCookie().find((one) => one.startsWith(remember))!;
      expect(line).toMatch(/Path=\/; HttpOnly; SameSite=Lax; Max-Age=1209600$/);
      const rows = await server.current.app.site.db.selectFrom('remember_me_series').selectAll().execute();
      for (const half of line.split(';')[0]!.split('=')[1]!.split('.'))
        expect(JSON.stringify(rows)).not.toContain(half);
    });

    test('a session that is gone is opened anew, and the cookie changes', async () => {
      const jar = await signIn('fred', true);
      const before = jar.values.get(remember);
      server.current.clock.advance(2 * 60 * minute);
      const reply = await visit(jar);
      expect([reply.status, reply.body.name]).toEqual([200, 'fred']);
      expect(jar.values.get(remember)).not.toBe(before);
      expect(jar.values.get('tessera')).toBeDefined();
      const next = jar.values.get(remember);
      expect((await visit(jar)).status).toBe(200);
      expect(jar.values.get(remember)).toBe(next);
      const records = await recordsOf(server.current, reply);
      expect(records.map(({ event }) => event)).toEqual(['sign-in.ok']);
    });

    test('S2: it ends at its day, not after it, and is not prolonged by use', async () => {
      const [used, unused] = [await signIn('fred', true), await signIn('fred', true)];
      server.current.clock.advance(7 * day);
      expect((await visit(used)).status).toBe(200);
      server.current.clock.advance(7 * day - 1000);
      expect((await visit(used)).status).toBe(200);
      const copy = unused.copy();
      expect((await visit(copy)).status).toBe(200);
      server.current.clock.advance(2000);
      const over = await visit(unused);
      expect(over.status).toBe(401);
      expect(unused.values.has(remember)).toBe(false);
    });

    test('S2: it never has WebSudo', async () => {
      const jar = await signIn('admin', true);
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(jar)).status).toBe(200);
      const body = { siteTitle: 'Tessera' };
      const refused = await ask('PUT', at('/rest/tessera/1/settings'), { headers: headersOf(jar), body });
      expect([refused.status, refused.body.message]).toEqual([401, 'This resource requires WebSudo.']);
    });

    test('a copy that is used late ends every session made from it, and is on record', async () => {
      const owner = await signIn('wilma', true);
      const thief = owner.copy();
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(thief)).status).toBe(200);
      server.current.clock.advance(2 * minute);
      const told = await visit(owner);
      expect(told.status).toBe(401);
      expect(told.text).toContain('used once already');
      expect(owner.cookie).not.toContain(remember);
      expect((await visit(thief)).status).toBe(401);
      const events = (await recordsOf(server.current, told)).map(({ event }) => event);
      expect(events).toEqual(['session.theft-detected']);
    });

    test('two tabs that wake up at once both go on; later the old cookie is theft', async () => {
      const jar = await signIn('wilma', true);
      server.current.clock.advance(2 * 60 * minute);
      const tabs = Array.from({ length: 6 }, () => jar.copy());
      const replies = await Promise.all(tabs.map(visit));
      expect(replies.map(({ status }) => status)).toEqual(tabs.map(() => 200));
      const given = replies.filter((reply) =>
        reply.headers.getSetCookie().some((line) => line.startsWith(remember)),
      );
      expect(given).toHaveLength(1);
      server.current.clock.advance(minute - 1);
      expect((await visit(jar.copy())).status).toBe(200);
      server.current.clock.advance(1);
      expect((await visit(jar.copy())).status).toBe(401);
    });

    test('who does not know the series cannot end it by a wrong token', async () => {
      const jar = await signIn('wilma', true);
      const guess = new Jar();
      guess.values.set(remember, `${makeSecret('tsm')}.${'A'.repeat(32)}`);
      expect((await visit(guess)).status).toBe(401);
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(jar)).status).toBe(200);
    });

    test('H5: two different cookies of its name: neither counts', async () => {
      const [one, two] = [await signIn('fred', true), await signIn('wilma', true)];
      const Cookie = [one, two].map((jar) => `${remember}=${jar.values.get(remember)}`).join('; ');
      expect((await ask('GET', at('/rest/api/2/myself'), { headers: { Cookie } })).status).toBe(401);
    });

    test('S3: signing out forgets it, also when the session had gone before', async () => {
      for (const hours of [0, 2]) {
        const jar = await signIn('fred', true);
        const copy = jar.copy();
        server.current.clock.advance(hours * 60 * minute);
        const out = jar.take(await ask('DELETE', at('/rest/tessera/1/session'), { headers: headersOf(jar) }));
        expect([out.status, jar.values.has(remember), jar.values.has('tessera')]).toEqual([
          204,
          false,
          false,
        ]);
        server.current.clock.advance(2 * 60 * minute);
        expect((await visit(copy)).status).toBe(401);
      }
    });

    test('signing in anew without it forgets it', async () => {
      const jar = await signIn('fred', true);
      const copy = jar.copy();
      await signIn('fred', false, jar);
      expect(jar.values.has(remember)).toBe(false);
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(copy)).status).toBe(401);
    });

    test('the form remembers by os_cookie', async () => {
      const jar = new Jar();
      const fields = { os_username: 'fred', os_password: 'fred', os_cookie: 'true' };
      jar.take(await askForm(at('/login.jsp'), fields));
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(jar)).status).toBe(200);
    });

    test('the setting shortens what is remembered already, and 0 ends it', async () => {
      const jar = await signIn('fred', true);
      await settings({ rememberMeDays: 0 });
      try {
        expect((await signIn('fred', true)).values.has(remember)).toBe(false);
        server.current.clock.advance(2 * 60 * minute);
        expect((await visit(jar)).status).toBe(401);
      } finally {
        await settings({ rememberMeDays: 14 });
      }
      expect((await settings({ rememberMeDays: 31 })).status).toBe(400);
    });

    test('H6: a request of another site wakes nothing that changes anything', async () => {
      const jar = await signIn('fred', true);
      server.current.clock.advance(2 * 60 * minute);
      const headers = { Cookie: jar.cookie, Origin: 'https://evil.example' };
      const body = { body: 'x' };
      expect((await ask('POST', at('/rest/api/2/issue/QA-1/comment'), { headers, body })).status).toBe(403);
    });
  });

  describe('the list', () => {
    test('names each place where one is signed in, and only oneself', async () => {
      await addAccount(server.current, 'lister');
      const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
      const jar = new Jar();
      const body = { username: 'lister', password: 'lister', rememberMe: true };
      const headers = { 'User-Agent': agent };
      jar.take(await ask('POST', at('/rest/tessera/1/session'), { body, headers }));
      await ask('POST', at('/rest/auth/1/session'), {
        body: { username: 'lister', password: 'lister' },
        headers: { 'User-Agent': 'curl/8.5.0' },
      });
      const fields = { os_username: 'lister', os_password: 'lister' };
      await askForm(at('/login.jsp'), fields, { 'User-Agent': 'python-requests/2.32.3' });
      const sessions = await list(headersOf(jar));
      expect(
        sessions.map(({ kind, client, current, remembered }: Record<string, unknown>) => [
          kind,
          client,
          current,
          remembered,
        ]),
      ).toEqual([
        ['web', 'python-requests 2.32', false, false],
        ['rest', 'curl 8.5', false, false],
        ['web', 'Firefox on Linux', true, true],
      ]);
      expect(sessions[0]).toEqual({
        id: expect.any(String),
        kind: 'web',
        current: false,
        address: '127.0.0.1',
        userAgent: 'python-requests/2.32.3',
        client: 'python-requests 2.32',
        createdAt: expect.stringMatching(/\+0000$/),
        lastSeenAt: expect.stringMatching(/\+0000$/),
        expiresAt: expect.stringMatching(/\+0000$/),
        remembered: false,
        byToken: false,
      });
      server.current.clock.advance(2 * 60 * minute);
      const [asleep] = await list(basic('lister', 'lister'));
      expect([asleep.id[0], asleep.remembered, asleep.current]).toEqual(['r', true, false]);
      const ended = await ask('DELETE', at(`/rest/tessera/1/sessions/${asleep.id}`), {
        headers: basic('lister', 'lister'),
      });
      expect(ended.status).toBe(204);
      expect((await visit(jar)).status).toBe(401);
    });

    test('S3: one that is ended is dead on the next request, with what remembers it', async () => {
      await addAccount(server.current, 'ender');
      const [here, there] = [await signIn('ender'), await signIn('ender', true)];
      const [other] = await list(headersOf(here));
      const url = at(`/rest/tessera/1/sessions/${other.id}`);
      const ended = await ask('DELETE', url, { headers: headersOf(here) });
      expect(ended.status).toBe(204);
      expect((await recordsOf(server.current, ended)).map(({ event }) => event)).toEqual(['session.ended']);
      expect((await visit(there)).status).toBe(401);
      expect((await visit(here)).status).toBe(200);
      expect((await ask('DELETE', url, { headers: headersOf(here) })).status).toBe(404);
    });

    test('nobody ends the session of somebody else, or learns that there is one', async () => {
      const jar = await signIn('wilma');
      const [theirs] = await list(headersOf(jar));
      for (const id of [theirs.id, '999999999', 'x', 'r1', '-1', '1e3', '%27']) {
        const reply = await ask('DELETE', at(`/rest/tessera/1/sessions/${id}`), { headers: world.fred.auth });
        expect([id, reply.status]).toEqual([id, 404]);
      }
      expect((await visit(jar)).status).toBe(200);
    });

    test('S3: all others end; this one goes on, remembered as it was', async () => {
      await addAccount(server.current, 'endall');
      const here = await signIn('endall', true);
      const others = [await signIn('endall', true), await signIn('endall')];
      const reply = await ask('DELETE', at('/rest/tessera/1/sessions'), { headers: headersOf(here) });
      expect(reply.status).toBe(204);
      for (const other of others) expect((await visit(other)).status).toBe(401);
      expect((await visit(here)).status).toBe(200);
      server.current.clock.advance(2 * 60 * minute);
      expect((await visit(here)).status).toBe(200);
    });
  });

  describe('H10: races', () => {
    test('H10: no session that was opened while its account was disabled is alive after', async () => {
      for (let round = 0; round < 6; round++) {
        const name = `race${round}`;
        await addAccount(server.current, name);
        const opening = Array.from({ length: 6 }, () => new Jar()).map(async (jar) => {
          const body = { username: name, password: name, rememberMe: true };
          jar.take(await ask('POST', at('/rest/tessera/1/session'), { body }));
          return jar;
        });
        const put = (active: boolean) =>
          ask('PUT', at(`/rest/api/2/user?username=${name}`), {
            headers: world.admin.auth,
            body: { active },
          });
        const disabled = put(false);
        const jars = await Promise.all(opening);
        expect((await disabled).status).toBe(200);
        // Else a session that had slipped through would only seem dead.
        expect((await put(true)).status).toBe(200);
        for (const jar of jars) expect((await visit(jar)).status).toBe(401);
      }
    });

    test('H10: no session that was opened with the old password is alive after its change', async () => {
      for (let round = 0; round < 4; round++) {
        const name = `swap${round}`;
        await addAccount(server.current, name);
        const own = await signIn(name);
        const opening = Array.from({ length: 6 }, () => new Jar()).map(async (jar) => {
          const body = { username: name, password: name, rememberMe: true };
          jar.take(await ask('POST', at('/rest/tessera/1/session'), { body }));
          return jar;
        });
        const body = { currentPassword: name, password: 'plum orbit vexes quartz' };
        const changed = ask('PUT', at('/rest/api/2/myself/password'), { headers: headersOf(own), body });
        const jars = await Promise.all(opening);
        expect((await changed).status).toBe(204);
        for (const jar of jars) expect((await visit(jar)).status).toBe(401);
      }
    });

    test('H10: no session that a token opened while it was revoked is alive after', async () => {
      const { token } = await addAccount(server.current, 'tokener');
      const opening = Array.from({ length: 8 }, async () => {
        const jar = new Jar();
        const body = { username: 'tokener', password: token };
        jar.take(await ask('POST', at('/rest/auth/1/session'), { body }));
        return jar;
      });
      const revoked = ask('DELETE', at('/rest/pat/latest/tokens'), { headers: basic('tokener', 'tokener') });
      const jars = await Promise.all(opening);
      expect((await revoked).status).toBe(204);
      for (const jar of jars) if (jar.cookie !== '') expect((await visit(jar)).status).toBe(401);
    });
  });

  test('P13: sign-ins at once that renew an old hash all open their session', async () => {
    const { user } = await addAccount(server.current, 'mover');
    const { db } = server.current.app.site;
    // Of 'grüner Dachs'.
    const bcrypt = '$2b$04$7D7X2A7ymJRqyIr0yScx..Xg7s9NCEDn9MBj6iXNxSZM7TB.f/5sO';
    await db.updateTable('users').set({ password_hash: bcrypt }).where('id', '=', user.id).execute();
    const body = { username: 'mover', password: 'grüner Dachs' };
    const paths = Array.from({ length: 8 }, (_, n) =>
      at(n % 2 ? '/rest/auth/1/session' : '/rest/tessera/1/session'),
    );
    const replies = await Promise.all(paths.map((url) => ask('POST', url, { body })));
    expect(replies.map(({ status }) => status)).toEqual(paths.map(() => 200));
  });

  test('S1: a thousand ids, all of 256 bits, none twice', async () => {
    const ids = new Set(Array.from({ length: 1000 }, () => makeSecret('tss')));
    expect(ids.size).toBe(1000);
    const sessions = await server.current.app.site.db.selectFrom('sessions').selectAll().execute();
    expect(JSON.stringify(sessions)).not.toMatch(/ts[sm]_/);
  });

  test('39: loginInfo counts sign-ins and failures, and tells when', async () => {
    await addAccount(server.current, 'counter');
    const sign = (password: string) =>
      ask('POST', at('/rest/auth/1/session'), { body: { username: 'counter', password } });
    expect((await sign('counter')).body.loginInfo).toEqual({ failedLoginCount: 0, loginCount: 1 });
    server.current.clock.advance(minute);
    expect((await sign('wrong')).status).toBe(401);
    const { loginInfo } = (await sign('counter')).body;
    expect(loginInfo).toEqual({
      failedLoginCount: 1,
      loginCount: 2,
      lastFailedLoginTime: expect.stringMatching(/\+0000$/),
      previousLoginTime: expect.stringMatching(/\+0000$/),
    });
    expect(Date.parse(loginInfo.lastFailedLoginTime) - Date.parse(loginInfo.previousLoginTime)).toBe(minute);
  });

  test('S4: cookies are HttpOnly, SameSite, without Domain; pages read only the xsrf token', async () => {
    const fields = { os_username: 'fred', os_password: 'fred', os_cookie: 'true' };
    for (const line of (await askForm(at('/login.jsp'), fields)).headers.getSetCookie()) {
      expect(line).toMatch(/; Path=\/; (HttpOnly; )?SameSite=Lax/);
      expect([line, /HttpOnly/.test(line)]).toEqual([line, !line.startsWith('atlassian.xsrf.token=')]);
      expect(line).not.toMatch(/Domain/i);
    }
    const session = await webSession(server.current, 'fred', 'fred');
    expect(session.Cookie).toMatch(/atlassian\.xsrf\.token=B[0-9A-F]{3}(-[0-9A-F]{4}){3}_[0-9a-f]{40}_lin/);
  });
});
