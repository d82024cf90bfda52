import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth } from 'oauth';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';
import {
  accessToken,
  addLink,
  askSigned,
  decide,
  endpoint,
  exchange,
  fieldsOf,
  header,
  otherKeyPair,
  privatePem,
  problemOf,
  requestToken,
  type Signing,
  signedParameters,
} from './application.ts';

const authorization = '/rest/tessera/1/oauth1/authorization';
const list = '/rest/tessera/1/myself/authorised-applications';

describe.each(engines)('the OAuth 1.0a dance on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const me = (token: string, signing: Signing = {}) =>
    askSigned(server.current, 'GET', '/rest/api/2/myself', { ...signing, oauth: { oauth_token: token } });
  const user = (reply: Reply) => [reply.status, reply.headers.get('x-ausername')];
  const swap = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0');

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    await addLink(server.current);
    await addLink(server.current, {
      consumerKey: 'fixed',
      name: 'One that has its callback',
      callback: 'https://app.example/back',
    });
  });
  beforeEach(() => forgetFailures(server.current));

  test('is done by the npm package oauth, from the first step to the last', async () => {
    const visits: string[] = [];
    const site = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.end('back');
    });
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const callback = `http://127.0.0.1:${(site.address() as AddressInfo).port}/callback?from=tessera`;
    const client = new OAuth(
      at(endpoint('request-token')),
      at(endpoint('access-token')),
      'app',
      privatePem,
      '1.0',
      callback,
      'RSA-SHA1',
    );
    // The package takes the time of the day; our clock stands still meanwhile.
    const asked = await new Promise<{ token: string; secret: string; more: Record<string, string> }>(
      (resolve, reject) =>
        client.getOAuthRequestToken((error, token, secret, more) =>
          error ? reject(new Error(JSON.stringify(error))) : resolve({ token, secret, more }),
        ),
    );
    expect(asked.more).toEqual({ oauth_callback_confirmed: 'true' });
    const decided = await decide(server.current, 'fred', asked.token);
    await fetch(decided.body.location);
    const [visit] = visits;
    site.close();
    const query = new URLSearchParams(visit!.split('?')[1]);
    expect([query.get('from'), query.get('oauth_token')]).toEqual(['tessera', asked.token]);
    const access = await new Promise<{ token: string; secret: string }>((resolve, reject) =>
      client.getOAuthAccessToken(
        asked.token,
        asked.secret,
        query.get('oauth_verifier')!,
        (error, token, secret) =>
          error ? reject(new Error(JSON.stringify(error))) : resolve({ token, secret }),
      ),
    );
    const get = (path: string) =>
      new Promise<any>((resolve, reject) =>
        client.get(at(path), access.token, access.secret, (error, body) =>
          error ? reject(new Error(JSON.stringify(error))) : resolve(JSON.parse(String(body))),
        ),
      );
    expect((await get('/rest/api/2/myself')).name).toBe('fred');
    expect(
      (await get('/rest/api/2/search?jql=project%20%3D%20QA%20order%20by%20key&maxResults=1')).total,
    ).toBe(1);
    const comment = await new Promise<number | undefined>((resolve, reject) =>
      client.post(
        at('/rest/api/2/issue/QA-1/comment'),
        access.token,
        access.secret,
        JSON.stringify({ body: 'from the package' }),
        'application/json',
        (error, _, response) =>
          error ? reject(new Error(JSON.stringify(error))) : resolve(response?.statusCode),
      ),
    );
    expect(comment).toBe(201);
    const comments = (await get('/rest/api/2/issue/QA-1/comment')).comments as { id: string }[];
    // With a form's type and without a body, as it sends whatever has none.
    const gone = await new Promise<number | undefined>((resolve, reject) =>
      client.delete(
        at(`/rest/api/2/issue/QA-1/comment/${comments.at(-1)!.id}`),
        access.token,
        access.secret,
        (error, _, response) =>
          error ? reject(new Error(JSON.stringify(error))) : resolve(response?.statusCode),
      ),
    );
    expect(gone).toBe(204);
  });

  test.each(['GET', 'POST'])('by %s, with the parameters in header, query or form', async (method) => {
    const oauth = { oauth_callback: 'oob' };
    expect((await askSigned(server.current, method, endpoint('request-token'), { oauth })).status).toBe(200);
    const url = at(endpoint('request-token'));
    const query = new URLSearchParams(signedParameters(server.current, method, url, { oauth })).toString();
    expect((await fetch(`${url}?${query}`, { method })).status).toBe(200);
    if (method === 'GET') return;
    const form = new URLSearchParams(signedParameters(server.current, method, url, { oauth }));
    expect((await fetch(url, { method, body: form })).status).toBe(200);
    const extra = 'x=1&x=0&%C3%9C=+';
    const signed = signedParameters(server.current, method, url, { oauth, form: extra });
    const headers = { ...header(signed), 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    expect((await fetch(url, { method, headers, body: extra })).status).toBe(200);
    const twice = await fetch(url, { method, headers, body: `${extra}&oauth_token=` });
    expect([twice.status, new URLSearchParams(await twice.text()).get('oauth_problem')]).toEqual([
      401,
      'signature_invalid',
    ]);
    const again = await fetch(url, { method, headers, body: 'oauth_nonce=x' });
    expect(new URLSearchParams(await again.text()).get('oauth_problem')).toBe('parameter_rejected');
    const large = await fetch(url, { method, headers, body: `x=${'y'.repeat(20_000)}` });
    expect(large.status).toBe(413);
    const hashed = signedParameters(server.current, method, url, {
      oauth: { ...oauth, oauth_body_hash: 'x' },
      form: extra,
    });
    const withHash = await fetch(url, { method, headers: { ...headers, ...header(hashed) }, body: extra });
    expect(new URLSearchParams(await withHash.text()).get('oauth_problem')).toBe('parameter_rejected');
  });

  test('the authorize address leads to the page, and the one of tokens to the list', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current);
    const page = await ask('GET', at(`${endpoint('authorize')}?oauth_token=${token}`));
    expect([page.status, page.headers.get('location')]).toEqual([
      302,
      at(`/oauth1/authorize?oauth_token=${token}`),
    ]);
    const odd = await ask('GET', at(`${endpoint('authorize')}?oauth_token=%0d%0aSet-Cookie:a=b&x=1`));
    expect(odd.headers.get('location')).toBe(at('/oauth1/authorize?oauth_token=%0D%0ASet-Cookie%3Aa%3Db'));
    const users = await ask('GET', at('/plugins/servlet/oauth/users/access-tokens'));
    expect([users.status, users.headers.get('location')]).toEqual([302, at('/account/applications')]);
  });

  test('the page shows who asks, and where it leads', async () => {
    const { oauth_token: token = '' } = await requestToken(
      server.current,
      {},
      'https://app.example:8443/x?y=z',
    );
    const headers = await webSession(server.current, 'fred', 'fred');
    const shown = await ask('GET', at(`${authorization}?token=${token}`), { headers });
    expect(shown.body).toEqual({ application: 'Build robot', callback: 'https://app.example:8443' });
    expect((await ask('GET', at(`${authorization}?token=${token}`))).status).toBe(401);
    expect((await ask('GET', at(`${authorization}?token=${swap(token)}`), { headers })).status).toBe(404);
  });

  test('oob shows the verifier, of 128 bits', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current);
    const { body } = await decide(server.current, 'fred', token);
    expect(body).toEqual({ location: null, verifier: expect.stringMatching(/^[\w-]{22}$/) });
  });

  test('denied: the application hears so, and gets nothing', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current, {}, 'https://app.example/cb');
    const reply = await decide(server.current, 'fred', token, { approve: false });
    expect(reply.body).toEqual({
      location: `https://app.example/cb?oauth_token=${token}&oauth_verifier=denied&oauth_problem=permission_denied`,
      verifier: null,
    });
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'application.denied', actor_name: 'fred', subject: 'Build robot' },
    ]);
    for (const verifier of ['denied', null]) {
      expect(problemOf(await exchange(server.current, token, verifier))).toEqual([401, 'permission_denied']);
    }
    expect((await decide(server.current, 'fred', token)).status).toBe(404);
    const oob = (await requestToken(server.current)).oauth_token!;
    expect((await decide(server.current, 'fred', oob, { approve: false })).body).toEqual({
      location: null,
      verifier: null,
    });
  });

  test('what is not approved, or not by this verifier, brings nothing', async () => {
    const first = (await requestToken(server.current)).oauth_token!;
    const second = (await requestToken(server.current)).oauth_token!;
    expect(problemOf(await exchange(server.current, first, 'x'))).toEqual([401, 'permission_unknown']);
    expect(problemOf(await exchange(server.current, first, null))).toEqual([401, 'permission_unknown']);
    expect(problemOf(await exchange(server.current, swap(first), 'x'))).toEqual([401, 'token_rejected']);
    expect(problemOf(await exchange(server.current, '', 'x'))).toEqual([401, 'parameter_absent']);
    const { verifier: ofFirst } = (await decide(server.current, 'fred', first)).body;
    const { verifier: ofSecond } = (await decide(server.current, 'wilma', second)).body;
    expect(problemOf(await exchange(server.current, first, null))).toEqual([401, 'parameter_absent']);
    expect(problemOf(await exchange(server.current, first, ''))).toEqual([401, 'parameter_absent']);
    // O4: swapped between two people.
    expect(problemOf(await exchange(server.current, first, ofSecond))).toEqual([401, 'token_rejected']);
    expect(problemOf(await exchange(server.current, second, ofFirst))).toEqual([401, 'token_rejected']);
    expect(problemOf(await exchange(server.current, first, swap(ofFirst)))).toEqual([401, 'token_rejected']);
    // Another application's.
    const foreign = await exchange(server.current, first, ofFirst, { consumerKey: 'fixed' });
    expect(problemOf(foreign)).toEqual([401, 'token_rejected']);
    const got = await exchange(server.current, first, ofFirst);
    expect(user(await me(fieldsOf(got).oauth_token!))).toEqual([200, 'fred']);
    // A request token is no access token, and an access token no request token.
    expect(problemOf(await me(second))).toEqual([401, 'token_rejected']);
    expect(problemOf(await exchange(server.current, fieldsOf(got).oauth_token!, ofFirst))).toEqual([
      401,
      'token_rejected',
    ]);
  });

  test('O4: a request token is good once, whoever is first of twenty', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current);
    const { verifier } = (await decide(server.current, 'fred', token)).body;
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => exchange(server.current, token, verifier)),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(replies.filter(({ status }) => status !== 200).map((one) => problemOf(one)[1]))).toEqual(
      new Set(['token_used']),
    );
    expect(problemOf(await exchange(server.current, token, verifier))).toEqual([401, 'token_used']);
  });

  test('O4: of twenty decisions at once one counts', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current);
    const headers = await webSession(server.current, 'fred', 'fred');
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        ask('POST', at(authorization), {
          headers,
          body: { token, approve: n % 2 === 0, accountId: world.fred.user.accountId },
        }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => ![200, 404, 409].includes(status))).toEqual([]);
  });

  test('O4: ten minutes, to the second, for the decision and for the token', async () => {
    const tokens = await Promise.all(Array.from({ length: 3 }, () => requestToken(server.current)));
    const [late = '', lateToo = '', inTime = ''] = tokens.map(({ oauth_token }) => oauth_token!);
    const { verifier } = (await decide(server.current, 'fred', lateToo)).body;
    const { verifier: good } = (await decide(server.current, 'fred', inTime)).body;
    server.current.clock.advance(599_000);
    expect((await exchange(server.current, inTime, good)).status).toBe(200);
    server.current.clock.advance(1_000);
    expect((await decide(server.current, 'fred', late)).status).toBe(404);
    expect(problemOf(await exchange(server.current, lateToo, verifier))).toEqual([401, 'token_expired']);
    expect(problemOf(await exchange(server.current, late, 'x'))).toEqual([401, 'token_expired']);
  });

  test('O4: only whom the page showed decides, on our own page, and never a program', async () => {
    const { oauth_token: token = '' } = await requestToken(server.current);
    // Signed in as wilma meanwhile, in the window that showed fred.
    const swapped = await decide(server.current, 'wilma', token, { accountId: world.fred.user.accountId });
    expect(swapped.status).toBe(409);
    const body = { token, approve: true, accountId: world.fred.user.accountId };
    const session = await webSession(server.current, 'fred', 'fred');
    const rest = await ask('POST', at('/rest/auth/1/session'), {
      body: { username: 'fred', password: 'fred' },
    });
    const restSession = { Cookie: rest.headers.getSetCookie()[0]!.split(';')[0]! };
    const { oauth_token } = await accessToken(server.current, 'fred');
    for (const [what, headers] of Object.entries<Record<string, string>>({
      nobody: {},
      'another site': { ...session, Origin: 'https://evil.example' },
      'no origin': { Cookie: session.Cookie! },
      'the null origin': { ...session, Origin: 'null' },
      'a token': world.fred.auth,
      'a bearer': bearer(world.fred.token),
      'a password': { Authorization: `Basic ${Buffer.from('fred:fred').toString('base64')}` },
      'a session of REST': restSession,
    })) {
      const reply = await ask('POST', at(authorization), { headers, body });
      expect([what, reply.status]).toEqual([what, what === 'nobody' ? 401 : 403]);
    }
    const byApplication = await askSigned(
      server.current,
      'POST',
      authorization,
      { oauth: { oauth_token: oauth_token! } },
      body,
    );
    expect(byApplication.status).toBe(403);
    expect(problemOf(await exchange(server.current, token, 'x'))).toEqual([401, 'permission_unknown']);
    expect((await ask('POST', at(authorization), { headers: session, body })).status).toBe(200);
    // Decided: nobody else can take it over.
    expect((await decide(server.current, 'wilma', token)).status).toBe(404);
  });

  describe('O4: callbacks', () => {
    const ask1 = (oauth_callback: string | null, consumerKey = 'app') =>
      askSigned(server.current, 'POST', endpoint('request-token'), {
        consumerKey,
        oauth: { oauth_callback },
      });

    test('one that is set is compared whole', async () => {
      const near = [
        'https://app.example/back/',
        'https://app.example/back?',
        'https://app.example/back?x',
        'https://app.example/back%2F',
        'https://app.example/Back',
        'https://APP.example/back',
        'http://app.example/back',
        'https://app.example:443/back',
        'https://app.example/back/../back',
        'https://app.example//back',
        'https://app.example.evil.example/back',
        'https://app.example@evil.example/back',
        'https://evil.example/https://app.example/back',
        'https://app.example/back\u0000',
        ' https://app.example/back',
        'https://app.example/back#x',
      ];
      for (const callback of near) {
        const reply = await ask1(callback, 'fixed');
        expect([callback, ...problemOf(reply)]).toEqual([callback, 401, 'parameter_rejected']);
        expect(fieldsOf(reply).oauth_parameters_rejected).toBe('oauth_callback');
      }
      for (const callback of ['https://app.example/back', 'oob', null]) {
        const reply = await ask1(callback, 'fixed');
        expect([callback, reply.status]).toEqual([callback, 200]);
        const { location } = (await decide(server.current, 'fred', fieldsOf(reply).oauth_token!)).body;
        expect(location).toMatch(
          /^https:\/\/app\.example\/back\?oauth_token=tsx_\w+&oauth_verifier=[\w-]{22}$/,
        );
      }
    });

    test('without one that is set, an address of the web and nothing else', async () => {
      for (const callback of [
        'javascript:alert(1)',
        'data:text/html,x',
        'file:///etc/passwd',
        'ftp://app.example/',
        'app://back',
        '/back',
        '//app.example/back',
        'https:app.example',
        'https://',
        'https://user:pw@app.example/',
        'https://app.example/\r\nX: y',
        'https://app.example/ä',
        'https://app.example/a b',
        'https:\\\\app.example',
        'https://app.example/\\x',
        `https://app.example/${'x'.repeat(2000)}`,
      ]) {
        const reply = await ask1(callback);
        expect([callback, ...problemOf(reply)]).toEqual([callback, 401, 'parameter_rejected']);
      }
      for (const callback of [
        'http://localhost:9999/cb',
        'https://[::1]/',
        'https://app.example/a?b=c&d=%C3%A4',
      ]) {
        expect([callback, (await ask1(callback)).status]).toEqual([callback, 200]);
      }
    });
  });

  describe('renewal', () => {
    const renew = (token: string, handle: string | null, signing: Signing = {}) =>
      askSigned(server.current, 'POST', endpoint('access-token'), {
        ...signing,
        oauth: { oauth_token: token, oauth_session_handle: handle },
      });

    test('the handle brings a new token in the place of the old one, once', async () => {
      const old = await accessToken(server.current, 'fred');
      const { oauth_token: token = '', oauth_session_handle: handle = '' } = old;
      expect(problemOf(await renew(token, swap(handle)))).toEqual([401, 'token_rejected']);
      expect(problemOf(await renew(token, handle, { consumerKey: 'fixed' }))).toEqual([
        401,
        'token_rejected',
      ]);
      expect(problemOf(await renew(token, handle, { key: otherKeyPair }))).toEqual([
        401,
        'signature_invalid',
      ]);
      const replies = await Promise.all(Array.from({ length: 10 }, () => renew(token, handle)));
      const renewed = replies.filter(({ status }) => status === 200);
      expect(renewed).toHaveLength(1);
      const fresh = fieldsOf(renewed[0]!);
      expect(fresh).toMatchObject({
        oauth_expires_in: '157680000',
        oauth_authorization_expires_in: '160272000',
      });
      expect(user(await me(fresh.oauth_token!))).toEqual([200, 'fred']);
      expect(problemOf(await me(token))).toEqual([401, 'token_rejected']);
      expect(problemOf(await renew(token, handle))).toEqual([401, 'token_rejected']);
      expect((await renew(fresh.oauth_token!, fresh.oauth_session_handle!)).status).toBe(200);
    });

    test('after five years it has expired; for thirty days more it can be renewed', async () => {
      const five = 157_680_000_000;
      const days = 30 * 86_400_000;
      const first = await accessToken(server.current, 'fred');
      const second = await accessToken(server.current, 'fred');
      server.current.clock.advance(five - 1);
      expect((await me(first.oauth_token!)).status).toBe(200);
      server.current.clock.advance(1);
      expect(problemOf(await me(first.oauth_token!))).toEqual([401, 'token_expired']);
      server.current.clock.advance(days - 1);
      expect((await renew(first.oauth_token!, first.oauth_session_handle!)).status).toBe(200);
      server.current.clock.advance(1);
      expect(problemOf(await renew(second.oauth_token!, second.oauth_session_handle!))).toEqual([
        401,
        'token_rejected',
      ]);
    });

    test('of a disabled account or a revoked token nothing is renewed', async () => {
      await addAccount(server.current, 'nina');
      const { oauth_token: token = '', oauth_session_handle: handle = '' } = await accessToken(
        server.current,
        'nina',
      );
      const active = (value: boolean) =>
        ask('PUT', at('/rest/api/2/user?username=nina'), { headers: basicAdmin(), body: { active: value } });
      await active(false);
      expect(problemOf(await renew(token, handle))).toEqual([401, 'token_rejected']);
      await active(true);
      const headers = await webSession(server.current, 'nina', 'nina');
      const [mine] = (await ask('GET', at(list), { headers })).body;
      expect((await ask('DELETE', at(`${list}/oauth1/${mine.id}`), { headers })).status).toBe(204);
      expect(problemOf(await renew(token, handle))).toEqual([401, 'token_rejected']);
    });
    const basicAdmin = () => ({ Authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}` });
  });

  test('an account that was disabled between its yes and the token gets none', async () => {
    await addAccount(server.current, 'noel');
    const { oauth_token: token = '' } = await requestToken(server.current);
    const { verifier } = (await decide(server.current, 'noel', token)).body;
    await server.current.app.site.db
      .updateTable('users')
      .set({ active: 0 })
      .where('name', '=', 'noel')
      .execute();
    expect(problemOf(await exchange(server.current, token, verifier))).toEqual([401, 'token_rejected']);
  });

  test('people see what they authorised, and revoke it; others neither', async () => {
    await addAccount(server.current, 'ella');
    const { oauth_token: token = '' } = await accessToken(server.current, 'ella');
    await me(token);
    const headers = await webSession(server.current, 'ella', 'ella');
    const mine = await ask('GET', at(list), { headers });
    expect(mine.body).toEqual([
      {
        kind: 'oauth1',
        id: expect.any(String),
        application: 'Build robot',
        may: 'Read and change everything that you may',
        authorised: expect.any(String),
        expires: expect.any(String),
        lastUsed: expect.any(String),
      },
    ]);
    const path = `${list}/oauth1/${mine.body[0].id}`;
    expect(
      (await ask('DELETE', at(path), { headers: await webSession(server.current, 'wilma', 'wilma') })).status,
    ).toBe(404);
    expect((await ask('DELETE', at(`${list}/oauth2/${mine.body[0].id}`), { headers })).status).toBe(404);
    expect((await me(token)).status).toBe(200);
    const gone = await ask('DELETE', at(path), { headers });
    expect(gone.status).toBe(204);
    expect(await recordsOf(server.current, gone)).toMatchObject([
      { event: 'application.revoked', actor_name: 'ella', subject: 'Build robot' },
    ]);
    const refused = await me(token);
    expect(problemOf(refused)).toEqual([401, 'token_rejected']);
    // Whose it was may know why.
    const why = await ask('GET', at(`/rest/tessera/1/refusals/${refused.headers.get('x-arequestid')}`), {
      headers,
    });
    expect(why.body).toMatchObject({ step: 'oauth-token-revoked', facts: { application: 'Build robot' } });
    expect((await ask('GET', at(list), { headers })).body).toEqual([]);
    expect((await ask('DELETE', at(path), { headers })).status).toBe(404);
  });
});
