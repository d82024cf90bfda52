import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { idOf, recordsOf } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { everyRow } from '../support/every-table.ts';
import { forgetFailures } from '../support/failures.ts';
import { changeSetting, startServer, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';
import {
  accessToken,
  addLink,
  askSigned,
  changeLink,
  fieldsOf,
  header,
  keyPair,
  otherKeyPair,
  problemOf,
  removeLink,
  type Signing,
  signedParameters,
} from './application.ts';

const myself = '/rest/api/2/myself';

describe.each(engines)('signed requests on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let token: string;
  const me = (signing: Signing = {}, path = myself) =>
    askSigned(server.current, 'GET', path, { ...signing, oauth: { oauth_token: token, ...signing.oauth } });
  const raw = (parameters: readonly (readonly [string, string])[], path = myself) =>
    ask('GET', server.current.url + path, { headers: header(parameters) });
  const parametersOf = (signing: Signing = {}, path = myself) =>
    signedParameters(server.current, 'GET', server.current.url + path, {
      ...signing,
      oauth: { oauth_token: token, ...signing.oauth },
    });
  const user = (reply: Reply) => [reply.status, reply.headers.get('x-ausername')];

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 2 });
    await addLink(server.current);
    token = (await accessToken(server.current, 'fred')).oauth_token!;
  });
  beforeEach(() => forgetFailures(server.current));

  test.each(['RSA-SHA1', 'RSA-SHA256', 'RSA-SHA512'])('O1: %s is taken', async (method) => {
    expect(user(await me({ method }))).toEqual([200, 'fred']);
  });

  test.each([
    'HMAC-SHA1',
    'HMAC-SHA256',
    'PLAINTEXT',
    'RSA-SHA384',
    'RSA-MD5',
    'rsa-sha1',
    'none',
    '__proto__',
  ])('O1: %s is refused, and counted for nobody', async (method) => {
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 1);
    for (let n = 0; n < 3; n++) {
      const reply = await me({ method });
      expect(problemOf(reply)).toEqual([401, 'signature_method_rejected']);
      expect(await recordsOf(server.current, reply)).toEqual([]);
    }
    // PLAINTEXT comes without a time and a nonce.
    const bare = await me({ method, oauth: { oauth_timestamp: null, oauth_nonce: null } });
    expect(problemOf(bare)).toEqual([401, 'signature_method_rejected']);
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
  });

  test('may do what their person may, and no more', async () => {
    const work = async (method: string, path: string, body?: unknown) =>
      (await askSigned(server.current, method, path, { oauth: { oauth_token: token } }, body)).status;
    expect(await work('GET', '/rest/api/2/issue/QA-1?fields=summary&expand=names')).toBe(200);
    expect(
      await work('GET', '/rest/api/2/search?jql=project%20%3D%20QA%20AND%20summary%20~%20%22a%2Bb%22'),
    ).toBe(200);
    expect(await work('POST', '/rest/api/2/issue/QA-1/comment', { body: 'signed & sealed' })).toBe(201);
    expect(await work('PUT', '/rest/api/2/issue/QA-1', { fields: { summary: 'ä' } })).toBe(204);
    expect(await work('GET', '/rest/tessera/1/settings')).toBe(403);
    // T11: it makes no credential that lives longer than it does.
    expect(await work('POST', '/rest/pat/latest/tokens', { name: 'x' })).toBe(403);
    await changeSetting(server.current.app, 'tokensMayMintTokens', true);
    expect(await work('POST', '/rest/pat/latest/tokens', { name: 'x' })).toBe(403);
    await changeSetting(server.current.app, 'tokensMayMintTokens', false);
    const wilma = (await accessToken(server.current, 'wilma')).oauth_token!;
    expect((await me({ oauth: { oauth_token: wilma } }, '/rest/api/2/issue/QA-1')).status).toBe(403);
  });

  test('HEAD is signed as HEAD', async () => {
    const signed = { oauth: { oauth_token: token } };
    expect((await askSigned(server.current, 'HEAD', myself, signed)).status).toBe(200);
    const headers = header(parametersOf());
    const reply = await fetch(server.current.url + myself, { method: 'HEAD', headers });
    expect(reply.status).toBe(401);
  });

  test('parameters may come in the query, under /rest alone', async () => {
    const query = new URLSearchParams(parametersOf()).toString();
    expect(user(await ask('GET', `${server.current.url}${myself}?${query}`))).toEqual([200, 'fred']);
    const cookie = { Cookie: 'tessera=tss_nonsense' };
    const again = new URLSearchParams(parametersOf()).toString();
    expect(user(await ask('GET', `${server.current.url}${myself}?${again}`, { headers: cookie }))).toEqual([
      200,
      'fred',
    ]);
    const page = new URLSearchParams(parametersOf({}, '/auth/forward')).toString();
    expect((await ask('GET', `${server.current.url}/auth/forward?${page}`)).status).toBe(401);
    // Authorization decides where it is there.
    const wrong = new URLSearchParams(parametersOf({ key: otherKeyPair })).toString();
    const byToken = await ask('GET', `${server.current.url}${myself}?${wrong}`, {
      headers: world.wilma.auth,
    });
    expect(user(byToken)).toEqual([200, 'wilma']);
    const bad = await ask('GET', `${server.current.url}${myself}?${wrong}`);
    expect(problemOf(bad)).toEqual([401, 'signature_invalid']);
  });

  test.each([
    ['the scheme in other letters', (value: string) => value.replace('OAuth', 'oAUTH')],
    ['a realm, with a comma in it', (value: string) => value.replace('OAuth ', 'OAuth realm="a, b\\"c", ')],
    ['no spaces', (value: string) => value.replaceAll(', ', ',')],
    ['more spaces', (value: string) => value.replaceAll(', ', ' ,  ').replace('OAuth ', 'OAuth   ')],
  ])('%s', async (_, change) => {
    const { Authorization } = header(parametersOf());
    const headers = { Authorization: change(Authorization!) };
    expect(user(await ask('GET', server.current.url + myself, { headers }))).toEqual([200, 'fred']);
  });

  describe('malformed ones are told so, and counted for nobody', () => {
    const change = (signing: Signing, of: (all: [string, string][]) => [string, string][]) =>
      of(parametersOf(signing));
    test.each<[string, () => [string, string][], string]>([
      ['nothing', () => [], 'parameter_absent'],
      ...[
        'oauth_consumer_key',
        'oauth_signature_method',
        'oauth_signature',
        'oauth_timestamp',
        'oauth_nonce',
        'oauth_token',
      ].map((name): [string, () => [string, string][], string] => [
        `no ${name}`,
        () =>
          name === 'oauth_signature'
            ? change({}, (all) => all.filter(([one]) => one !== name))
            : parametersOf({ oauth: { [name]: null } }),
        'parameter_absent',
      ]),
      ['an empty nonce', () => parametersOf({ oauth: { oauth_nonce: '' } }), 'parameter_absent'],
      ['another version', () => parametersOf({ oauth: { oauth_version: '1.1' } }), 'version_rejected'],
      [
        'a time that is none',
        () => parametersOf({ oauth: { oauth_timestamp: '1e9' } }),
        'parameter_rejected',
      ],
      ['a NUL in the key', () => parametersOf({ consumerKey: 'a\0b' }), 'parameter_rejected'],
      ['a line break', () => parametersOf({ oauth: { oauth_nonce: 'a\nb' } }), 'parameter_rejected'],
      ['a time below zero', () => parametersOf({ oauth: { oauth_timestamp: '-1' } }), 'parameter_rejected'],
      ['two tokens', () => change({}, (all) => [...all, ['oauth_token', token]]), 'parameter_rejected'],
      [
        'two of what nobody knows',
        () => change({}, (all) => [...all, ['oauth_x', '1'], ['oauth_x', '1']]),
        'parameter_rejected',
      ],
      [
        'a nonce too long',
        () => parametersOf({ oauth: { oauth_nonce: 'n'.repeat(2049) } }),
        'parameter_rejected',
      ],
      [
        'a token too long',
        () => parametersOf({ oauth: { oauth_token: 't'.repeat(5000) } }),
        'parameter_rejected',
      ],
      [
        'a name too long',
        () => change({}, (all) => [...all, [`oauth_${'x'.repeat(200)}`, '1']]),
        'parameter_rejected',
      ],
    ])('%s', async (_, parameters, problem) => {
      const reply = await raw(parameters());
      expect(problemOf(reply)).toEqual([401, problem]);
      expect(reply.headers.get('x-seraph-loginreason')).toBe('AUTHENTICATED_FAILED');
      expect(await recordsOf(server.current, reply)).toEqual([]);
    });

    test('the same parameter in the header and in the query', async () => {
      const reply = await raw(parametersOf(), `${myself}?oauth_token=${token}`);
      expect(problemOf(reply)).toEqual([401, 'parameter_rejected']);
      expect(fieldsOf(reply).oauth_parameters_rejected).toBe('oauth_token');
    });

    test('what is not percent-encoded or not quoted', async () => {
      for (const Authorization of [
        'OAuth',
        'OAuth x',
        'OAuth oauth_token="%zz"',
        'OAuth oauth_token=a',
        'OAuth a="1" b="2"',
      ]) {
        const reply = await ask('GET', server.current.url + myself, { headers: { Authorization } });
        expect([Authorization, reply.status]).toEqual([Authorization, 401]);
        expect(fieldsOf(reply).oauth_problem).toMatch(/^parameter_(absent|rejected)$/);
      }
    });
  });

  test('B3: whatever stands in the header is refused, and breaks nothing', async () => {
    const names = [
      ...[
        'oauth_consumer_key',
        'oauth_token',
        'oauth_signature_method',
        'oauth_signature',
        'oauth_timestamp',
      ],
      ...['oauth_nonce', 'oauth_version', 'oauth_body_hash', 'oauth_x', 'realm', 'x', '__proto__'],
    ];
    const values = ['app', 'RSA-SHA1', '1.0', '', '0', '\0', 'a\0b', '\u{10ffff}', token, 'x'.repeat(3000)];
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...values));
    const wellFormed = text.filter((one) => one.isWellFormed());
    const pairs = fc.array(fc.tuple(fc.constantFrom(...names), wellFormed), { maxLength: 9 });
    const good = fc.array(fc.tuple(fc.constantFrom(...names), wellFormed), { maxLength: 2 });
    const junk = fc.string({ maxLength: 60 }).map((one) => one.replaceAll(/[^\x20-\x7e]/g, '"'));
    const headers = fc.oneof(
      pairs.map((all) => header(all).Authorization!),
      // A right request with a parameter in place of one of its own.
      good.map((some) => {
        const right = parametersOf().filter(([name]) => !some.some(([other]) => other === name));
        return header([...right, ...some]).Authorization!;
      }),
      junk.map((one) => `OAuth ${one}`),
    );
    await fc.assert(
      fc.asyncProperty(headers, async (Authorization) => {
        const reply = await ask('GET', server.current.url + myself, { headers: { Authorization } });
        expect([200, 401]).toContain(reply.status);
        if (reply.status === 401) expect(fieldsOf(reply).oauth_problem).toMatch(/^[a-z_]+$/);
      }),
      { numRuns: Number(process.env.TESSERA_TEST_HEADERS ?? 300) },
    );
  }, 60_000);

  test('what names a key nobody has, a wrong signature or a wrong token counts for the network, and for no account', async () => {
    // So many refusals are kept of one address in a minute.
    server.current.clock.advance(61_000);
    const lastOther = token.endsWith('a') ? 'b' : 'a';
    for (const [signing, problem, step] of [
      [{ consumerKey: 'app2' }, 'consumer_key_unknown', 'oauth-consumer-unknown'],
      [{ key: otherKeyPair }, 'signature_invalid', 'oauth-signature'],
      [{ oauth: { oauth_token: token.slice(0, -1) + lastOther } }, 'token_rejected', 'oauth-token-unknown'],
      [{ oauth: { oauth_token: world.fred.token } }, 'token_rejected', 'oauth-token-unknown'],
    ] as const) {
      const reply = await me(signing);
      expect(problemOf(reply)).toEqual([401, problem]);
      const records = await recordsOf(server.current, reply);
      expect(records).toMatchObject([
        { event: 'sign-in.failed', outcome: 'refused', via: 'oauth1', actor_name: null },
      ]);
      expect(JSON.parse(records[0]!.detail!)).toEqual({ step });
      const why = await ask('GET', `${server.current.url}/rest/tessera/1/refusals/${idOf(reply)}`, {
        headers: world.admin.auth,
      });
      expect(why.body.step).toBe(step);
    }
    const counted = await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute();
    expect(counted).toEqual([]);

    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 2);
    await me({ key: otherKeyPair });
    await me({ key: otherKeyPair });
    const limited = await me({ key: otherKeyPair });
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toMatch(/^\d+$/);
    // What is right is not held up.
    expect((await me()).status).toBe(200);
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
  });

  test('O2: Host and query are signed: another one does not fit', async () => {
    const { port } = new URL(server.current.url);
    const headers = header(parametersOf());
    const byName = await ask('GET', `http://localhost:${port}${myself}`, { headers });
    expect(problemOf(byName)).toEqual([401, 'signature_invalid']);
    const signed = header(parametersOf({}, '/rest/api/2/issue/QA-1?fields=summary'));
    const other = await ask('GET', `${server.current.url}/rest/api/2/issue/QA-1?fields=status`, {
      headers: signed,
    });
    expect(problemOf(other)).toEqual([401, 'signature_invalid']);
    const fewer = await ask('GET', `${server.current.url}/rest/api/2/issue/QA-1`, { headers: signed });
    expect(problemOf(fewer)).toEqual([401, 'signature_invalid']);
    const more = await ask(
      'GET',
      `${server.current.url}/rest/api/2/issue/QA-1?fields=summary&fields=summary`,
      { headers: signed },
    );
    expect(problemOf(more)).toEqual([401, 'signature_invalid']);
    const post = await ask('POST', server.current.url + myself, {
      headers: header(parametersOf()),
      body: {},
    });
    expect(post.status).toBe(401);
  });

  test('O3: five minutes each way, to the second', async () => {
    const at = (seconds: number) => ({
      oauth: { oauth_timestamp: String(Math.floor(server.current.clock.now() / 1000) + seconds) },
    });
    for (const seconds of [-299, 0, 299]) expect((await me(at(seconds))).status).toBe(200);
    for (const seconds of [-302, 302, -1_000_000_000, 900_000_000_000]) {
      const reply = await me(at(seconds));
      expect(problemOf(reply)).toEqual([401, 'timestamp_refused']);
      expect(fieldsOf(reply).oauth_acceptable_timestamps).toMatch(/^\d+-\d+$/);
    }
  });

  test('O3: a nonce counts once for one token and one second, and again for others', async () => {
    const now = Math.floor(server.current.clock.now() / 1000);
    const other = (await accessToken(server.current, 'fred')).oauth_token!;
    const use = (of: object) => me({ oauth: { oauth_nonce: 'n1', oauth_timestamp: String(now), ...of } });
    expect((await use({})).status).toBe(200);
    expect(problemOf(await use({}))).toEqual([401, 'nonce_used']);
    expect((await use({ oauth_timestamp: String(now - 1) })).status).toBe(200);
    expect((await use({ oauth_token: other })).status).toBe(200);
    expect((await use({ oauth_nonce: 'N1' })).status).toBe(200);
    // A wrong signature uses none up.
    const nonce = { oauth_nonce: 'n2', oauth_timestamp: String(now) };
    expect((await me({ key: otherKeyPair, oauth: nonce })).status).toBe(401);
    expect((await me({ oauth: nonce })).status).toBe(200);
  });

  test('a body whose hash is signed must be that body', async () => {
    const path = '/rest/api/2/issue/QA-1/comment';
    const post = (hashed: string, algorithm: string, sent = hashed) =>
      askSigned(
        server.current,
        'POST',
        path,
        {
          oauth: {
            oauth_token: token,
            oauth_body_hash: createHash(algorithm)
              .update(JSON.stringify({ body: hashed }))
              .digest('base64'),
          },
        },
        { body: sent },
      );
    for (const algorithm of ['sha1', 'sha256', 'sha512'])
      expect((await post('as signed', algorithm)).status).toBe(201);
    for (const algorithm of ['sha1', 'sha256', 'md5', 'sha384']) {
      const reply = await post('as signed', algorithm, 'as changed');
      expect([algorithm, ...problemOf(reply)]).toEqual([algorithm, 401, 'parameter_rejected']);
    }
    const empty = createHash('sha1').update('').digest('base64');
    expect((await me({ oauth: { oauth_body_hash: empty } })).status).toBe(200);
    const hash = createHash('sha1').update('x').digest('base64');
    expect((await me({ oauth: { oauth_body_hash: hash } })).status).toBe(401);
    expect((await me({ oauth: { oauth_body_hash: '' } })).status).toBe(401);
    const none = await askSigned(
      server.current,
      'POST',
      path,
      { oauth: { oauth_token: token, oauth_body_hash: empty } },
      { body: 'x' },
    );
    expect(problemOf(none)).toEqual([401, 'parameter_rejected']);
    const comments = await ask('GET', server.current.url + path, { headers: world.fred.auth });
    expect(JSON.stringify(comments.body)).not.toContain('as changed');
  });

  test('a signed form opens nothing: what it says is not looked at behind the door', async () => {
    const url = `${server.current.url}/rest/api/2/issue/QA-1/comment`;
    const form = 'body=hello';
    for (const signing of [{ form }, {}]) {
      const parameters = signedParameters(server.current, 'POST', url, {
        ...signing,
        oauth: { oauth_token: token },
      });
      const reply = await fetch(url, {
        method: 'POST',
        headers: {
          ...header(parameters),
          'Content-Type': 'application/x-www-form-urlencoded',
          'X-Atlassian-Token': 'no-check',
        },
        body: form,
      });
      expect([reply.status, new URLSearchParams(await reply.text()).get('oauth_problem')]).toEqual([
        401,
        'parameter_rejected',
      ]);
    }
  });

  describe('two-legged', () => {
    let id: string;
    const robot = (path = myself, oauth: Record<string, string> = {}) =>
      askSigned(server.current, 'GET', path, { consumerKey: 'robot', oauth: { oauth_token: '', ...oauth } });

    beforeAll(async () => {
      const { accountId } = world.wilma.user;
      const link = await addLink(server.current, { consumerKey: 'robot', twoLeggedAccount: accountId });
      id = link.id;
    });

    test('acts as the account of the link, which may be disabled at any time', async () => {
      expect(user(await robot())).toEqual([200, 'wilma']);
      const active = (value: boolean) =>
        ask('PUT', `${server.current.url}/rest/api/2/user?username=wilma`, {
          headers: world.admin.auth,
          body: { active: value },
        });
      await active(false);
      expect(problemOf(await robot())).toEqual([401, 'permission_denied']);
      await active(true);
      expect((await robot()).status).toBe(200);
    });

    test.each(['user_id', 'xoauth_requestor_id'])(
      'names another account by %s only with the switch on',
      async (name) => {
        await addAccount(server.current, `ghost-${name.length}`);
        expect(problemOf(await robot(`${myself}?${name}=fred`))).toEqual([401, 'permission_denied']);
        expect((await changeLink(server.current, id, { impersonation: true })).status).toBe(200);
        expect(user(await robot(`${myself}?${name}=fred`))).toEqual([200, 'fred']);
        expect(user(await robot(`${myself}?${name}=FRED%40example.com`))).toEqual([200, 'fred']);
        expect(user(await robot())).toEqual([200, 'wilma']);
        for (const nobody of ['nobody', '', `ghost-${name.length}x`]) {
          expect(problemOf(await robot(`${myself}?${name}=${nobody}`))).toEqual([401, 'permission_denied']);
        }
        expect(problemOf(await robot(`${myself}?user_id=fred&xoauth_requestor_id=admin`))).toEqual([
          401,
          'parameter_rejected',
        ]);
        // Whoever has a person's token is that person.
        expect(user(await me({}, `${myself}?${name}=admin`))).toEqual([200, 'fred']);
        await changeLink(server.current, id, { impersonation: false });
        expect(problemOf(await robot(`${myself}?${name}=fred`))).toEqual([401, 'permission_denied']);
      },
    );

    test('what it does is on record under its name', async () => {
      expect((await changeLink(server.current, id, { impersonation: true })).status).toBe(200);
      const reply = await askSigned(
        server.current,
        'POST',
        '/rest/api/2/group?user_id=admin',
        { consumerKey: 'robot', oauth: { oauth_token: '' } },
        { name: 'made-by-robot' },
      );
      expect(reply.status).toBe(201);
      const [record] = await recordsOf(server.current, reply);
      expect(record).toMatchObject({ event: 'group.created', actor_name: 'admin', via: 'oauth1' });
      expect(JSON.parse(record!.detail!)).toMatchObject({ application: 'Build robot' });
      await changeLink(server.current, id, { impersonation: false });
    });

    test('a removed link is refused on the very next request', async () => {
      const gone = await addLink(server.current, {
        consumerKey: 'gone',
        twoLeggedAccount: world.wilma.user.accountId,
      });
      const ours = (await accessToken(server.current, 'fred', { consumerKey: 'gone' })).oauth_token!;
      const use = (oauth_token: string) =>
        askSigned(server.current, 'GET', myself, { consumerKey: 'gone', oauth: { oauth_token } });
      expect((await use(ours)).status).toBe(200);
      expect((await use('')).status).toBe(200);
      expect((await removeLink(server.current, gone.id)).status).toBe(204);
      for (const each of [ours, ''])
        expect(problemOf(await use(each))).toEqual([401, 'consumer_key_unknown']);
      // Another link of the same name starts anew.
      await addLink(server.current, { consumerKey: 'gone' });
      expect(problemOf(await use(ours))).toEqual([401, 'token_rejected']);
    });
  });

  test('the token of one application is no good to another one', async () => {
    await addLink(server.current, { consumerKey: 'thief' });
    expect(problemOf(await me({ consumerKey: 'thief' }))).toEqual([401, 'token_rejected']);
  });

  test('a changed key counts from the next request on', async () => {
    const { id } = await addLink(server.current, { consumerKey: 'rolls' });
    const mine = (await accessToken(server.current, 'fred', { consumerKey: 'rolls' })).oauth_token!;
    const use = (key: typeof keyPair) => me({ consumerKey: 'rolls', key, oauth: { oauth_token: mine } });
    expect((await use(keyPair)).status).toBe(200);
    const publicKey = otherKeyPair.publicKey.export({ type: 'spki', format: 'pem' });
    expect((await changeLink(server.current, id, { publicKey })).status).toBe(200);
    expect(problemOf(await use(keyPair))).toEqual([401, 'signature_invalid']);
    expect((await use(otherKeyPair)).status).toBe(200);
  });

  test('C5: nothing of it is stored or logged in the clear', async () => {
    const made = await accessToken(server.current, 'fred');
    await me({ oauth: { oauth_token: made.oauth_token! } });
    const stored = [...(await everyRow(server.current)).values()].join('\n');
    for (const secret of [made.oauth_token, made.oauth_token_secret, made.oauth_session_handle]) {
      expect(stored.includes(secret!)).toBe(false);
      expect(server.current.logged().includes(secret!)).toBe(false);
    }
  });

  test('a live signed request is not told apart by a password of the same person', async () => {
    const reply = await ask('GET', server.current.url + myself, { headers: basic('fred', token) });
    expect(reply.status).toBe(401);
    const asBearer = await ask('GET', server.current.url + myself, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(asBearer.status).toBe(401);
  });

  test('under a base URL with a path that URL is signed, whatever Host says', async () => {
    const behind = await startServer({ engine, env: { TESSERA_BASE_URL: 'http://localhost:2990/jira' } });
    try {
      const there = await createWorld(behind, { issues: 1 });
      const made = await addLink(behind, { twoLeggedAccount: there.fred.user.accountId });
      expect(made.client.requestTokenUrl).toBe(
        'http://localhost:2990/jira/plugins/servlet/oauth/request-token',
      );
      const use = (signedUrl: string) =>
        askSigned(behind, 'GET', myself, { signedUrl, oauth: { oauth_token: '' } });
      expect(user(await use(`http://localhost:2990/jira${myself}`))).toEqual([200, 'fred']);
      expect(problemOf(await use(behind.url + myself))).toEqual([401, 'signature_invalid']);
      expect(problemOf(await use(`http://localhost:2990${myself}`))).toEqual([401, 'signature_invalid']);
    } finally {
      await behind.stop();
    }
  });
});

test.each(engines)('the cloud profile refuses a wrong signature too, on %s', async (engine) => {
  const server = await startServer({ engine, env: { TESSERA_PROFILE: 'cloud' } });
  try {
    await createWorld(server, { issues: 1 });
    const reply = await askSigned(server, 'GET', '/rest/api/2/issue/PUB-1', { oauth: { oauth_token: '' } });
    expect(problemOf(reply)).toEqual([401, 'consumer_key_unknown']);
  } finally {
    await server.stop();
  }
});
