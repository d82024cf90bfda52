import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webSession } from '../audit/trail.ts';
import { accessToken, addLink, administrator, decide, privatePem } from '../oauth1/application.ts';
import { Application } from '../oauth2/support/application.ts';
import { createdToken } from '../support/api.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { changeSetting, useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { startProgram } from './support/program.ts';
import { askPython, pythonWithClients, startPython } from './support/python.ts';

interface Seen {
  readonly status: number;
  readonly text: string;
}

beforeAll(async () => {
  await pythonWithClients();
}, 180_000);

describe.each(engines)('python jira on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let token: string;
  let oauth: Record<string, string>;
  const work = (how: string, auth: object) =>
    askPython<Record<string, unknown>>('work', { server: server.current.url, how, auth });
  const refused = (auth: object) => askPython<Seen>('refused', { server: server.current.url, auth });
  const worked = (how: string) => ({
    server: 'Server',
    name: 'fred',
    summary: `Edited, ${how}`,
    status: 'Done',
    labels: ['edited', 'python'],
    assignee: 'fred',
    comments: ['changed'],
    found: [true],
    projects: ['PUB', 'QA'],
  });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    await addLink(server.current);
    ({ rawToken: token } = await createdToken(server.current, basic('fred', 'fred'), { name: 'python' }));
    const made = await accessToken(server.current, 'fred');
    oauth = {
      access_token: made.oauth_token!,
      access_token_secret: made.oauth_token_secret!,
      consumer_key: 'app',
      key_cert: privatePem,
    };
  });
  beforeEach(() => forgetFailures(server.current));

  test('works with an e-mail address and an API token (basic_auth)', async () => {
    expect(await work('basic', { basic_auth: ['fred@example.com', token] })).toEqual(worked('basic'));
  });

  test('works with a personal access token (token_auth)', async () => {
    expect(await work('bearer', { token_auth: token })).toEqual(worked('bearer'));
  });

  test('works with an access token of OAuth 2.0 (token_auth)', async () => {
    const app = await Application.create(server.current);
    const session = await webSession(server.current, 'fred', 'fred');
    const { access_token } = await app.tokens(session, { scope: 'WRITE' });
    expect(await work('oauth2', { token_auth: access_token })).toEqual(worked('oauth2'));
  });

  test('works with a cookie (auth)', async () => {
    expect(await work('cookie', { auth: ['fred', 'fred'] })).toEqual(worked('cookie'));
  });

  test.each(['RSA-SHA1', 'RSA-SHA256', 'RSA-SHA512'])('works with OAuth 1.0a and %s', async (method) => {
    const signed = { oauth: { ...oauth, signature_method: method } };
    expect(await work(method, signed)).toEqual(worked(method));
  });

  test('64: tries HMAC-SHA1 first, and goes on with RSA, as often as it likes', async () => {
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 1);
    for (const how of ['first', 'second', 'third']) expect(await work(how, { oauth })).toEqual(worked(how));
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
    const counted = await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute();
    expect(counted).toEqual([]);
  });

  test('is told what was wrong', async () => {
    expect(await refused({ basic_auth: ['fred', 'wrong'] })).toMatchObject({ status: 401 });
    expect(await refused({ token_auth: `${token.slice(0, -1)}!` })).toMatchObject({ status: 401 });
    const other = { ...oauth, signature_method: 'RSA-SHA1', access_token: 'tsy_nonsense' };
    const said = await refused({ oauth: other });
    expect(said.status).toBe(401);
    expect(said.text).toContain('oauth_problem=token_rejected');
  });

  test('atlassian-python-api signs with RSA-SHA512 by itself', async () => {
    const seen = await askPython('atlassian', { server: server.current.url, oauth });
    expect(seen).toEqual({ name: 'fred', total: 1 });
  });

  const count = Number(process.env.TESSERA_TEST_SIGNED_REQUESTS ?? 150);
  test(`O2: of ${count} random requests that oauthlib signs, none is refused`, async () => {
    const seed = Date.now();
    const input = { server: server.current.url, consumer: 'app', key: privatePem, token: oauth.access_token };
    expect(await askPython('signer', { ...input, count, seed }), `seed ${seed}`).toEqual([]);
  });

  describe('the examples of docs/oauth.md', () => {
    const docs = readFileSync(new URL('../../../docs/oauth.md', import.meta.url), 'utf8');
    const example = (name: string): string => {
      const found = new RegExp(`<!-- example: ${name} -->\\n *\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(docs);
      if (found === null) throw new Error(`docs/oauth.md has no example ${name}`);
      return found[1]!.replaceAll('https://jira.example.com', server.current.url);
    };

    test('a key pair, whose public key a link takes', async () => {
      const script = startProgram('sh', ['-e', 'program.sh'], { 'program.sh': example('keys') });
      const publicKey = await script.ended;
      const made = await ask('POST', `${server.current.url}/rest/tessera/1/application-links`, {
        headers: await administrator(server.current),
        body: { name: 'Fresh key', consumerKey: 'fresh-key', publicKey },
      });
      expect(made.status).toBe(201);
    });

    test('the dance with a code, and python jira afterwards', async () => {
      await addLink(server.current, { consumerKey: 'build-server', name: 'Build server' });
      const script = await startPython(example('python-dance'), { 'tessera.key': privatePem });
      const [, asked = ''] = await script.says(/oauth_token=(tsx_\w+)/);
      const { verifier } = (await decide(server.current, 'fred', asked)).body;
      script.type(verifier);
      expect(await script.ended).toContain('Fred');
    });

    test('the same with Node.js', async () => {
      const script = startProgram(process.execPath, ['program.mjs'], {
        'program.mjs': example('node-dance'),
        'tessera.key': privatePem,
      });
      const [, asked = ''] = await script.says(/oauth_token=(tsx_\w+)/);
      const { verifier } = (await decide(server.current, 'fred', asked)).body;
      script.type(verifier);
      expect(await script.ended).toContain('Fred');
    });

    test('two-legged', async () => {
      const link = await ask('GET', `${server.current.url}/rest/tessera/1/application-links`, {
        headers: await administrator(server.current),
      });
      const { id } = link.body.find((one: { consumerKey: string }) => one.consumerKey === 'build-server');
      const changed = await ask('PUT', `${server.current.url}/rest/tessera/1/application-links/${id}`, {
        headers: await administrator(server.current),
        body: { twoLeggedAccount: world.wilma.user.accountId },
      });
      expect(changed.status).toBe(200);
      const script = await startPython(example('python-two-legged'), { 'tessera.key': privatePem });
      expect(await script.ended).toContain('Wilma');
    });

    test('renewal', async () => {
      const made = await accessToken(server.current, 'fred', { consumerKey: 'build-server' });
      const program = example('python-renewal')
        .replace('ACCESS_TOKEN', made.oauth_token!)
        .replace('SESSION_HANDLE', made.oauth_session_handle!);
      const script = await startPython(program, { 'tessera.key': privatePem });
      expect(await script.ended).toMatch(/^tsy_\w{49}\n$/);
    });
  });
});
