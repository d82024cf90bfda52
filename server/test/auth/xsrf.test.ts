import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { webSession } from '../audit/trail.ts';
import { ask, askForm } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const json = 'application/json';
const simple = {
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data; boundary=x',
  'text/plain': 'text/plain',
  'text/plain with JSON said after it': 'text/plain;application/json',
  'form in capitals': 'APPLICATION/X-WWW-FORM-URLENCODED; charset=utf-8',
};

describe.each(engines)('XSRF on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let browser: Record<string, string>;
  let script: Record<string, string>;
  const at = (path: string) => `${server.current.url}${path}`;
  const origin = () => new URL(server.current.url).origin;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const page = await webSession(server.current, 'admin', 'admin');
    browser = { Cookie: page.Cookie! };
    const body = { username: 'admin', password: 'admin' };
    const reply = await ask('POST', at('/rest/auth/1/session'), { body });
    script = { Cookie: `JSESSIONID=${reply.body.session.value}` };
  });

  /**
   * Messages that identity providers send by way of the browser, from their own site: signed, and no cookie of ours is
   * looked at (single-sign-on/saml-*.test.ts).
   */
  const fromElsewhere = ['acceptSamlResponse', 'takePostedSamlLogout', 'takeOidcLogout'];
  /** Applications show who they are in the request itself. */
  const isForApplications = ({ access, tag }: Route) => access === 'no-door' && tag.startsWith('OAuth ');
  const mutating = () =>
    server.current.app.routes.filter(
      (route) =>
        route.method !== 'GET' &&
        !fromElsewhere.includes(route.id) &&
        !isForApplications(route) &&
        !route.path.startsWith('/scim/'),
    );

  test('S5: to the addresses of applications a cookie is no credential at all', async () => {
    const before = await records();
    const routes = server.current.app.routes.filter((one) => one.method !== 'GET' && isForApplications(one));
    expect(routes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['issueRequestToken', 'issueAccessToken']),
    );
    for (const { id, method, path, form } of routes) {
      for (const cookie of [browser, script]) {
        const headers = { ...cookie, Origin: server.current.url, 'Content-Type': form ? simple.form : json };
        const { status } = await send(method, path, headers, form ? 'a=b' : '{}');
        expect([id, [400, 401, 415].includes(status)]).toEqual([id, true]);
      }
    }
    expect(await records()).toBe(before);
  });

  test('S5: to SCIM a cookie is no credential at all', async () => {
    const changing = server.current.app.routes.filter(
      ({ method, path }) => method !== 'GET' && path.startsWith('/scim/'),
    );
    expect(changing).toHaveLength(8);
    for (const { id, method, path } of changing) {
      for (const cookie of [browser, script]) {
        const headers = { ...cookie, Origin: server.current.url, 'Content-Type': json };
        expect([id, (await send(method, path, headers)).status]).toEqual([id, 401]);
      }
    }
  });

  test('S5: what comes from other sites by its nature looks at no credential of the browser', () => {
    const routes = server.current.app.routes.filter(({ id }) => fromElsewhere.includes(id));
    expect(routes.map(({ access }) => access)).toEqual(fromElsewhere.map(() => 'no-door'));
  });
  const send = async (method: string, path: string, headers: Record<string, string>, body = '{}') => {
    const url = at(path.replaceAll(/:\w+/g, '1'));
    const response = await fetch(url, { method, headers, body, redirect: 'manual' });
    return { status: response.status, text: await response.text() };
  };
  /** Changes; what was refused may be on record too. */
  const records = async () =>
    Number(
      (
        await server.current.app.site.db
          .selectFrom('audit_events')
          .select((eb) => eb.fn.countAll().as('n'))
          .where('outcome', '=', 'ok')
          .executeTakeFirstOrThrow()
      ).n,
    );

  const foreign = {
    'a foreign Origin': { Origin: 'https://evil.example' },
    'a null Origin': { Origin: 'null' },
    'an Origin that begins like ours': { Origin: 'http://127.0.0.1.evil.example' },
    'our host over another port': { Origin: 'http://127.0.0.1:1' },
    'a foreign Referer': { Referer: 'https://evil.example/' },
    'Sec-Fetch-Site cross-site': { 'Sec-Fetch-Site': 'cross-site' },
    'Sec-Fetch-Site same-site': { 'Sec-Fetch-Site': 'same-site' },
  };
  test.each(Object.entries(foreign))(
    'S5, H6: no changing route accepts %s, header or not',
    async (_, headers) => {
      const before = await records();
      for (const { id, method, path, form } of mutating()) {
        const type = form ? simple.form : json;
        for (const cookie of [browser, script]) {
          const all = { ...cookie, ...headers, 'Content-Type': type, 'X-Atlassian-Token': 'no-check' };
          const reply = await send(method, path, all, form ? 'a=b' : '{}');
          expect([id, reply.status, /XSRF check failed/.test(reply.text)]).toEqual([id, 403, true]);
        }
      }
      expect(await records()).toBe(before);
    },
  );

  test('S5: the cookie of the pages changes nothing without saying where the request comes from', async () => {
    for (const { id, method, path, form, access } of mutating()) {
      // These carry their own credential; a form of ours also its token.
      if (access === 'sign-in') continue;
      const type = form ? simple.form : json;
      const reply = await send(method, path, { ...browser, 'Content-Type': type }, form ? 'a=b' : '{}');
      expect([id, reply.status, /XSRF check failed/.test(reply.text)]).toEqual([id, 403, true]);
    }
  });

  test.each(Object.entries(simple))(
    'S5, H6: no changing route under /rest accepts a body as %s',
    async (_, type) => {
      const before = await records();
      for (const { id, method, path } of mutating().filter((route) => route.path.startsWith('/rest/'))) {
        for (const cookie of [{ ...browser, Origin: origin() }, script]) {
          const reply = await send(method, path, { ...cookie, 'Content-Type': type });
          expect([id, reply.status, reply.text.slice(0, 17)]).toEqual([id, 403, 'XSRF check failed']);
          const said = { ...cookie, 'Content-Type': type, 'X-Atlassian-Token': 'no-check' };
          // With the header it is not taken for a forgery; what is not JSON is still not taken.
          expect([id, [400, 401, 415].includes((await send(method, path, said)).status)]).toEqual([id, true]);
        }
      }
      expect(await records()).toBe(before);
    },
  );

  test('60: multipart needs X-Atlassian-Token, however one signs in', async () => {
    for (const credential of [world.admin.auth, script]) {
      const headers = { ...credential, 'Content-Type': simple.multipart };
      const path = '/rest/api/2/issue/QA-1/comment';
      const without = await send('POST', path, headers, '--x--');
      expect([without.status, without.text]).toEqual([403, expect.stringMatching(/^XSRF check failed/)]);
      for (const value of ['no-check', 'nocheck', 'No-Check']) {
        // Past the check; no resource takes multipart yet.
        expect((await send('POST', path, { ...headers, 'X-Atlassian-Token': value }, '--x--')).status).toBe(
          415,
        );
      }
      for (const value of ['check', '', 'no-check-']) {
        expect((await send('POST', path, { ...headers, 'X-Atlassian-Token': value }, '--x--')).status).toBe(
          403,
        );
      }
    }
  });

  test('61, 62: the header does not rescue a foreign Origin; Basic with JSON needs none', async () => {
    const body = { body: 'x' };
    const url = at('/rest/api/2/issue/QA-1/comment');
    const headers = { ...script, Origin: 'https://evil.example', 'X-Atlassian-Token': 'no-check' };
    expect((await ask('POST', url, { headers, body })).status).toBe(403);
    expect((await ask('POST', url, { headers: world.admin.auth, body })).status).toBe(201);
    const both = { ...world.admin.auth, ...browser, Origin: 'https://evil.example' };
    expect((await ask('POST', url, { headers: both, body })).status).toBe(201);
  });

  test('H5: the token of one session is worth nothing in another, or after the next sign-in', async () => {
    const tokenOf = (headers: Record<string, string>) =>
      /atlassian\.xsrf\.token=([^;]+)/.exec(headers.Cookie!)![1]!;
    const [mine, theirs] = [
      await webSession(server.current, 'fred', 'fred'),
      await webSession(server.current, 'wilma', 'wilma'),
    ];
    expect(tokenOf(mine)).not.toBe(tokenOf(theirs));
    // Somebody on a sibling host tosses in a cookie and sends what it says (CVE-2019-14998).
    const tossed = { Cookie: mine.Cookie!.replace(tokenOf(mine), tokenOf(theirs)), Origin: origin() };
    expect((await askForm(at('/logout'), { atl_token: tokenOf(theirs) }, tossed)).status).toBe(403);
    expect((await askForm(at('/logout'), { atl_token: tokenOf(mine) }, tossed)).status).toBe(302);
  });
});
