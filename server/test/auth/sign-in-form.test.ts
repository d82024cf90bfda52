import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { showCaptcha } from '../../src/auth/captcha/captcha.ts';
import { recordsOf } from '../audit/trail.ts';
import { ask, askForm, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const jarOf = (reply: Reply): Record<string, string> =>
  Object.fromEntries(
    reply.headers
      .getSetCookie()
      .filter((line) => !/Max-Age=0/.test(line))
      .map((line) => line.split(';')[0]!.split(/=(.*)/s).slice(0, 2) as [string, string]),
  );
const cookieOf = (jar: Record<string, string>) =>
  Object.entries(jar)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');

describe.each(engines)('the sign-in form on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const post = (fields: Record<string, string>, headers = {}) => askForm(at('/login.jsp'), fields, headers);
  const myself = (cookie: string) => ask('GET', at('/rest/api/2/myself'), { headers: { Cookie: cookie } });
  const right = { os_username: 'fred', os_password: 'fred', login: 'Log In' };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('signs a browser in to the pages, and a program to REST', async () => {
    const reply = await post({ ...right, os_destination: '/browse/QA-1' });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/browse/QA-1']);
    expect(reply.headers.get('x-seraph-loginreason')).toBe('OK');
    expect(reply.headers.get('x-ausername')).toBe('fred');
    const jar = jarOf(reply);
    expect(Object.keys(jar).sort()).toEqual([
      'JSESSIONID',
      'atlassian.xsrf.token',
      'tessera',
      'tessera.device',
    ]);
    expect((await myself(`tessera=${jar.tessera}`)).body.name).toBe('fred');
    expect((await myself(`JSESSIONID=${jar.JSESSIONID}`)).body.name).toBe('fred');
    // A program that keeps cookies sends them all, and says nothing of where it comes from.
    const made = await ask('POST', at('/rest/api/2/issue/QA-1/comment'), {
      headers: { Cookie: cookieOf(jar) },
      body: { body: 'by form' },
    });
    expect(made.status).toBe(201);
    // The cookie of the pages alone is only ever held by a browser, which does say so.
    const unstated = await ask('POST', at('/rest/api/2/issue/QA-1/comment'), {
      headers: { Cookie: `tessera=${jar.tessera}` },
      body: { body: 'x' },
    });
    expect(unstated.status).toBe(403);
    expect((await recordsOf(server.current, reply)).map(({ event }) => event)).toEqual(['sign-in.ok']);
  });

  test('S3: signing out with either cookie ends both', async () => {
    for (const name of ['tessera', 'JSESSIONID']) {
      const jar = jarOf(await post(right));
      const headers = { Cookie: `${name}=${jar[name]}`, Origin: new URL(server.current.url).origin };
      expect((await ask('DELETE', at('/rest/auth/1/session'), { headers })).status).toBe(204);
      expect((await myself(`tessera=${jar.tessera}`)).status).toBe(401);
      expect((await myself(`JSESSIONID=${jar.JSESSIONID}`)).status).toBe(401);
    }
  });

  test('76: os_destination stays on this site', async () => {
    for (const os_destination of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/%09/evil.example',
    ]) {
      const reply = await post({ ...right, os_destination });
      expect([reply.status, reply.headers.get('location')]).toEqual([302, '/']);
    }
  });

  test('a wrong password shows the page again, without the secret and without a session', async () => {
    const username = `"><img src=x onerror=alert(1)>`;
    const reply = await post({
      os_username: username,
      os_password: 'hunter2-hunter2',
      os_destination: username,
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/html;charset=UTF-8');
    expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(reply.text).toContain('do not match');
    expect(reply.text).toContain('name="os_password"');
    expect(reply.text).not.toContain('hunter2');
    expect(reply.text).not.toContain('<img src=x');
  });

  test('N1: an unknown name and a wrong password get the same page', async () => {
    const page = async (os_username: string) =>
      (await post({ os_username, os_password: 'x' })).text.replaceAll(os_username, '');
    expect(await page('nobody')).toBe(await page('wilma'));
  });

  test('32, 33: once locked, the word in the picture is asked for; a wrong one counts', async () => {
    for (let n = 1; n <= 3; n++) await post({ ...right, os_password: 'wrong' });
    const rest = await ask('GET', at('/rest/api/2/myself'), { headers: basic('fred', 'fred') });
    expect(rest.status).toBe(403);
    const locked = await post(right);
    expect([locked.status, locked.headers.get('x-seraph-loginreason')]).toEqual([
      200,
      'AUTHENTICATION_DENIED',
    ]);
    expect(locked.headers.get('x-authentication-denied-reason')).toMatch(/^CAPTCHA_CHALLENGE; login-url=/);
    expect(locked.text).toContain('Sorry, your userid is required to answer a CAPTCHA question correctly');
    expect(locked.text).toContain('name="os_captcha"');
    const failures = async () =>
      (
        await server.current.app.site.db
          .selectFrom('sign_in_failures')
          .select('failures')
          .where('source', '!=', '')
          .execute()
      )[0]!.failures;
    const before = await failures();
    const wrong = await post({ ...right, os_captcha: 'certainly not' });
    expect(wrong.status).toBe(200);
    expect(wrong.text).toContain('Sorry, your userid is required');
    expect(await failures()).toBe(before + 1);
  });

  test('32: with the right password and the word the lock is lifted', async () => {
    const { site } = server.current.app;
    for (let n = 1; n <= 3; n++) await post({ ...right, os_password: 'wrong' });
    const visit = { secure: false, contextPath: '', cookieHeader: undefined, address: '127.0.0.1' };
    const { answer, cookie } = await showCaptcha(site, 'picture', visit);
    const reply = await post({ ...right, os_captcha: answer }, { Cookie: cookie.split(';')[0]! });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/']);
    expect(await site.db.selectFrom('sign_in_failures').selectAll().execute()).toEqual([]);
    const rest = await ask('GET', at('/rest/api/2/myself'), { headers: basic('fred', 'fred') });
    expect(rest.status).toBe(200);
  });

  test('S1: sessions that were shown at sign-in are dead after it', async () => {
    const first = jarOf(await post(right));
    const second = jarOf(await post(right, { Cookie: cookieOf(first) }));
    expect(second.tessera).not.toBe(first.tessera);
    expect((await myself(`tessera=${first.tessera}`)).status).toBe(401);
    expect((await myself(`JSESSIONID=${first.JSESSIONID}`)).status).toBe(401);
    expect((await myself(`tessera=${second.tessera}`)).status).toBe(200);
  });

  test('S1, H5: an id that somebody else chose never survives the sign-in', async () => {
    const preset = 'tss_00000000000000000000000000000000000000000001234567890'.slice(0, 53);
    for (const name of ['JSESSIONID', 'tessera']) {
      const reply = await post(right, { Cookie: `${name}=${preset}` });
      expect(Object.values(jarOf(reply))).not.toContain(preset);
      expect((await myself(`${name}=${preset}`)).status).toBe(401);
    }
  });

  test('H5: of two sessions under one name neither counts; the same one twice is one', async () => {
    const [mine, tossed] = [
      jarOf(await post(right)),
      jarOf(await post({ ...right, os_username: 'wilma', os_password: 'wilma' })),
    ];
    for (const name of ['JSESSIONID', 'tessera'] as const) {
      for (const [first, second] of [
        [mine, tossed],
        [tossed, mine],
      ] as const) {
        const reply = await myself(`${name}=${first[name]}; ${name}=${second[name]}`);
        expect([name, reply.status, reply.headers.get('x-ausername')]).toEqual([name, 401, 'anonymous']);
      }
      expect((await myself(`${name}=${mine[name]}; ${name}=${mine[name]}`)).status).toBe(200);
    }
  });

  test('H6: a form of another site signs nobody in', async () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      expect((await post(right, headers)).status).toBe(403);
    }
  });

  test.each([
    ['JSON', 'application/json', '{}', 415],
    ['multipart', 'multipart/form-data; boundary=x', '--x--', 415],
    ['a field twice', 'application/x-www-form-urlencoded', 'os_username=fred&os_username=admin', 400],
    ['broken escapes', 'application/x-www-form-urlencoded', 'os_username=%zz', 400],
    ['NUL', 'application/x-www-form-urlencoded', 'os_username=%00', 400],
    ['too much', 'application/x-www-form-urlencoded', `os_username=${'x'.repeat(20_000)}`, 413],
    [
      'too many fields',
      'application/x-www-form-urlencoded',
      Array.from({ length: 60 }, (_, n) => `a${n}=`).join('&'),
      400,
    ],
  ])('%s is refused', async (_, type, body, status) => {
    const response = await fetch(at('/login.jsp'), {
      method: 'POST',
      headers: { 'Content-Type': type },
      body,
    });
    expect(response.status).toBe(status);
  });

  test('__proto__ is a field like any other', async () => {
    expect(
      (await post({ __proto__x: '1', constructor: 'x', os_username: 'x', os_password: 'y' })).status,
    ).toBe(200);
    const response = await fetch(at('/login.jsp'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: '__proto__=x&os_username=fred&os_password=wrong',
    });
    expect(response.status).toBe(200);
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  test('26, B9: credentials in the address sign nobody in', async () => {
    const reply = await askForm(at('/login.jsp?os_username=fred&os_password=fred'), { login: 'Log In' });
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([200, []]);
    expect(server.current.logged()).not.toContain('os_password=fred');
  });

  test('an API token opens no pages', async () => {
    const reply = await post({ os_username: 'fred', os_password: world.fred.token });
    expect([reply.status, reply.headers.getSetCookie()]).toEqual([200, []]);
  });

  test('where passwords are not taken over REST, the form opens the pages only', async () => {
    const put = (passwordsOverRest: boolean) =>
      ask('PUT', at('/rest/tessera/1/settings'), { headers: world.admin.auth, body: { passwordsOverRest } });
    await put(false);
    try {
      const jar = jarOf(await post(right));
      expect([jar.tessera !== undefined, jar.JSESSIONID]).toEqual([true, undefined]);
      const body = { username: 'fred', password: 'fred' };
      const refused = await ask('POST', at('/rest/auth/1/session'), { body });
      expect([refused.status, refused.body.message]).toEqual([
        403,
        'Basic Authentication has been disabled on this instance.',
      ]);
      const token = { username: 'fred', password: world.fred.token };
      expect((await ask('POST', at('/rest/auth/1/session'), { body: token })).status).toBe(200);
    } finally {
      await put(true);
    }
  });

  describe.each(['/logout', '/secure/Logout!default.jspa'])('%s', (path) => {
    test('a link asks first; the form signs out', async () => {
      await addAccount(server.current, `out${path.length}`);
      const jar = jarOf(await post(right));
      const headers = { Cookie: cookieOf(jar) };
      const asked = await ask('GET', at(path), { headers });
      expect(asked.status).toBe(200);
      expect((await myself(headers.Cookie)).status).toBe(200);
      expect((await askForm(at(path), {}, headers)).text).toMatch(/^XSRF check failed/);
      expect(
        (await askForm(at(path), { atl_token: `${jar['atlassian.xsrf.token']}x` }, headers)).status,
      ).toBe(403);
      expect((await myself(headers.Cookie)).status).toBe(200);
      const token = /name="atl_token" value="([^"]+)"/.exec(asked.text)![1]!;
      expect(token).toBe(jar['atlassian.xsrf.token']);
      const out = await askForm(at(path), { atl_token: token }, headers);
      expect([out.status, out.headers.get('location')]).toEqual([302, '/login.jsp']);
      expect(out.headers.get('x-seraph-loginreason')).toBe('OUT');
      expect((await myself(headers.Cookie)).status).toBe(401);
      expect((await ask('GET', at(path))).status).toBe(302);
    });
  });
});
