import { createHash } from 'node:crypto';
import { exportSPKI, generateKeyPair, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, askForm, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { type BegunOidc, OidcSite } from './support/oidc-site.ts';
import { problemOf, sessionOf } from './support/saml-site.ts';
import { TestOp } from './support/test-op.ts';

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

describe.each(engines)('signing in through OpenID Connect on %s', (engine) => {
  const server = useServer({ engine, env: { TESSERA_OUTBOUND_NETWORKS: '127.0.0.0/8' } });
  let world: World;
  let op: TestOp;
  let site: OidcSite;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    op = await TestOp.start();
    site = await OidcSite.create(server.current, op);
  });
  afterAll(() => op.stop());
  beforeEach(() => forgetFailures(server.current));

  const good = (visit: BegunOidc, more: JWTPayload = {}) => op.sign(site.claims(visit, more));
  const whoIs = async (reply: Reply): Promise<string | undefined> => {
    const session = sessionOf(reply);
    if (session === undefined) return undefined;
    return (await ask('GET', site.at('/rest/api/2/myself'), { headers: session })).body.name;
  };
  const users = async () =>
    (
      await ask('GET', site.at('/rest/api/2/user/search?username=.&maxResults=1000'), {
        headers: world.admin.auth,
      })
    ).body.length;

  test('the request asks for a code, with PKCE, a nonce and a state of its own', async () => {
    const { location, state, nonce, cookie } = await site.start();
    expect(location.origin + location.pathname).toBe(`${op.issuer}/authorize`);
    const query = Object.fromEntries(location.searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: 'tessera',
      redirect_uri: site.callback,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    });
    expect(query).not.toHaveProperty('prompt');
    expect([state, nonce, cookie].every((value) => value.length > 20)).toBe(true);
    expect((await site.start()).nonce).not.toBe(nonce);
  });

  test('a newcomer gets an account, and finds it again whatever they are called by then', async () => {
    const first = await site.signInWith((visit) => good(visit), { sub: 'sub-of-alice', groups: ['a'] });
    expect(await whoIs(first)).toBe('alice');
    const exchange = op.asked.findLast(({ path }) => path === '/token')!;
    expect(exchange.headers.authorization).toBe(
      `Basic ${Buffer.from('tessera:between+the+two').toString('base64')}`,
    );
    expect(exchange.form.get('code')).toBe('a-code');
    const again = await site.signInWith((visit) =>
      good(visit, { preferred_username: 'other', email: 'new@op.example' }),
    );
    expect(await whoIs(again)).toBe('alice');
    const { body } = await ask('GET', site.at('/rest/api/2/user?username=alice'), {
      headers: world.admin.auth,
    });
    expect(body.emailAddress).toBe('new@op.example');
  });

  test('the code is bound to the verifier of the visit (PKCE)', async () => {
    const visit = await site.start();
    op.next = { idToken: await good(visit), userinfo: { sub: 'sub-of-alice' } };
    await site.back(visit);
    const verifier = op.asked.findLast(({ path }) => path === '/token')!.form.get('code_verifier')!;
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    expect(challenge).toBe(visit.location.searchParams.get('code_challenge'));
  });

  test('X6: an address here makes nobody that account, verified or not', async () => {
    const before = await users();
    for (const claims of [
      { email: 'fred@example.com' },
      { preferred_username: 'fred', email: 'x@op.example' },
    ]) {
      const reply = await site.signInWith((visit) => good(visit, { sub: 'thief', ...claims }), {
        sub: 'thief',
      });
      expect([problemOf(reply), sessionOf(reply)]).toEqual(['sso-account-not-linked', undefined]);
    }
    const unverified = await site.signInWith(
      (visit) => good(visit, { sub: 'thief', preferred_username: 'thief', email_verified: false }),
      { sub: 'thief' },
    );
    expect(problemOf(unverified)).toBe('sso-incomplete');
    expect(await users()).toBe(before);
  });

  test('groups follow the claim that an administrator named, a claim inside another too', async () => {
    const where = await OidcSite.create(server.current, op, {
      accountRules: {
        attributes: { groups: 'realm_access.roles' },
        groups: [{ theirs: 'admins of jira', ours: 'jira-administrators' }],
      },
    });
    const groupsOf = async (roles: string[] | undefined) => {
      const visit = await where.start();
      const claims = where.claims(visit, {
        sub: 'gus',
        preferred_username: 'gus',
        email: 'gus@op.example',
        ...(roles && { realm_access: { roles } }),
      });
      op.next = { idToken: await op.sign(claims), userinfo: { sub: 'gus' } };
      expect(sessionOf(await where.finish(await where.back(visit), visit.cookie))).toBeDefined();
      const { body } = await ask('GET', where.at('/rest/api/2/user?username=gus&expand=groups'), {
        headers: world.admin.auth,
      });
      return body.groups.items.map(({ name }: { name: string }) => name).sort();
    };
    expect(await groupsOf(['admins of jira'])).toEqual(['jira-administrators', 'jira-software-users']);
    expect(await groupsOf(undefined)).toEqual(['jira-software-users']);
  });

  test('a test shows what came and what would happen, and changes nothing', async () => {
    const before = await users();
    const visit = await site.visit('test', site.admin);
    op.next = {
      idToken: await good(visit, { sub: 'nora', preferred_username: 'nora', email: 'nora@op.example' }),
      userinfo: { sub: 'nora', department: 'R&D' },
    };
    const finished = await site.finish(await site.back(visit), visit.cookie);
    const ticket = new URL(finished.headers.get('location')!).searchParams.get('test');
    const path = `/rest/tessera/1/identity-providers/${site.id}/tests/${ticket}`;
    const { body } = await ask('GET', site.at(path), { headers: site.admin });
    expect(body).toMatchObject({
      outcome: 'understood',
      person: { subject: 'nora', userName: 'nora', email: 'nora@op.example' },
      attributes: { department: ['R&D'], email_verified: ['true'] },
      wouldDo: { does: 'create' },
    });
    expect(await users()).toBe(before);
  });

  test('case 30: a token goes on working for who signs in there', async () => {
    const session = sessionOf(await site.signInWith((visit) => good(visit)))!;
    const headers = { ...session, Origin: server.current.url };
    const made = await ask('POST', site.at('/rest/pat/latest/tokens'), {
      headers,
      body: { name: 'bot', expirationDuration: 1 },
    });
    expect(made.status).toBe(201);
    const me = await ask('GET', site.at('/rest/api/2/myself'), {
      headers: basic('alice', made.body.rawToken),
    });
    expect(me.status).toBe(200);
  });

  describe('what does not count', () => {
    /** Brings a token and expects that nobody gets in, that it is on record, and that nothing was made. */
    async function refused(
      make: (visit: BegunOidc) => Promise<string> | string,
      userinfo?: Record<string, unknown>,
    ) {
      const before = await users();
      const visit = await site.start();
      op.next = { idToken: await make(visit), userinfo: userinfo ?? { sub: 'sub-of-mallory' } };
      const back = await site.back(visit);
      const reply = await site.finish(back, visit.cookie);
      const [record] = await recordsOf(server.current, back);
      const outcome = {
        problem: problemOf(reply),
        session: sessionOf(reply),
        made: (await users()) - before,
        event: record?.event,
        outcome: record?.outcome,
      };
      return outcome;
    }
    const nobody = {
      problem: 'oidc-answer-invalid',
      session: undefined,
      made: 0,
      event: 'sign-in.failed',
      outcome: 'refused',
    };
    const mallory = (visit: BegunOidc, more: JWTPayload = {}) =>
      site.claims(visit, {
        sub: 'sub-of-mallory',
        preferred_username: 'mallory',
        email: 'm@op.example',
        ...more,
      });
    const now = () => Math.floor(server.current.clock.now() / 1000);
    const unsigned = (header: object, claims: object, signature = '') =>
      [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') +
      `.${signature}`;

    test('J1: sixty hostile tokens, none accepted', async () => {
      const other = await generateKeyPair('RS256', { extractable: true });
      const elliptic = await generateKeyPair('ES256', { extractable: true });
      const pem = Buffer.from(await exportSPKI(op.keys.publicKey));
      const jwk = op.jwks[0]!;
      const wrongClaims: JWTPayload[] = [
        { iss: 'https://evil.example' },
        { iss: `${op.issuer}/` },
        { iss: op.issuer.toUpperCase() },
        { iss: undefined as never },
        { iss: [op.issuer] as never },
        { iss: '' },
        { aud: 'another' },
        { aud: [] },
        { aud: undefined as never },
        { aud: 'TESSERA' },
        { aud: ['another'] },
        { aud: ['tessera', 'another'] },
        { aud: ['tessera', 'another'], azp: 'another' },
        { azp: 'another' },
        { azp: 7 as never },
        { aud: { tessera: true } as never },
        { exp: 1 },
        { exp: undefined as never },
        { exp: 'later' as never },
        { exp: -1 },
        { nbf: 4_000_000_000 },
        { nbf: 'soon' as never },
        { iat: undefined as never },
        { iat: 'today' as never },
        { nonce: 'another' },
        { nonce: undefined as never },
        { nonce: '' },
        { nonce: ['x'] as never },
        { sub: undefined as never },
        { sub: '' },
        { sub: 7 as never },
        { sub: 'x'.repeat(300) },
        { sub: ['sub-of-mallory'] as never },
        { sub: 'somebody else than userinfo says' },
      ];
      const headers: object[] = [
        { alg: 'RS256', kid: 'unknown' },
        { alg: 'RS256', typ: 'at+jwt', kid: op.kid },
        { alg: 'RS256', typ: 'logout+jwt', kid: op.kid },
        { alg: 'RS256', kid: op.kid, crit: ['exp'] },
        { alg: 'RS256', typ: 'secevent+jwt', kid: op.kid },
      ];
      const makers: Record<string, (visit: BegunOidc) => Promise<string> | string> = {};
      wrongClaims.forEach((more, n) => {
        makers[`claims ${n} ${JSON.stringify(more)}`] = (visit) =>
          op.sign(JSON.parse(JSON.stringify(mallory(visit, more))));
      });
      headers.forEach((header, n) => {
        makers[`header ${n} ${JSON.stringify(header)}`] = (visit) =>
          'crit' in header
            ? unsigned(header, mallory(visit), 'AAAA')
            : op.sign(mallory(visit), { header: header as Record<string, unknown> });
      });
      for (const alg of [
        'none',
        'None',
        'NONE',
        'nOnE',
        '',
        'HS256',
        'HS384',
        'HS512',
        'RS1',
        'RS256 ',
        'ES256K',
      ]) {
        makers[`alg '${alg}', no signature`] = (visit) => unsigned({ alg, kid: op.kid }, mallory(visit));
      }
      for (const alg of ['HS256', 'HS384', 'HS512']) {
        makers[`${alg} with the public key`] = (visit) =>
          op.sign(mallory(visit), { header: { alg }, key: pem });
        makers[`${alg} with the client secret`] = (visit) =>
          op.sign(mallory(visit), { header: { alg }, key: Buffer.from('between the two'.padEnd(64)) });
      }
      makers['signed by another key'] = (visit) => op.sign(mallory(visit), { key: other.privateKey });
      makers['its own key in the header'] = async (visit) =>
        op.sign(mallory(visit), { key: other.privateKey, header: { jwk: { ...jwk } } });
      makers['keys from an address in the header'] = (visit) =>
        op.sign(mallory(visit), { key: other.privateKey, header: { jku: `${op.issuer}/jwks` } });
      makers['a certificate from an address in the header'] = (visit) =>
        op.sign(mallory(visit), {
          key: other.privateKey,
          header: { x5u: `${op.issuer}/x5u`, x5c: ['AAAA'] },
        });
      makers['a kid that is a path'] = (visit) =>
        op.sign(mallory(visit), { key: other.privateKey, header: { kid: '../../dev/null' } });
      makers['another algorithm than the provider has'] = (visit) =>
        op.sign(mallory(visit), { key: elliptic.privateKey, header: { alg: 'ES256' } });
      makers['a changed payload'] = async (visit) => {
        const [head, , signature] = (await op.sign(mallory(visit, { sub: 'x' }))).split('.');
        return [head, Buffer.from(JSON.stringify(mallory(visit))).toString('base64url'), signature].join('.');
      };
      makers['a truncated signature'] = async (visit) => (await op.sign(mallory(visit))).slice(0, -8);
      makers['no token'] = () => '';
      makers['no JSON'] = () => 'a.b.c';
      makers['four parts'] = async (visit) => `${await op.sign(mallory(visit))}.AAAA`;
      makers['an hour too old'] = (visit) => op.sign(mallory(visit, { iat: now() - 3900, exp: now() - 300 }));
      expect(Object.keys(makers).length).toBeGreaterThanOrEqual(60);
      for (const [name, make] of Object.entries(makers)) {
        expect({ name, ...(await refused(make)) }).toEqual({ name, ...nobody });
        await forgetFailures(server.current);
      }
      expect(op.asked.some(({ path }) => path === '/x5u')).toBe(false);
    });

    test('a right token, to show that the wrong ones fail by what is wrong with them', async () => {
      const reply = await site.signInWith((visit) => op.sign(mallory(visit)), { sub: 'sub-of-mallory' });
      expect(await whoIs(reply)).toBe('mallory');
    });

    test('userinfo of somebody else', async () => {
      expect(
        await refused((visit) => op.sign(mallory(visit, { sub: 'late' })), { sub: 'sub-of-alice' }),
      ).toEqual(nobody);
    });

    test('an answer counts once, in the browser that asked', async () => {
      const visit = await site.start();
      op.next = { idToken: await good(visit), userinfo: { sub: 'sub-of-alice' } };
      const answers = await Promise.all(Array.from({ length: 10 }, () => site.back(visit)));
      const ways = answers.map((one) => new URL(one.headers.get('location')!).pathname);
      expect(ways.filter((path) => path === '/sso/finish')).toHaveLength(1);
      const counted = answers[ways.indexOf('/sso/finish')]!;
      const other = await site.start();
      expect(problemOf(await site.finish(counted, other.cookie))).toBe('sso-other-browser');
      expect(problemOf(await site.back(visit))).toBe('oidc-not-asked');
      expect(await whoIs(await site.finish(counted, visit.cookie))).toBe('alice');
      expect(problemOf(await site.finish(counted, visit.cookie))).toBe('sso-other-browser');
    });

    test('the state of another provider, of nobody, two states', async () => {
      const second = await OidcSite.create(server.current, op);
      const visit = await site.start();
      op.next = { idToken: await good(visit), userinfo: { sub: 'sub-of-alice' } };
      expect(problemOf(await second.back(visit))).toBe('oidc-not-asked');
      expect(problemOf(await site.back({ state: 'tsi_none' }))).toBe('oidc-not-asked');
      const twice = await ask('GET', `${site.callback}?code=a&state=${visit.state}&state=${visit.state}`);
      expect(problemOf(twice)).toBe('oidc-not-asked');
      // RFC 9207: the answer names the issuer that gave it.
      expect(
        problemOf(
          await site.finish(await site.back(visit, { code: 'a', iss: 'https://evil.example' }), visit.cookie),
        ),
      ).toBe('oidc-answer-invalid');
    });

    test('errors of the provider are told in its words to administrators only', async () => {
      const visit = await site.start();
      const back = await site.back(visit, { error: 'access_denied', error_description: 'Not for you.' });
      const reply = await site.finish(back, visit.cookie);
      expect(problemOf(reply)).toBe('oidc-provider-refused');
      const [record] = await recordsOf(server.current, back);
      expect(record!.detail).toContain('access_denied: Not for you.');
      const other = await site.start();
      op.next = { idToken: '', status: 400 };
      expect(problemOf(await site.finish(await site.back(other), other.cookie))).toBe('oidc-answer-invalid');
    });

    test('a sign-in that takes longer than fifteen minutes', async () => {
      const visit = await site.start();
      op.next = { idToken: await good(visit), userinfo: { sub: 'sub-of-alice' } };
      server.current.clock.advance(16 * 60_000);
      expect(problemOf(await site.back(visit))).toBe('oidc-not-asked');
    });

    test('a clock that differs by less than half a minute is borne', async () => {
      const early = await site.signInWith((visit) => good(visit, { iat: now() + 20, nbf: now() + 20 }));
      expect(await whoIs(early)).toBe('alice');
      const late = await site.signInWith((visit) => good(visit, { exp: now() - 20 }));
      expect(await whoIs(late)).toBe('alice');
    });
  });

  test('a provider that is down is told, counts nothing, and is asked again', async () => {
    const down = await TestOp.start();
    const where = await OidcSite.create(server.current, down);
    down.goDown(true);
    const reply = await ask('GET', where.at(`/sso/${where.id}/start`));
    expect(problemOf(reply)).toBe('oidc-provider-unavailable');
    const test = await ask('POST', where.at('/rest/tessera/1/sign-in/visits'), {
      headers: where.admin,
      body: { provider: where.id, purpose: 'test' },
    });
    expect([test.status, test.body.errorMessages[0]]).toEqual([
      503,
      expect.stringContaining('cannot be reached'),
    ]);
    down.goDown(false);
    expect((await where.start()).location.origin).toBe(down.issuer);
    await down.stop();
  });

  test('H21: metadata that leads inside is not followed', async () => {
    const evil = await TestOp.start();
    evil.metadata = { token_endpoint: 'http://10.0.0.1/token', jwks_uri: 'http://169.254.169.254/latest' };
    const where = await OidcSite.create(server.current, evil);
    const visit = await where.start();
    evil.next = { idToken: await evil.sign(where.claims(visit)), userinfo: { sub: 'sub-of-alice' } };
    const back = await where.back(visit);
    expect(problemOf(await where.finish(back, visit.cookie))).toBe('oidc-answer-invalid');
    expect((await recordsOf(server.current, back))[0]!.detail).toContain('10.0.0.1 is no public address');
    await evil.stop();
  });

  test('another issuer than the one configured is refused', async () => {
    const liar = await TestOp.start();
    liar.metadata = { issuer: 'https://somebody.example' };
    const where = await OidcSite.create(server.current, liar);
    expect(problemOf(await ask('GET', where.at(`/sso/${where.id}/start`)))).toBe('oidc-provider-unavailable');
    await liar.stop();
  });

  test('H11: the client secret is sealed, and told to nobody', async () => {
    const { body } = await ask('GET', site.at(`/rest/tessera/1/identity-providers/${site.id}`), {
      headers: site.admin,
    });
    expect(JSON.stringify(body)).not.toContain('between the two');
    expect(body).toMatchObject({ hasSecrets: true, settings: { clientId: 'tessera' } });
    const rows = await server.current.app.site.db.selectFrom('identity_providers').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('between the two');
    const sessions = await server.current.app.site.db.selectFrom('sso_sessions').selectAll().execute();
    expect(JSON.stringify(sessions)).not.toContain('eyJ');
  });

  test('what is set up wrongly is said by field', async () => {
    const headers = await webSession(server.current, 'admin', 'admin');
    const make = (settings: object) =>
      ask('POST', site.at('/rest/tessera/1/identity-providers'), {
        headers,
        body: { kind: 'oidc', name: 'Wrong', settings },
      });
    for (const issuer of [
      'http://idp.example',
      'ftp://x',
      'nonsense',
      'https://idp.example/?a=b',
      'https://idp.example/.well-known/openid-configuration',
    ]) {
      expect(Object.keys((await make({ issuer, clientId: 'x' })).body.errors)).toEqual(['settings.issuer']);
    }
    expect(Object.keys((await make({ issuer: 'https://idp.example' })).body.errors)).toEqual([
      'settings.clientId',
    ]);
    expect(
      Object.keys(
        (await make({ issuer: 'https://idp.example', clientId: 'x', scopes: ['a b'] })).body.errors,
      ),
    ).toEqual([expect.stringMatching(/^settings\.scopes/)]);
  });

  describe('signing out', () => {
    const logout = (token: string) =>
      askForm(site.at(`/sso/oidc/${site.id}/backchannel-logout`), { logout_token: token });
    const now = () => Math.floor(server.current.clock.now() / 1000);
    let jti = 0;
    const claims = (more: JWTPayload = {}): JWTPayload => ({
      iss: op.issuer,
      aud: 'tessera',
      iat: now(),
      exp: now() + 120,
      jti: `j${++jti}`,
      sub: 'sub-of-alice',
      events: { [logoutEvent]: {} },
      ...more,
    });
    const signedIn = async (sid?: string) =>
      sessionOf(await site.signInWith((visit) => good(visit, sid === undefined ? {} : { sid })))!;
    const isIn = async (session: Record<string, string>) =>
      (await ask('GET', site.at('/rest/api/2/myself'), { headers: session })).status === 200;

    test('leads to the provider, which knows the session by its ID token', async () => {
      const session = await signedIn();
      const reply = await ask('DELETE', site.at('/rest/tessera/1/session'), {
        headers: { ...session, Origin: server.current.url },
      });
      const location = new URL(reply.body.location);
      expect(location.origin + location.pathname).toBe(`${op.issuer}/logout`);
      expect(location.searchParams.get('post_logout_redirect_uri')).toBe(site.at('/sign-in'));
      expect(location.searchParams.get('id_token_hint')).toMatch(/^eyJ/);
      expect(await isIn(session)).toBe(false);
    });

    test('the provider ends the session that it names, or all of the person, and each message counts once', async () => {
      const [one, two] = [await signedIn('s1'), await signedIn('s2')];
      const token = await op.sign(claims({ sid: 's1' }), { header: { typ: 'logout+jwt' } });
      const reply = await logout(token);
      expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
      expect([await isIn(one), await isIn(two)]).toEqual([false, true]);
      expect((await logout(token)).status).toBe(400);
      expect((await logout(await op.sign(claims()))).status).toBe(200);
      expect(await isIn(two)).toBe(false);
    });

    test('J1: what the provider did not sign for here and now ends nothing', async () => {
      const session = await signedIn('s3');
      const other = await generateKeyPair('RS256');
      const wrong = [
        op.sign(claims({ aud: 'another' })),
        op.sign(claims({ iss: 'https://evil.example' })),
        op.sign(claims({ events: {} } as JWTPayload)),
        op.sign(claims({ events: { [logoutEvent]: 'x' } } as JWTPayload)),
        op.sign(claims({ nonce: 'n' })),
        op.sign(claims({ iat: now() - 3600 })),
        op.sign(claims({ exp: now() - 60 })),
        op.sign(claims({ jti: undefined as never })),
        op.sign(claims({ sub: undefined as never })),
        op.sign(claims(), { header: { typ: 'at+jwt' } }),
        op.sign(claims(), { key: other.privateKey }),
        op.sign(claims(), { header: { alg: 'HS256' }, key: Buffer.from('between the two'.padEnd(64)) }),
        Promise.resolve('nonsense'),
      ];
      for (const token of wrong) expect((await logout(await token)).status).toBe(400);
      expect(await isIn(session)).toBe(true);
    });
  });

  test('linking and confirming go there and back', async () => {
    const fred = await webSession(server.current, 'fred', 'fred');
    const visit = await site.visit('link', fred);
    op.next = {
      idToken: await good(visit, { sub: 'sub-of-fred', email: 'f@op.example' }),
      userinfo: { sub: 'sub-of-fred' },
    };
    const linked = await site.finish(await site.back(visit), `${visit.cookie}; ${fred.Cookie}`);
    expect(new URL(linked.headers.get('location')!).searchParams.get('linked')).toBe(site.id);
    const again = await site.visit('confirm', fred);
    expect(again.location.searchParams.get('prompt')).toBe('login');
    const stale = await good(again, {
      sub: 'sub-of-fred',
      auth_time: Math.floor(server.current.clock.now() / 1000) - 900,
    });
    op.next = { idToken: stale, userinfo: { sub: 'sub-of-fred' } };
    const back = await site.back(again);
    expect(problemOf(await site.finish(back, `${again.cookie}; ${fred.Cookie}`))).toBe('sso-not-fresh');
  });
});
