import * as client from 'openid-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, askForm, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld } from '../support/world.ts';
import { Application, visitOf } from './support/application.ts';

describe.each(engines)('the rules of OAuth 2.0 on %s', (engine) => {
  const server = useServer({ engine });
  let fred: Record<string, string>;
  let app: Application;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const get = (path: string, secret: string) => ask('GET', rest(path), { headers: bearer(secret) });
  const isAlive = async (secret: string) => (await get('api/2/issue/QA-1', secret)).status === 200;
  const isRefused = (reply: Reply, error: string) =>
    expect([reply.status, reply.body.error]).toEqual([400, error]);

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    fred = await webSession(server.current, 'fred', 'fred');
    app = await Application.create(server.current);
  });

  const exchange = (
    { code, verifier }: { code: string; verifier: string },
    more: Record<string, string> = {},
    by = app,
  ) =>
    by.token({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: by.redirectUri,
      ...more,
    });

  describe('codes', () => {
    test('69: reused: refused, and what it gave is revoked', async () => {
      const code = await app.code(fred);
      const first = await exchange(code);
      expect(await isAlive(first.body.access_token)).toBe(true);
      const again = await exchange(code);
      isRefused(again, 'invalid_grant');
      expect(await isAlive(first.body.access_token)).toBe(false);
      isRefused(await app.refresh(first.body.refresh_token), 'invalid_grant');
      const records = await recordsOf(server.current, again);
      expect(records.map(({ event }) => event)).toEqual(['oauth2-grant.reuse-detected']);
    });

    test('Q1: exchanged many times at once, it opens nothing', async () => {
      const code = await app.code(fred);
      const replies = await Promise.all(Array.from({ length: 8 }, () => exchange(code)));
      const good = replies.filter(({ status }) => status === 200);
      expect(good.length).toBeLessThanOrEqual(1);
      expect(replies.every(({ status }) => status === 200 || status === 400)).toBe(true);
      for (const { body } of good) expect(await isAlive(body.access_token)).toBe(false);
    });

    test('69: wrong verifier; other redirect_uri; another client; too late', async () => {
      const other = await Application.create(server.current);
      const code = await app.code(fred);
      isRefused(await exchange(code, { code_verifier: client.randomPKCECodeVerifier() }), 'invalid_grant');
      isRefused(await exchange(code, { redirect_uri: 'https://app.example/callback2' }), 'invalid_grant');
      isRefused(await exchange(code, {}, other), 'invalid_grant');
      server.current.clock.advance(60_000);
      isRefused(await exchange(code), 'invalid_grant');
    });

    test('Q1: 200 redirect URIs that are nearly right lead nowhere', async () => {
      const verifier = client.randomPKCECodeVerifier();
      const near = nearMisses(app.redirectUri, 200);
      expect(near.size).toBe(200);
      for (const redirect_uri of near) {
        const reply = await ask('GET', await app.authorizeUrl(verifier, { redirect_uri }));
        expect([redirect_uri, reply.status, reply.headers.get('location')]).toEqual([
          redirect_uri,
          400,
          null,
        ]);
      }
      const page = await ask(
        'GET',
        await app.authorizeUrl(verifier, { redirect_uri: 'https://evil.example/' }),
        {
          headers: { Accept: 'text/html' },
        },
      );
      expect(page.text).toContain('This application cannot ask for access');
      expect(page.text).not.toContain('evil.example');
    });
  });

  // Q2: whoever steals a code has no verifier.
  describe('Q2: PKCE', () => {
    const verifier = 'v'.repeat(43);
    const asked = async (wishes: Record<string, string>) => {
      const reply = await ask('GET', await app.authorizeUrl(verifier, wishes));
      const location = new URL(reply.headers.get('location')!);
      return location.searchParams.get('error') ?? 'consent';
    };
    test.each([
      ['S256', {}, 'consent'],
      ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }, 'invalid_request'],
      ['no method', { code_challenge_method: '' }, 'invalid_request'],
      ['no challenge', { code_challenge: '' }, 'invalid_request'],
      ['neither', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
      ['a short challenge', { code_challenge: 'c'.repeat(42) }, 'invalid_request'],
      ['a long challenge', { code_challenge: 'c'.repeat(129) }, 'invalid_request'],
      ['a method of lower case', { code_challenge_method: 's256' }, 'invalid_request'],
    ])('asked with %s', async (_, wishes, expected) => {
      expect(await asked(wishes as Record<string, string>)).toBe(expected);
    });
    test.each([
      ['none', ''],
      ['a short one', 'v'.repeat(42)],
      ['a long one', 'v'.repeat(129)],
      ['the challenge itself', 'challenge'],
    ])('exchanged with %s', async (_, given) => {
      const code = await app.code(fred);
      const code_verifier =
        given === 'challenge' ? await client.calculatePKCECodeChallenge(code.verifier) : given;
      const reply = await exchange(code, { code_verifier });
      expect(reply.status).toBe(400);
      expect(reply.body.error).toMatch(/^invalid_(grant|request)$/);
    });
  });

  describe('Q3: ways in that there are not', () => {
    test.each(['token', 'id_token', 'code token', 'code id_token', 'none'])(
      'response type %s',
      async (type) => {
        const url = await app.authorizeUrl(client.randomPKCECodeVerifier(), { response_type: type });
        const reply = await ask('GET', url);
        const { searchParams, hash } = new URL(reply.headers.get('location')!);
        const error = searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error');
        expect(error).toMatch(/^(unsupported_response_type|unauthorized_client)$/);
      },
    );
    test.each(['password', 'implicit', 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'client_credentials'])(
      'grant %s',
      async (grant_type) => {
        const reply = await app.token({ grant_type, username: 'fred', password: 'fred', scope: 'READ' });
        expect(reply.status).toBe(400);
        expect(reply.body.error).toMatch(/^(unsupported_grant_type|unauthorized_client|invalid_request)$/);
      },
    );
    test('wildcards, fragments and clear text cannot be registered', async () => {
      const headers = await webSession(server.current, 'admin', 'admin');
      for (const uri of [
        'https://*.example/cb',
        'https://app.example/*',
        'https://app.example/cb#f',
        'http://app.example/cb',
        'https://fred:x@app.example/',
        'https://app.example\\@evil.example/',
        'javascript:alert(1)',
        'app.example/cb',
      ]) {
        const body = {
          name: 'x',
          redirectUris: [uri],
          scopes: ['READ'],
          grants: ['authorization_code'],
          confidential: true,
        };
        const reply = await ask('POST', rest('tessera/1/incoming-links'), { headers, body });
        expect([uri, reply.status]).toEqual([uri, 400]);
        expect(reply.body.errors.redirectUris).toContain('Not an https address');
      }
    });
  });

  describe('Q4: refresh tokens', () => {
    test('70: without redirect_uri, and with the right one; another one is refused', async () => {
      const { refresh_token } = await app.tokens(fred);
      isRefused(await app.refresh(refresh_token, { redirect_uri: 'https://evil.example/' }), 'invalid_grant');
      const next = await app.refresh(refresh_token);
      expect([next.status, next.body.token_type, next.body.expires_in]).toEqual([200, 'Bearer', 3600]);
      const third = await app.refresh(next.body.refresh_token, { redirect_uri: app.redirectUri });
      expect(third.status).toBe(200);
    });

    test('two at once: one family lives on', async () => {
      const { refresh_token } = await app.tokens(fred);
      const replies = await Promise.all([app.refresh(refresh_token), app.refresh(refresh_token)]);
      expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
      const alive = replies.find(({ status }) => status === 200)!.body;
      expect(await isAlive(alive.access_token)).toBe(true);
      server.current.clock.advance(9_000);
      isRefused(await app.refresh(refresh_token), 'invalid_grant');
      expect((await app.refresh(alive.refresh_token)).status).toBe(200);
    });

    test('replayed after 11 s: all that came of it is dead', async () => {
      const first = await app.tokens(fred);
      const second = (await app.refresh(first.refresh_token)).body;
      server.current.clock.advance(11_000);
      isRefused(await app.refresh(first.refresh_token), 'invalid_grant');
      expect(await isAlive(first.access_token)).toBe(false);
      expect(await isAlive(second.access_token)).toBe(false);
      isRefused(await app.refresh(second.refresh_token), 'invalid_grant');
    });

    test('a replay by another client, or to introspection, ends nothing', async () => {
      const other = await Application.create(server.current);
      const first = await app.tokens(fred);
      const second = (await app.refresh(first.refresh_token)).body;
      server.current.clock.advance(11_000);
      isRefused(await other.refresh(first.refresh_token), 'invalid_grant');
      const looked = await askForm(rest('oauth2/latest/introspect'), {
        ...app.own,
        token: first.refresh_token,
      });
      expect(looked.body).toEqual({ active: false });
      expect(await isAlive(second.access_token)).toBe(true);
    });

    test('another application cannot look into or revoke them', async () => {
      const other = await Application.create(server.current);
      const { access_token, refresh_token } = await app.tokens(fred);
      for (const token of [access_token, refresh_token]) {
        const form = { ...other.own, token };
        expect((await askForm(rest('oauth2/latest/introspect'), form)).body).toEqual({ active: false });
        expect((await askForm(rest('oauth2/latest/revoke'), form)).status).toBe(200);
      }
      expect(await isAlive(access_token)).toBe(true);
    });

    test('idle for 90 days, and after a year, they are over', async () => {
      const { refresh_token } = await app.tokens(fred);
      const dayMs = 86_400_000;
      let latest = refresh_token;
      for (let day = 80; day <= 320; day += 80) {
        server.current.clock.advance(80 * dayMs);
        const reply = await app.refresh(latest);
        expect([day, reply.status]).toEqual([day, 200]);
        latest = reply.body.refresh_token;
      }
      server.current.clock.advance(46 * dayMs);
      isRefused(await app.refresh(latest), 'invalid_grant');
      fred = await webSession(server.current, 'fred', 'fred');
      const idle = await app.tokens(fred);
      server.current.clock.advance(91 * dayMs);
      isRefused(await app.refresh(idle.refresh_token), 'invalid_grant');
      fred = await webSession(server.current, 'fred', 'fred');
    });
  });

  describe('Q5: what a token opens', () => {
    const write = (secret: string) =>
      ask('PUT', rest('api/2/issue/QA-1'), {
        headers: bearer(secret),
        body: { fields: { summary: 'changed' } },
      });
    const adminSession = () => webSession(server.current, 'admin', 'admin');

    test('71: a READ token reads; a write is refused with 403', async () => {
      const { access_token } = await app.tokens(fred, { scope: 'READ' });
      expect((await get('api/2/issue/QA-1', access_token)).status).toBe(200);
      const refused = await write(access_token);
      expect([refused.status, refused.body.errorMessages[0]]).toEqual([
        403,
        'The application may not do this: it needs the scope write:jira-work.',
      ]);
      expect((await get('api/2/field', access_token)).status).toBe(200);
    });

    test('never more than its owner may', async () => {
      const { access_token } = await app.tokens(fred, { scope: 'SYSTEM_ADMIN' });
      expect((await get('tessera/1/settings', access_token)).status).toBe(403);
      expect((await get('api/2/issue/QA-1', access_token)).status).toBe(200);
      expect((await write(access_token)).status).toBe(204);
    });

    test('ADMIN of a system administrator is no SYSTEM_ADMIN; WRITE and READ administer nothing', async () => {
      const session = await adminSession();
      const root = await addAccount(server.current, `root${engine}`, {
        groups: [builtIn.groups.administrators],
      });
      const change = async (scope: string) => {
        const { access_token } = await app.tokens(session, { scope });
        const display = { displayName: `By ${scope}` };
        const changed = await ask('PUT', rest(`api/2/user?username=${root.name}`), {
          headers: bearer(access_token),
          body: display,
        });
        return [(await get('tessera/1/settings', access_token)).status, changed.status];
      };
      expect(await change('SYSTEM_ADMIN')).toEqual([200, 200]);
      expect(await change('ADMIN')).toEqual([200, 403]);
      expect(await change('WRITE')).toEqual([403, 403]);
      expect(await change('READ')).toEqual([403, 403]);
    });

    test('no token and no session is made with it', async () => {
      const { access_token } = await app.tokens(await adminSession(), { scope: 'SYSTEM_ADMIN' });
      const minted = await ask('POST', rest('pat/latest/tokens'), {
        headers: bearer(access_token),
        body: { name: 'x' },
      });
      expect(minted.status).toBe(403);
      await forgetFailures(server.current);
      const opened = await ask('POST', rest('auth/1/session'), {
        headers: bearer(access_token),
        body: { username: 'admin', password: access_token },
      });
      expect([opened.status, opened.headers.getSetCookie()]).toEqual([401, []]);
      const asBasic = await ask('GET', rest('api/2/myself'), { headers: basic('admin', access_token) });
      expect(asBasic.status).toBe(401);
      const consent = await ask('GET', rest('tessera/1/authorisations/none'), {
        headers: bearer(access_token),
      });
      expect(consent.status).toBe(403);
      await forgetFailures(server.current);
    });

    test('a resource that is not this site gets no token', async () => {
      const url = await app.authorizeUrl(client.randomPKCECodeVerifier(), {
        resource: 'https://other.example/',
      });
      const location = new URL((await ask('GET', url)).headers.get('location')!);
      expect(location.searchParams.get('error')).toBe('invalid_target');
      const own = await app.tokens(fred, { resource: server.current.url });
      isRefused(
        await app.refresh(own.refresh_token, { resource: 'https://other.example/' }),
        'invalid_target',
      );
      expect((await get('api/2/myself', own.access_token)).status).toBe(200);
    });

    test('another site behind forward authentication is none of its audience', async () => {
      const { access_token } = await app.tokens(fred, { scope: 'SYSTEM_ADMIN' });
      const passed = await ask('GET', `${server.current.url}/auth/forward`, {
        headers: bearer(access_token),
      });
      expect([passed.status, passed.headers.get('remote-user')]).toEqual([403, null]);
    });

    test('scopes that the application was not given', async () => {
      const narrow = await Application.create(server.current, { scopes: ['READ'] });
      const url = await narrow.authorizeUrl(client.randomPKCECodeVerifier(), { scope: 'WRITE' });
      const location = new URL((await ask('GET', url)).headers.get('location')!);
      expect(location.searchParams.get('error')).toBe('invalid_scope');
    });

    test('56: expiry, a disabled account, fewer scopes and a removed link count at once', async () => {
      const admin = await adminSession();
      const doomed = await Application.create(server.current);
      const first = await doomed.tokens(fred, { scope: 'WRITE' });
      const links = rest(`tessera/1/incoming-links/${doomed.id}`);
      const body = {
        name: 'doomed',
        redirectUris: [doomed.redirectUri],
        scopes: ['READ'],
        grants: ['authorization_code', 'refresh_token'],
      };
      expect((await write(first.access_token)).status).toBe(204);
      expect((await ask('PUT', links, { headers: admin, body })).status).toBe(200);
      expect((await write(first.access_token)).status).toBe(403);

      const setActive = (active: 0 | 1) =>
        server.current.app.site.db.updateTable('users').set({ active }).where('name', '=', 'fred').execute();
      await setActive(0);
      const off = await get('api/2/myself', first.access_token);
      expect([off.status, off.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED']);
      isRefused(await doomed.refresh(first.refresh_token), 'invalid_grant');
      await setActive(1);
      expect(await isAlive(first.access_token)).toBe(true);

      expect((await ask('DELETE', links, { headers: admin })).status).toBe(204);
      expect(await isAlive(first.access_token)).toBe(false);
      expect((await doomed.refresh(first.refresh_token)).body.error).toBe('invalid_client');

      const short = await app.tokens(fred);
      server.current.clock.advance(3_599_000);
      expect(await isAlive(short.access_token)).toBe(true);
      server.current.clock.advance(1_000);
      expect(await isAlive(short.access_token)).toBe(false);
      fred = await webSession(server.current, 'fred', 'fred');
    });

    test('neither tokens nor secrets are in the database', async () => {
      const { access_token, refresh_token } = await app.tokens(fred);
      const { db } = server.current.app.site;
      const stored = JSON.stringify([
        await db.selectFrom('oauth2_items').selectAll().execute(),
        await db.selectFrom('oauth2_links').selectAll().execute(),
        await db.selectFrom('oauth2_keys').selectAll().execute(),
        await db.selectFrom('audit_events').selectAll().execute(),
      ]);
      for (const secret of [access_token, refresh_token, app.secret!, '"d"'])
        expect(stored).not.toContain(secret);
      for (const secret of [access_token, refresh_token, app.secret!])
        expect(server.current.logged()).not.toContain(secret);
    });
  });

  describe('Q6: consent', () => {
    const begin = async (session: Record<string, string>) =>
      ask('GET', await app.authorizeUrl(client.randomPKCECodeVerifier(), { scope: 'WRITE openid' }), {
        headers: session,
      });
    const at = (id: string) => rest(`tessera/1/authorisations/${id}`);

    test('the answer names the issuer; a refusal goes back to the application', async () => {
      const url = await app.authorizeUrl(client.randomPKCECodeVerifier());
      const back = await app.visit(url, fred, false);
      expect(Object.fromEntries(back.searchParams)).toMatchObject({
        error: 'access_denied',
        state: 'the state',
        iss: server.current.url,
      });
      const { url: allowed } = await app.code(fred);
      expect(allowed.searchParams.get('iss')).toBe(server.current.url);
    });

    test('shown to the browser that began, decided once, by a session, from our own page', async () => {
      const begun = await begin(fred);
      expect(begun.headers.getSetCookie()[0]).toMatch(
        /^tessera\.authorisation=.+; Path=\/rest\/tessera\/1\/authorisations\/.+; HttpOnly; SameSite=Lax; Max-Age=600$/,
      );
      const { id, headers } = visitOf(begun, fred);
      const shown = await ask('GET', at(id), { headers });
      expect(shown.body).toMatchObject({ redirectHost: 'app.example' });
      expect(shown.body.may.map(({ scope }: { scope: string }) => scope)).toEqual([
        'READ',
        'WRITE',
        'openid',
      ]);
      const accountId = await app.accountId(fred);
      const wilma = await webSession(server.current, 'wilma', 'wilma');
      const decide = (as: Record<string, string>) =>
        ask('POST', at(id), { headers: as, body: { allow: true, accountId } });
      expect((await decide(fred)).status).toBe(404);
      expect(
        (await decide({ ...headers, Cookie: `${wilma.Cookie}; ${headers.Cookie!.split('; ').at(-1)}` }))
          .status,
      ).toBe(409);
      expect((await decide({ ...headers, Origin: 'https://evil.example' })).status).toBe(403);
      expect((await decide({ ...headers, ...basic('fred', 'fred') })).status).toBe(403);
      const decisions = await Promise.all([decide(headers), decide(headers)]);
      const codes = decisions.filter(({ body }) => body?.location?.includes('code='));
      expect(codes).toHaveLength(1);
      expect((await decide(headers)).status).toBe(404);
    });

    test('what was allowed is listed, and revoked by the person it is for', async () => {
      const path = rest('tessera/1/myself/authorised-applications');
      const mine = async () =>
        (await ask('GET', path, { headers: fred })).body as { id: string; kind: string }[];
      for (const { kind, id } of await mine()) {
        expect((await ask('DELETE', `${path}/${kind}/${id}`, { headers: fred })).status).toBe(204);
      }
      const { access_token } = await app.tokens(fred, { scope: 'READ' });
      await get('api/2/myself', access_token);
      const listed = await mine();
      expect(listed).toEqual([
        {
          kind: 'oauth2',
          id: expect.any(String),
          application: expect.stringMatching(/^App /),
          may: expect.stringContaining('See projects and issues'),
          authorised: expect.any(String),
          expires: expect.any(String),
          lastUsed: expect.any(String),
        },
      ]);
      const one = `${path}/oauth2/${listed[0]!.id}`;
      const wilma = await webSession(server.current, 'wilma', 'wilma');
      expect((await ask('DELETE', one, { headers: wilma })).status).toBe(404);
      expect(await isAlive(access_token)).toBe(true);
      const revoked = await ask('DELETE', one, { headers: fred });
      expect(revoked.status).toBe(204);
      expect(await isAlive(access_token)).toBe(false);
      expect(await mine()).toEqual([]);
      expect((await recordsOf(server.current, revoked)).map(({ event }) => event)).toEqual([
        'oauth2-grant.revoked',
      ]);
    });

    test('ID tokens tell when the person signed in; one that is too long ago is not given out', async () => {
      fred = await webSession(server.current, 'fred', 'fred');
      server.current.clock.advance(300_000);
      const { id_token } = await app.tokens(fred, { scope: 'openid', max_age: '400' });
      const { auth_time, iat } = JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url').toString());
      expect(iat - auth_time).toBeGreaterThanOrEqual(299);
      const wanted = async (wishes: Record<string, string>) => {
        const url = await app.authorizeUrl(client.randomPKCECodeVerifier(), { scope: 'openid', ...wishes });
        return app.visit(url, fred);
      };
      await expect(wanted({ max_age: '60' })).rejects.toThrow('wants you to sign in again');
      await expect(wanted({ prompt: 'login' })).rejects.toThrow('wants you to sign in again');
      const begun = await ask(
        'GET',
        await app.authorizeUrl(client.randomPKCECodeVerifier(), { scope: 'openid', prompt: 'login' }),
      );
      server.current.clock.advance(1_000);
      const anew = await webSession(server.current, 'fred', 'fred');
      const { id, headers } = visitOf(begun, anew);
      const body = { allow: true, accountId: await app.accountId(anew) };
      expect((await ask('POST', at(id), { headers, body })).body.location).toContain('code=');
    });

    test.each(['form_post', 'fragment', 'web_message', 'query.jwt'])(
      'response mode %s is none of ours',
      async (response_mode) => {
        const url = await app.authorizeUrl(client.randomPKCECodeVerifier(), { response_mode });
        isRefused(await ask('GET', url), 'invalid_request');
      },
    );

    test('a visit ends after ten minutes', async () => {
      const { id, headers } = visitOf(await begin(fred), fred);
      server.current.clock.advance(600_000);
      expect((await ask('GET', at(id), { headers })).status).toBe(404);
    });
  });

  describe('Q8: the token endpoint', () => {
    test('tells nobody whether the client is unknown or its secret wrong', async () => {
      const publicApp = await Application.create(server.current, { confidential: false });
      const form = { grant_type: 'refresh_token', refresh_token: 'x' };
      const answers = [];
      for (const own of [
        { client_id: 'unknown', client_secret: 'x' },
        { client_id: app.clientId, client_secret: 'x' },
        { client_id: app.clientId },
        { client_id: publicApp.clientId, client_secret: 'x' },
        { client_id: `${app.clientId}x` },
        {},
      ]) {
        const reply = await askForm(rest('oauth2/latest/token'), { ...form, ...own } as Record<
          string,
          string
        >);
        expect(reply.headers.get('cache-control')).toBe('no-store');
        const { date: _, 'x-arequestid': __, ...headers } = Object.fromEntries(reply.headers);
        answers.push(JSON.stringify([reply.status, headers, reply.body]));
      }
      const header = await askForm(rest('oauth2/latest/token'), form, basic(app.clientId, 'x'));
      expect([header.status, header.body.error]).toEqual([401, 'invalid_client']);
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toContain('invalid_client');
    });

    test('J1: client assertions count for nothing', async () => {
      const assertion = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify({ sub: app.clientId, iss: app.clientId }))}.`;
      const reply = await askForm(rest('oauth2/latest/token'), {
        grant_type: 'refresh_token',
        refresh_token: 'x',
        client_id: app.clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
      expect([reply.status, reply.body.error]).toEqual([401, 'invalid_client']);
    });

    test('good answers are not kept; the query is read too; twice is refused; junk is told in OAuth words', async () => {
      const code = await app.code(fred);
      const reply = await exchange(code);
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
      const query = new URLSearchParams({
        ...app.own,
        grant_type: 'refresh_token',
        refresh_token: reply.body.refresh_token,
      });
      const byQuery = await ask('POST', `${rest('oauth2/latest/token')}?${query}`);
      expect(byQuery.status).toBe(200);
      const twice = await askForm(`${rest('oauth2/latest/token')}?client_id=x`, { client_id: 'y' });
      isRefused(twice, 'invalid_request');
      const junk = await ask('POST', rest('oauth2/latest/token'), {
        headers: { 'Content-Type': 'application/json' },
        body: { grant_type: ['x'] },
      });
      isRefused(junk, 'invalid_request');
      const twoWays = await askForm(rest('oauth2/latest/token'), app.own, basic(app.clientId, app.secret!));
      isRefused(twoWays, 'invalid_request');
    });
  });

  const rounds = Number(process.env.TESSERA_TEST_OAUTH2_JUNK ?? 300);
  test(`${rounds} requests of junk are refused, and none is a bug`, async () => {
    let seed = Date.now() % 2 ** 31;
    const start = seed;
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const names = [
      ...[
        'client_id',
        'redirect_uri',
        'response_type',
        'response_mode',
        'scope',
        'state',
        'nonce',
        'prompt',
        'claims',
      ],
      ...[
        'max_age',
        'code_challenge',
        'code_challenge_method',
        'request',
        'request_uri',
        'resource',
        'id_token_hint',
      ],
      ...[
        'grant_type',
        'code',
        'code_verifier',
        'refresh_token',
        'token',
        'device_code',
        'user_code',
        'acr_values',
      ],
      ...[
        'authorization_details',
        'login_hint',
        'ui_locales',
        'registration',
        'dpop_jkt',
        '__proto__',
        'constructor',
      ],
    ];
    const values = [
      ...[
        '',
        ' ',
        '0',
        '-1',
        '1e99',
        'null',
        '{}',
        '[]',
        '{"id_token":{"sub":null}}',
        'code',
        'query',
        'openid',
        'READ',
      ],
      ...[
        'none',
        'login consent',
        'S256',
        'plain',
        app.redirectUri,
        app.clientId,
        server.current.url,
        'eyJhbGciOiJub25lIn0..',
      ],
      ...[
        'authorization_code',
        'refresh_token',
        'client_credentials',
        '\u{1f600}',
        'a'.repeat(3000),
        '../..',
        "' or 1=1",
      ],
      ...['urn:ietf:params:oauth:grant-type:device_code', 'tso_x', 'hash:x', '%', '<script>', 'toString'],
    ];
    const good = Object.fromEntries(new URL(await app.authorizeUrl('v'.repeat(43))).searchParams);
    for (let i = 0; i < rounds; i++) {
      const fields: Record<string, string> = next(2) === 0 ? { ...good } : { ...app.own };
      for (let n = next(5); n >= 0; n--) fields[names[next(names.length)]!] = values[next(values.length)]!;
      const query = new URLSearchParams(fields);
      const path = ['authorize', 'token', 'revoke', 'introspect', 'device_authorization', 'userinfo'][
        next(6)
      ]!;
      const reply =
        path === 'authorize' || path === 'userinfo'
          ? await ask('GET', `${rest(`oauth2/latest/${path}`)}?${query}`)
          : await askForm(rest(`oauth2/latest/${path}`), fields);
      expect(reply.status, `seed ${start}: ${path} ${query}`).toBeLessThan(500);
    }
    await forgetFailures(server.current);
  });

  test('C1: keys are replaced while people sign in, and no sign-in fails', async () => {
    const admin = await webSession(server.current, 'admin', 'admin');
    const configuration = await app.configuration();
    const kidsSeen = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const rotated =
        round === 0 ? undefined : ask('POST', rest('tessera/1/oauth2-keys'), { headers: admin });
      const { verifier, url } = await app.code(fred, { scope: 'openid', nonce: 'n' });
      const tokens = await client.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedState: 'the state',
        expectedNonce: 'n',
        idTokenExpected: true,
      });
      const { kid } = JSON.parse(Buffer.from(tokens.id_token!.split('.')[0]!, 'base64url').toString());
      const { body } = await ask('GET', rest('oauth2/latest/jwks'));
      expect(body.keys.map((key: { kid: string }) => key.kid)).toContain(kid);
      expect(Object.keys(body.keys[0])).not.toContain('d');
      kidsSeen.add(kid);
      if (rotated !== undefined) expect((await rotated).status).toBe(204);
    }
    expect(kidsSeen.size).toBeGreaterThan(1);
    server.current.clock.advance(86_400_001);
    expect((await ask('GET', rest('oauth2/latest/jwks'))).body.keys).toHaveLength(1);
  });
});

/** Addresses that look like this one, and are others. */
function nearMisses(uri: string, count: number): Set<string> {
  const { host, pathname } = new URL(uri);
  const near = new Set<string>([
    `${uri}/`,
    `${uri}?`,
    `${uri}#`,
    `${uri}?x=1`,
    `${uri}#x`,
    ` ${uri}`,
    `${uri} `,
    uri.toUpperCase(),
    uri.replace('https', 'http'),
    uri.replace('https', 'HTTPS'),
    uri.replace('://', ':///'),
    uri.replace('://', ':'),
    `https://${host}:443${pathname}`,
    `https://${host}.${pathname}`,
    `https://evil.example@${host}${pathname}`,
    `https://${host}@evil.example${pathname}`,
    `https://${host}.evil.example${pathname}`,
    `https://evil.example\\@${host}${pathname}`,
    `https://${host}/.${pathname}`,
    `https://${host}/x/..${pathname}`,
    `https://${host}/%2e${pathname}`,
    `https://${host}${pathname}/../callback`,
    `https://${host}//callback`,
    `https://${host}${pathname}%00`,
    `https://${host}${pathname}%20`,
    `https://${host}${pathname};x`,
    `//${host}${pathname}`,
    pathname,
    'javascript:alert(1)',
    'https://app.ex\u0430mple/callback',
  ]);
  for (let i = 0; near.size < count; i++) {
    const at = i % uri.length;
    const kind = Math.floor(i / uri.length);
    const letter = 'xZ0-%/._~'[Math.floor(kind / 2)]!;
    const changed =
      kind % 2 === 0
        ? uri.slice(0, at) + letter + uri.slice(at)
        : uri.slice(0, at) + letter + uri.slice(at + 1);
    if (changed !== uri) near.add(changed);
  }
  return near;
}
