import { request } from 'node:http';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import {
  accessToken,
  addLink,
  askSigned,
  changeLink,
  decide,
  endpoint,
  exchange,
  fieldsOf,
  otherKeyPair,
  problemOf,
  type Signing,
} from '../oauth1/application.ts';
import { Application } from '../oauth2/support/application.ts';
import { createdToken } from '../support/api.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { startServer, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

/** The conformance cases of the behaviour reference, by number, on both databases. */

const seraph = (reply: Reply) => reply.headers.get('x-seraph-loginreason');
const user = (reply: Reply) => reply.headers.get('x-ausername');
const html = { Accept: 'text/html' };
const noSight = 'You do not have the permission to see the specified issue.';
const cookieOf = (reply: Reply) =>
  reply.headers
    .getSetCookie()
    .map((line) => line.split(';')[0]!)
    .join('; ');

describe.each(engines)('conformance on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let qa31: string;
  let pub1: string;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const get = (path: string, headers: Record<string, string> = {}) => ask('GET', rest(path), { headers });
  const signIn = (username: string, password: string, headers = {}) =>
    ask('POST', rest('auth/1/session'), { body: { username, password }, headers });

  beforeEach(() => forgetFailures(server.current));

  beforeAll(async () => {
    world = await createWorld(server.current);
    qa31 = rest('api/2/issue/QA-31');
    pub1 = rest('api/2/issue/PUB-1');
  });

  describe('1-9: reading the header', () => {
    test.each(['fred@example.com', 'fred', 'FRED@Example.COM'])(
      '1: %s with the token reads QA-31',
      async (name) => {
        const reply = await ask('GET', qa31, { headers: basic(name, world.fred.token) });
        expect(reply.status).toBe(200);
        expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
        expect(reply.body.key).toBe('QA-31');
        expect(user(reply)).toBe('fred');
        expect(seraph(reply)).toBe('OK');
      },
    );

    test('2: the password is accepted while the site allows it', async () => {
      const reply = await ask('GET', qa31, { headers: { Authorization: 'Basic ZnJlZDpmcmVk' } });
      expect(reply.status).toBe(200);
      expect(user(reply)).toBe('fred');
    });

    test.each([
      ['scheme bAsIc', (value: string) => `bAsIc ${value}`],
      ['two spaces', (value: string) => `Basic  ${value}`],
      ['no padding', (value: string) => `Basic ${value.replace(/=+$/, '')}`],
    ])('4: %s', async (_, header) => {
      const value = Buffer.from(`fred@example.com:${world.fred.token}`).toString('base64');
      expect((await ask('GET', qa31, { headers: { Authorization: header(value) } })).status).toBe(200);
    });

    test('5: a password may hold colons', async () => {
      await addAccount(server.current, 'colin', { password: 'a:b:c' });
      expect((await get('api/2/myself', basic('colin', 'a:b:c'))).status).toBe(200);
    });

    test('6: a password outside ASCII is read from UTF-8 and from Latin-1 bytes', async () => {
      await addAccount(server.current, 'ute', { password: 'grün' });
      for (const encoding of ['utf8', 'latin1'] as const) {
        const value = Buffer.from('ute:grün', encoding).toString('base64');
        expect((await get('api/2/myself', { Authorization: `Basic ${value}` })).status).toBe(200);
      }
    });

    test.each([
      ['not base64', '***'],
      ['no colon', Buffer.from('fred').toString('base64')],
      ['no user', Buffer.from(':fred').toString('base64')],
      ['junk after the padding', 'ZnJlZDpmcmVk==junk'],
      ['signs that are not of the alphabet', 'ZnJlZDpmcmVk!!'],
      ['the alphabet of URLs', 'ZnJlZDpmcmVk_-'],
      ['a break in the middle', 'ZnJlZDpm cmVk'],
      ['too much padding', 'ZnJlZDpmcmVk='],
    ])('7, B2: %s is a wrong credential and counts against nobody', async (_, value) => {
      const before = await failures('fred');
      const reply = await ask('GET', pub1, { headers: { Authorization: `Basic ${value}` } });
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
      expect(await failures('fred')).toBe(before);
    });

    test('8: a secret with a trailing newline is wrong', async () => {
      const reply = await ask('GET', qa31, { headers: basic('fred', `${world.fred.token}\n`) });
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
    });

    test('9, B1: two Authorization headers are refused', async () => {
      const value = basic('fred', 'fred').Authorization!;
      expect(await statusWithHeaders(qa31, ['Authorization', value, 'Authorization', value])).toBe(400);
    });
  });

  describe('10-14: a wrong secret', () => {
    test('10: 401, no Basic challenge', async () => {
      const reply = await ask('GET', qa31, { headers: basic('fred', 'wrong') });
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
      const challenge = reply.headers.get('www-authenticate');
      expect(challenge).toMatch(/^OAuth realm="http%3A%2F%2F127\.0\.0\.1/);
      expect(challenge).not.toMatch(/basic/i);
      expect(user(reply)).toBe('anonymous');
    });

    test('11: also where anybody may read: never a silent drop to anonymous', async () => {
      const reply = await ask('GET', pub1, { headers: basic('fred', 'wrong') });
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
    });

    test('12: unknown name, wrong password, wrong token and disabled account look alike', async () => {
      const gone = await addAccount(server.current, 'gone');
      await server.current.app.site.db
        .updateTable('users')
        .set({ active: 0 })
        .where('name', '=', 'gone')
        .execute();
      const shown = await Promise.all(
        [
          basic('nobody', 'x'),
          basic('fred', 'wrong'),
          basic('fred', `${world.fred.token.slice(0, -1)}!`),
          basic('fred', world.wilma.token),
          basic('gone', gone.password),
          basic('gone', gone.token),
        ].map(async (headers) => {
          const reply = await ask('GET', qa31, { headers });
          const kept = [...reply.headers].filter(([name]) => !['date', 'x-arequestid'].includes(name));
          return JSON.stringify([reply.status, kept, reply.text]);
        }),
      );
      expect(new Set(shown).size).toBe(1);
    });

    test('13: JSON, of exactly the type that clients compare', async () => {
      const reply = await ask('GET', qa31, {
        headers: { ...basic('fred', 'wrong'), Accept: 'application/json' },
      });
      expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
      expect(reply.body.errorMessages).toEqual([expect.stringContaining('API token')]);
      expect(reply.body.errors).toEqual({});
    });

    test('14: HTML when a browser asks', async () => {
      const reply = await ask('GET', qa31, { headers: { ...basic('fred', 'wrong'), ...html } });
      expect(reply.headers.get('content-type')).toBe('text/html;charset=UTF-8');
      expect(reply.text).toContain('<title>Unauthorized (401)</title>');
      expect(reply.text).toContain('Basic Authentication Failure - Reason : AUTHENTICATED_FAILED');
    });
  });

  describe('15-26: nobody, and somebody without permission', () => {
    test('15: a public issue, without a challenge', async () => {
      const reply = await ask('GET', pub1);
      expect([reply.status, user(reply), seraph(reply)]).toEqual([200, 'anonymous', null]);
      expect(reply.headers.get('www-authenticate')).toBeNull();
    });

    test('15: no e-mail address is told to nobody', async () => {
      const reporter = (reply: Reply) => reply.body.fields.reporter;
      expect(reporter(await ask('GET', pub1))).toMatchObject({ name: 'admin' });
      expect((await ask('GET', pub1)).text).not.toContain('@example.com');
      expect((await get('api/2/project/PUB')).text).not.toContain('@example.com');
      expect((await get('api/2/search?jql=project%3DPUB')).text).not.toContain('@example.com');
      expect(reporter(await ask('GET', pub1, { headers: world.fred.auth })).emailAddress).toBe(
        'admin@example.com',
      );
    });

    test('16: a private issue', async () => {
      const reply = await ask('GET', qa31);
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ errorMessages: [noSight, 'Login Required'], errors: {} });
    });

    test('17: an issue that does not exist', async () => {
      const reply = await get('api/2/issue/NOPE-1');
      expect(reply.status).toBe(404);
      expect(reply.body).toEqual({ errorMessages: ['Issue Does Not Exist'], errors: {} });
    });

    test('19: a private issue, signed in without permission', async () => {
      const reply = await ask('GET', qa31, { headers: world.wilma.auth });
      expect(reply.status).toBe(403);
      expect(reply.body).toEqual({ errorMessages: [noSight], errors: {} });
      expect(user(reply)).toBe('wilma');
    });

    test('20: myself', async () => {
      const reply = await get('api/2/myself');
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({
        message: 'Client must be authenticated to access this resource.',
        'status-code': 401,
      });
    });

    test('21: serverInfo says which Jira this is', async () => {
      const reply = await get('api/2/serverInfo');
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ versionNumbers: [9, 12, 0], deploymentType: 'Server' });
    });

    test('22: createmeta is empty of what nobody may create in', async () => {
      const reply = await get('api/2/issue/createmeta?projectKeys=QA');
      expect(reply.status).toBe(200);
      expect(reply.body.projects).toEqual([]);
      expect(reply.headers.get('www-authenticate')).toBeNull();
    });

    test('23: creating without being signed in', async () => {
      const reply = await ask('POST', rest('api/2/issue'), {
        body: { fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'x' } },
      });
      expect(reply.status).toBe(401);
      expect(reply.body.errorMessages).toEqual([
        'You are not authenticated. Authentication required to perform this operation.',
      ]);
    });

    test('24: os_authType=basic brings the challenge', async () => {
      const reply = await get('api/2/issue/PUB-1?os_authType=basic');
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toMatch(/^Basic /);
      const signedIn = await get('api/2/issue/PUB-1?os_authType=basic', world.fred.auth);
      expect(signedIn.status).toBe(200);
    });

    test('25: os_authType=cookie needs a session', async () => {
      expect((await get('api/2/issue/PUB-1?os_authType=cookie')).status).toBe(401);
    });

    test('26: credentials in a URL are ignored and logged nowhere', async () => {
      const secret = 'hunter2-in-a-url';
      const reply = await get(`api/2/issue/PUB-1?os_username=fred&os_password=${secret}`);
      expect([reply.status, user(reply)]).toEqual([200, 'anonymous']);
      expect((await get(`api/2/issue/QA-31?os_username=fred&os_password=fred&x=${secret}`)).status).toBe(401);
      expect(server.current.logged()).not.toContain(secret);
    });
  });

  // 27-31, 34-38 and the locked half of 40: lock.test.ts; 32, 33 and 76: sign-in-form.test.ts.

  describe('39-48: sessions', () => {
    test('39: signing in sets the cookie that the body names', async () => {
      const reply = await signIn('fred', 'fred');
      expect(reply.status).toBe(200);
      expect(reply.body.session.name).toBe('JSESSIONID');
      expect(cookieOf(reply).split('; ')[0]).toBe(`JSESSIONID=${reply.body.session.value}`);
      expect(reply.body.loginInfo.loginCount).toEqual(expect.any(Number));
      expect(reply.body.loginInfo.failedLoginCount).toEqual(expect.any(Number));
    });

    test('39: an API token is used wherever a password would be, and the session ends with it', async () => {
      const token = await createdToken(server.current, basic('fred', 'fred'), { name: 'for a session' });
      const reply = await signIn('fred@example.com', token.rawToken);
      const cookie = { Cookie: cookieOf(reply) };
      expect((await get('api/2/myself', cookie)).status).toBe(200);
      await ask('DELETE', rest(`pat/latest/tokens/${token.id}`), { headers: basic('fred', 'fred') });
      expect((await get('api/2/myself', cookie)).status).toBe(401);
    });

    test('40, the wrong half: refused without a cookie', async () => {
      const reply = await signIn('fred', 'wrong');
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
      expect(reply.body).toEqual({ errorMessages: ['Login failed'], errors: {} });
      expect(reply.headers.getSetCookie()).toEqual([]);
    });

    test.each(['auth/1/session', 'auth/latest/session'])('41: GET %s', async (path) => {
      const cookie = { Cookie: cookieOf(await signIn('fred', 'fred')) };
      const reply = await get(path, cookie);
      expect(reply.status).toBe(200);
      expect(reply.body.name).toBe('fred');
      expect(reply.body.self).toBe(rest('api/latest/user?username=fred'));
      expect(reply.body.loginInfo.previousLoginTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
      expect(reply.body.loginInfo.lastFailedLoginTime).toMatch(/\+0000$/);
    });

    test('42: GET without a session', async () => {
      const reply = await get('auth/1/session');
      expect(reply.status).toBe(401);
      expect(reply.body.errorMessages).toEqual([
        'You are not authenticated. Authentication required to perform this operation.',
      ]);
    });

    test('43: DELETE ends it', async () => {
      const cookie = { Cookie: cookieOf(await signIn('fred', 'fred')) };
      const reply = await ask('DELETE', rest('auth/1/session'), { headers: cookie });
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect((await get('api/2/myself', cookie)).status).toBe(401);
    });

    test('44: a dead session of ours is told and cleared; a foreign one is not ours', async () => {
      const cookie = { Cookie: cookieOf(await signIn('fred', 'fred')) };
      server.current.clock.advance(61 * 60_000);
      const dead = await ask('GET', pub1, { headers: cookie });
      expect(dead.status).toBe(401);
      expect(dead.headers.getSetCookie().slice(0, 1)).toEqual([
        expect.stringMatching(/^JSESSIONID=;.*Max-Age=0/),
      ]);
      const again = await signIn('fred', 'fred', cookie);
      expect(again.status).toBe(200);
      const foreign = await ask('GET', pub1, {
        headers: { Cookie: 'JSESSIONID=8D5E1A3F0C6B4D2E9F7A1B3C5D7E9F01' },
      });
      expect([foreign.status, user(foreign)]).toEqual([200, 'anonymous']);
    });

    test('45: the session id is new at every sign-in', async () => {
      const first = cookieOf(await signIn('fred', 'fred'));
      const second = cookieOf(await signIn('fred', 'fred', { Cookie: first }));
      expect(second).not.toBe(first);
    });

    test('46: attributes of the cookie', async () => {
      const [line] = (await signIn('fred', 'fred')).headers.getSetCookie();
      expect(line).toMatch(/; Path=\/;/);
      expect(line).toContain('HttpOnly');
      expect(line).toContain('SameSite=Lax');
      expect(line).not.toContain('Secure');
    });

    test('47, B10: a live session does not rescue a wrong Authorization', async () => {
      const cookie = { Cookie: cookieOf(await signIn('fred', 'fred')) };
      const reply = await ask('GET', pub1, { headers: { ...cookie, ...basic('fred', 'wrong') } });
      expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
    });

    test('48: errors name the user too', async () => {
      const headers = { Cookie: cookieOf(await signIn('fred', 'fred')) };
      const notFound = await get('api/2/issue/NOPE-1', headers);
      expect([notFound.status, user(notFound)]).toEqual([404, 'fred']);
      const nowhere = await get('api/2/no/such/resource', headers);
      expect([nowhere.status, user(nowhere)]).toEqual([404, 'fred']);
      expect((await get('api/2/no/such/resource', basic('fred', 'wrong'))).status).toBe(401);
      const bad = await get('api/2/search?jql=%3D%3D', headers);
      expect([bad.status, user(bad)]).toEqual([400, 'fred']);
    });
  });

  describe('49-55: tokens', () => {
    test('49: as Bearer; no cookie comes back', async () => {
      const reply = await ask('GET', qa31, { headers: bearer(world.fred.token) });
      expect([reply.status, user(reply)]).toEqual([200, 'fred']);
      expect(reply.headers.getSetCookie()).toEqual([]);
    });

    test('50: revoked, expired or unknown as Bearer', async () => {
      const { rawToken, id } = await createdToken(server.current, basic('fred', 'fred'), { name: 'doomed' });
      await ask('DELETE', rest(`pat/latest/tokens/${id}`), { headers: basic('fred', 'fred') });
      for (const secret of [rawToken, 'nonsense', `${world.fred.token}x`]) {
        const reply = await ask('GET', pub1, { headers: bearer(secret) });
        expect([reply.status, seraph(reply)]).toEqual([401, 'AUTHENTICATED_FAILED']);
        expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
      }
    });

    test('51: made once, listed without its secret', async () => {
      const reply = await ask('POST', rest('pat/latest/tokens'), {
        headers: basic('fred', 'fred'),
        body: { name: 'nightly build', expirationDuration: 90 },
      });
      expect(reply.status).toBe(201);
      expect(reply.body.rawToken).toMatch(/^tsr_/);
      const list = await ask('GET', rest('pat/1.0/tokens'), { headers: bearer(reply.body.rawToken) });
      expect(list.body.map((token: any) => token.name)).toContain('nightly build');
      expect(list.text).not.toContain(reply.body.rawToken);
    });

    test("52: one's own can be revoked, another's is not there", async () => {
      const { id } = await createdToken(server.current, basic('fred', 'fred'), { name: 'short-lived' });
      const path = rest(`pat/latest/tokens/${id}`);
      expect((await ask('DELETE', path, { headers: world.wilma.auth })).status).toBe(404);
      expect((await ask('DELETE', path, { headers: basic('fred', 'fred') })).status).toBe(204);
      expect((await ask('DELETE', path, { headers: basic('fred', 'fred') })).status).toBe(404);
    });

    test.each([0, 366, -1])('53: an expiry of %i days is refused, by field', async (expirationDuration) => {
      const reply = await ask('POST', rest('pat/latest/tokens'), {
        headers: basic('fred', 'fred'),
        body: { name: 'too long', expirationDuration },
      });
      expect(reply.status).toBe(400);
      expect(reply.body.errors.expirationDuration).toMatch(/1 to 365 days/);
    });

    test('53: expired at the instant, not after', async () => {
      const { rawToken } = await createdToken(server.current, basic('wilma', 'wilma'), {
        name: 'one day',
        expirationDuration: 1,
      });
      server.current.clock.advance(86_400_000 - 1);
      expect((await get('api/2/myself', bearer(rawToken))).status).toBe(200);
      server.current.clock.advance(1);
      expect((await get('api/2/myself', bearer(rawToken))).status).toBe(401);
    });

    test('54: the last use is shown, to the minute', async () => {
      const { rawToken, id } = await createdToken(server.current, basic('fred', 'fred'), { name: 'used' });
      const lastUse = async () => {
        const list = await ask('GET', rest('pat/latest/tokens'), { headers: basic('fred', 'fred') });
        return list.body.find((token: any) => token.id === id).lastAccessedAt;
      };
      expect(await lastUse()).toBeNull();
      await get('api/2/myself', bearer(rawToken));
      const first = await lastUse();
      expect(first).toBe(new Date(server.current.clock.now()).toISOString().replace('Z', '+0000'));
      server.current.clock.advance(59_000);
      await get('api/2/myself', bearer(rawToken));
      expect(await lastUse()).toBe(first);
      server.current.clock.advance(1_000);
      await get('api/2/myself', bearer(rawToken));
      expect(await lastUse()).not.toBe(first);
    });

    test('55: revoking all ends every token and no session', async () => {
      const hugo = await addAccount(server.current, 'hugo');
      const { rawToken } = await createdToken(server.current, basic('hugo', 'hugo'), { name: 'second' });
      const cookie = { Cookie: cookieOf(await signIn('hugo', 'hugo')) };
      const revoked = await ask('DELETE', rest('pat/latest/tokens'), { headers: cookie });
      expect(revoked.status).toBe(204);
      expect((await get('api/2/myself', hugo.auth)).status).toBe(401);
      expect((await get('api/2/myself', bearer(rawToken))).status).toBe(401);
      expect((await get('api/2/myself', cookie)).status).toBe(200);
    });
  });

  test('56, OAuth in oauth2/protocol.test.ts: a disabled account has no way in', async () => {
    const dora = await addAccount(server.current, 'dora');
    const ways = [
      basic('dora', 'dora'),
      dora.auth,
      bearer(dora.token),
      { Cookie: cookieOf(await signIn('dora', 'dora')) },
    ];
    for (const headers of ways) expect((await get('api/2/myself', headers)).status).toBe(200);
    const disabled = await ask('PUT', rest('api/2/user?username=dora'), {
      headers: world.admin.auth,
      body: { active: false },
    });
    expect(disabled.status).toBe(200);
    for (const headers of ways) expect((await get('api/2/myself', headers)).status).toBe(401);
    // Enabled again, passwords and tokens count again; sessions have ended for good.
    await ask('PUT', rest('api/2/user?username=dora'), { headers: world.admin.auth, body: { active: true } });
    const after = await Promise.all(ways.map((headers) => get('api/2/myself', headers)));
    expect(after.map(({ status }) => status)).toEqual([200, 200, 200, 401]);
  });

  test('58: a token damaged in its checksum is refused without a look-up', async () => {
    const last = world.fred.token.at(-1) === 'a' ? 'b' : 'a';
    const damaged = world.fred.token.slice(0, -1) + last;
    expect((await get('api/2/myself', bearer(damaged))).status).toBe(401);
    expect((await get('api/2/myself', basic('fred', damaged))).status).toBe(401);
  });

  test('59: a token that lacks a scope, in the words of the gateway', async () => {
    const reading = { name: 'reading', scopes: ['read:jira-work'] };
    const { rawToken } = await createdToken(server.current, basic('fred', 'fred'), reading);
    const edit = { headers: basic('fred', rawToken), body: { fields: { summary: 'x' } } };
    const reply = await ask('PUT', qa31, edit);
    expect([reply.status, reply.body]).toEqual([
      401,
      { code: 401, message: 'Unauthorized; scope does not match' },
    ]);
    expect((await get('api/2/issue/QA-31', basic('fred', rawToken))).status).toBe(200);
  });

  test.each([
    ['a foreign origin', { Origin: 'https://evil.example' }],
    ['the null origin', { Origin: 'null' }],
    ['a foreign referer', { Referer: 'https://evil.example/x' }],
    ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }],
  ])('61: a change by cookie from %s is refused, whatever X-Atlassian-Token says', async (_, headers) => {
    const cookie = cookieOf(await signIn('fred', 'fred'));
    const create = (extra: Record<string, string>) =>
      ask('POST', rest('pat/latest/tokens'), {
        headers: { Cookie: cookie, ...extra },
        body: { name: 'by cookie' },
      });
    const refused = await create({ ...headers, 'X-Atlassian-Token': 'no-check' });
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('XSRF check failed');
    expect((await create({ Origin: new URL(server.current.url).origin })).status).toBe(201);
    expect((await create({})).status).toBe(201);
  });

  test("61: the web app's own cookie must say where it comes from", async () => {
    const own = new URL(server.current.url).origin;
    const signedIn = await ask('POST', rest('tessera/1/session'), {
      headers: { Origin: own },
      body: { username: 'fred', password: 'fred' },
    });
    expect(signedIn.status).toBe(200);
    const Cookie = cookieOf(signedIn);
    expect(Cookie).toMatch(/^tessera=tss_/);
    const create = (headers: Record<string, string>) =>
      ask('POST', rest('pat/latest/tokens'), { headers: { Cookie, ...headers }, body: { name: 'page' } });
    expect((await create({})).status).toBe(403);
    expect((await create({ Origin: own })).status).toBe(201);
  });

  test('62: a JSON change over Basic needs no header', async () => {
    const reply = await ask('POST', rest('api/2/issue/QA-1/comment'), {
      headers: world.fred.auth,
      body: { body: 'done by a script' },
    });
    expect(reply.status).toBe(201);
  });

  describe('63-67: OAuth 1.0a', () => {
    let linkId: string;
    const me = (signing: Signing) => askSigned(server.current, 'GET', '/rest/api/2/myself', signing);
    const problem = (reply: Reply) => [...problemOf(reply), seraph(reply)];
    const AF = 'AUTHENTICATED_FAILED';

    beforeAll(async () => {
      linkId = (await addLink(server.current)).id;
    });

    test('63: the dance, with RSA-SHA1', async () => {
      const asked = await askSigned(server.current, 'POST', endpoint('request-token'), {
        oauth: { oauth_callback: 'https://app.example/back?x=1' },
      });
      expect(asked.status).toBe(200);
      expect(fieldsOf(asked).oauth_callback_confirmed).toBe('true');
      const { oauth_token: token = '' } = fieldsOf(asked);
      const decided = await decide(server.current, 'fred', token);
      expect(decided.status).toBe(200);
      const back = new URL(decided.body.location);
      expect(back.href.startsWith(`https://app.example/back?x=1&oauth_token=${token}&`)).toBe(true);
      const got = await exchange(server.current, token, back.searchParams.get('oauth_verifier')!);
      expect(got.status).toBe(200);
      expect(fieldsOf(got)).toEqual({
        oauth_token: expect.stringMatching(/^tsy_/),
        oauth_token_secret: expect.any(String),
        oauth_expires_in: '157680000',
        oauth_session_handle: expect.stringMatching(/^tsh_/),
        oauth_authorization_expires_in: '160272000',
      });
      const reply = await me({ oauth: { oauth_token: fieldsOf(got).oauth_token! } });
      expect([reply.status, user(reply), seraph(reply)]).toEqual([200, 'fred', 'OK']);
    });

    test('64: HMAC is refused, RSA then works, and nothing was counted', async () => {
      const { oauth_token } = await accessToken(server.current, 'fred');
      const before = await failures('fred');
      const hmac = await me({ method: 'HMAC-SHA1', oauth: { oauth_token: oauth_token! } });
      expect(problem(hmac)).toEqual([401, 'signature_method_rejected', AF]);
      expect((await me({ oauth: { oauth_token: oauth_token! } })).status).toBe(200);
      expect(await failures('fred')).toBe(before);
    });

    test('65: a bad signature, and no base string in the answer', async () => {
      const reply = await me({ key: otherKeyPair, oauth: { oauth_token: '' } });
      expect(problem(reply)).toEqual([401, 'signature_invalid', AF]);
      expect(reply.headers.get('content-type')).toBe('application/x-www-form-urlencoded');
      expect(reply.headers.get('www-authenticate')).toMatch(
        /^OAuth realm="http%3A%2F%2F127\.0\.0\.1[^"]*", oauth_problem="signature_invalid"$/,
      );
      expect(decodeURIComponent(reply.text)).not.toMatch(/GET&|base_string|consumer_key|rest\/api/);
    });

    test('66: six minutes old; a nonce used; a token revoked; a consumer unknown', async () => {
      const { oauth_token } = await accessToken(server.current, 'fred');
      const at = (ms: number) => String(Math.floor((server.current.clock.now() + ms) / 1000));
      const old = await me({ oauth: { oauth_token: oauth_token!, oauth_timestamp: at(-360_000) } });
      expect(problem(old)).toEqual([401, 'timestamp_refused', AF]);
      const once = { oauth: { oauth_token: oauth_token!, oauth_nonce: 'once' } };
      expect((await me(once)).status).toBe(200);
      expect(problem(await me(once))).toEqual([401, 'nonce_used', AF]);
      expect(problem(await me({ consumerKey: 'nobody', oauth: { oauth_token: '' } }))).toEqual([
        401,
        'consumer_key_unknown',
        AF,
      ]);
      const list = rest('tessera/1/myself/authorised-applications');
      const mine = await ask('GET', list, { headers: world.fred.auth });
      for (const { kind, id } of mine.body) {
        expect(kind).toBe('oauth1');
        const gone = await ask('DELETE', `${list}/${kind}/${id}`, { headers: world.fred.auth });
        expect(gone.status).toBe(204);
      }
      expect(problem(await me({ oauth: { oauth_token: oauth_token! } }))).toEqual([
        401,
        'token_rejected',
        AF,
      ]);
    });

    test('67: two-legged with an empty oauth_token only where the link allows it', async () => {
      const twoLegged = { oauth: { oauth_token: '' } };
      expect(problem(await me(twoLegged))).toEqual([401, 'permission_denied', AF]);
      const { accountId } = world.wilma.user;
      expect((await changeLink(server.current, linkId, { twoLeggedAccount: accountId })).status).toBe(200);
      const reply = await me(twoLegged);
      expect([reply.status, user(reply), seraph(reply)]).toEqual([200, 'wilma', 'OK']);
      expect(problem(await me({}))).toEqual([401, 'parameter_absent', AF]);
      await changeLink(server.current, linkId, { twoLeggedAccount: null });
      expect(problem(await me(twoLegged))).toEqual([401, 'permission_denied', AF]);
    });

    test('56: the account disabled, its OAuth token is refused on the very next request', async () => {
      await addAccount(server.current, 'otto');
      const { oauth_token } = await accessToken(server.current, 'otto');
      const signing = { oauth: { oauth_token: oauth_token! } };
      expect((await me(signing)).status).toBe(200);
      const active = (value: boolean) =>
        ask('PUT', rest('api/2/user?username=otto'), { headers: world.admin.auth, body: { active: value } });
      expect((await active(false)).status).toBe(200);
      expect(problem(await me(signing))).toEqual([401, 'token_rejected', AF]);
      await active(true);
      expect((await me(signing)).status).toBe(200);
    });
  });

  describe('68-71: OAuth 2.0', () => {
    let app: Application;
    let fred: Record<string, string>;

    beforeAll(async () => {
      app = await Application.create(server.current);
      fred = await webSession(server.current, 'fred', 'fred');
    });

    const exchange = (code: string, code_verifier: string, redirect_uri = app.redirectUri) =>
      app.token({ grant_type: 'authorization_code', code, code_verifier, redirect_uri });
    const reads = async (secret: string) => (await get('api/2/issue/QA-31', bearer(secret))).status;

    test('68: the code flow of Data Center with PKCE', async () => {
      const { code, verifier } = await app.code(fred, { scope: 'WRITE' });
      const reply = await exchange(code, verifier);
      expect(reply.status).toBe(200);
      expect(reply.body).toMatchObject({ expires_in: 3600, scope: 'WRITE' });
      expect(reply.body.token_type.toLowerCase()).toBe('bearer');
      expect(await reads(reply.body.access_token)).toBe(200);
    });

    test('69: a code reused, a wrong verifier, another redirect_uri', async () => {
      const { code, verifier } = await app.code(fred);
      for (const wrong of [
        await exchange(code, 'x'.repeat(43)),
        await exchange(code, verifier, 'https://app.example/other'),
      ]) {
        expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_grant']);
      }
      const first = await exchange(code, verifier);
      expect(await reads(first.body.access_token)).toBe(200);
      const again = await exchange(code, verifier);
      expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
      expect(await reads(first.body.access_token)).toBe(401);
    });

    test('70: refreshed without redirect_uri, and with another one', async () => {
      const { refresh_token } = await app.tokens(fred);
      expect((await app.refresh(refresh_token, { redirect_uri: 'https://app.example/other' })).status).toBe(
        400,
      );
      expect((await app.refresh(refresh_token)).status).toBe(200);
    });

    test('71: a READ token on a write', async () => {
      const { access_token } = await app.tokens(fred, { scope: 'READ' });
      const reply = await ask('PUT', qa31, { headers: bearer(access_token), body: { fields: {} } });
      expect(reply.status).toBe(403);
    });
  });

  test.each([
    '/rest/api/2/myself;x',
    '//rest//api/2/myself',
    '/rest/./api/2/%2e%2e/2/myself',
    '/rest/api/2/MYSELF',
    '/rest/api/2/myself/.',
  ])('73: %s gives no more than the plain path', async (path) => {
    const anonymous = await rawStatus(`${server.current.url}`, path, {});
    expect([400, 401, 404]).toContain(anonymous);
    const signedIn = await rawStatus(`${server.current.url}`, path, world.fred.auth);
    expect([200, 400, 404]).toContain(signedIn);
  });

  test('77: every failed sign-in leaves time, name, address and channel, and no secret', async () => {
    const { site } = server.current.app;
    await get('api/2/myself', basic('fred', 'wrong-over-basic'));
    await get('api/2/myself', basic('nobody-at-all', 'wrong-unknown'));
    await get('api/2/myself', bearer('wrong-over-bearer'));
    await signIn('fred', 'wrong-over-session');
    await get('api/2/myself', basic('bad\u00a0name', 'wrong-odd'));
    const rows = await site.db
      .selectFrom('audit_events')
      .selectAll()
      .where('event', '=', 'sign-in.failed')
      .orderBy('id', 'desc')
      .limit(5)
      .execute();
    expect(rows.map((row) => [row.actor_name, row.via, row.outcome, row.address]).reverse()).toEqual([
      ['fred', 'basic', 'refused', '127.0.0.1'],
      ['nobody-at-all', 'basic', 'refused', '127.0.0.1'],
      [null, 'bearer', 'refused', '127.0.0.1'],
      ['fred', 'session', 'refused', '127.0.0.1'],
      ['bad\u00a0name', 'basic', 'refused', '127.0.0.1'],
    ]);
    expect(rows.every((row) => row.at === server.current.clock.now())).toBe(true);
    expect(JSON.stringify(rows) + server.current.logged()).not.toMatch(/wrong-(over|unknown|odd)|tsr_/);
  });

  async function failures(name: string): Promise<number> {
    const row = await server.current.app.site.db
      .selectFrom('sign_in_records')
      .innerJoin('users', 'users.id', 'sign_in_records.user_id')
      .select('failed_count')
      .where('users.name', '=', name)
      .executeTakeFirst();
    return row?.failed_count ?? 0;
  }
});

describe.each(engines)('conformance in the cloud profile on %s', (engine) => {
  const server = useServer({ engine, env: { TESSERA_PROFILE: 'cloud' } });
  let world: World;
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask('GET', `${server.current.url}/rest/${path}`, { headers });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 2 });
  });

  test('11: a wrong secret is treated as anonymous, and says so', async () => {
    const reply = await get('api/2/issue/PUB-1', basic('fred', 'wrong'));
    expect([reply.status, seraph(reply), user(reply)]).toEqual([200, 'AUTHENTICATED_FAILED', 'anonymous']);
  });

  test('18: private and missing are one answer', async () => {
    const [hidden, missing] = [await get('api/2/issue/QA-1'), await get('api/2/issue/NOPE-1')];
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.text).toBe(missing.text);
    const stranger = await get('api/2/issue/QA-1', world.wilma.auth);
    expect([stranger.status, stranger.text]).toEqual([404, hidden.text]);
  });

  test('21: serverInfo says Cloud', async () => {
    expect((await get('api/2/serverInfo')).body.deploymentType).toBe('Cloud');
  });

  test('the account id is on every answer', async () => {
    const reply = await get('api/2/myself', world.fred.auth);
    expect(reply.headers.get('x-aaccountid')).toBe(world.fred.user.accountId);
  });

  test('3: with passwords off, a right and a wrong one get the same plain text, and tokens go on', async () => {
    const off = await ask('PUT', `${server.current.url}/rest/tessera/1/settings`, {
      headers: world.admin.auth,
      body: { passwordsOverRest: false },
    });
    expect(off.status).toBe(200);
    const right = await get('api/2/issue/QA-1', { Authorization: 'Basic ZnJlZDpmcmVk' });
    const wrong = await get('api/2/issue/QA-1', basic('fred', 'wrong'));
    expect([right.status, wrong.status]).toEqual([401, 401]);
    expect(right.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(right.text).toMatch(/^Basic authentication with passwords is deprecated\./);
    expect(wrong.text).toBe(right.text);
    expect((await get('api/2/issue/QA-1', world.fred.auth)).status).toBe(200);
  });
});

describe('46 behind TLS, under a context path', () => {
  test("the REST cookie is Secure and bound to the path, the web app's has the __Host- prefix", async () => {
    const server = await startServer({
      engine: 'sqlite',
      env: { TESSERA_BASE_URL: 'https://jira.example.com/jira' },
    });
    try {
      await addAccount(server, 'fred');
      const body = { username: 'fred', password: 'fred' };
      const restCookie = await ask('POST', `${server.url}/rest/auth/1/session`, { body });
      expect(restCookie.headers.getSetCookie()[0]).toMatch(/; Path=\/jira; HttpOnly; SameSite=Lax; Secure$/);
      const web = await ask('POST', `${server.url}/rest/tessera/1/session`, { body });
      expect(web.headers.getSetCookie()[0]).toMatch(
        /^__Host-tessera=tss_\w+; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
      );
    } finally {
      await server.stop();
    }
  });
});

/** fetch joins repeated headers and tidies paths; these go out as they are. */
function statusWithHeaders(url: string, headers: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname, host } = new URL(url);
    request({ hostname, port, path: pathname, headers: ['Host', host, ...headers] as never }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}

function rawStatus(base: string, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(base);
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });
}
