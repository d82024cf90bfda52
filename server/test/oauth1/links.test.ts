import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';
import {
  addLink,
  administrator,
  changeLink,
  decide,
  exchange,
  publicPem,
  removeLink,
  requestToken,
} from './application.ts';

const path = '/rest/tessera/1/application-links';

describe.each(engines)('application links on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let admin: Record<string, string>;
  const create = (values: object, headers = admin) =>
    ask('POST', server.current.url + path, {
      headers,
      body: { name: 'Robot', consumerKey: 'robot', publicKey: publicPem, ...values },
    });
  const fields = async (values: object) => Object.keys((await create(values)).body.errors).sort();

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    admin = await administrator(server.current);
  });
  beforeEach(() => forgetFailures(server.current));

  test('E1: the health page warns as long as there is one', async () => {
    const health = async () =>
      (await ask('GET', `${server.current.url}/rest/tessera/1/health`, { headers: admin })).body.checks.find(
        ({ id }: { id: string }) => id === 'oauth1',
      );
    expect(await health()).toBeUndefined();
    const { id } = await addLink(server.current, { consumerKey: 'warns' });
    expect(await health()).toMatchObject({ state: 'warning', text: expect.stringContaining('RSA-SHA1') });
    await removeLink(server.current, id);
    expect(await health()).toBeUndefined();
  });

  test('tells what the client is set up with', async () => {
    const reply = await create({ callback: 'https://app.example/cb' });
    expect(reply.status).toBe(201);
    const { url } = server.current;
    expect(reply.body).toEqual({
      id: expect.any(String),
      kind: 'oauth1',
      name: 'Robot',
      consumerKey: 'robot',
      publicKey: publicPem,
      keyBits: 2048,
      keyIsShort: true,
      callback: 'https://app.example/cb',
      twoLeggedAccount: null,
      impersonation: false,
      people: 0,
      created: expect.any(String),
      updated: expect.any(String),
      client: {
        requestTokenUrl: `${url}/plugins/servlet/oauth/request-token`,
        authorizeUrl: `${url}/plugins/servlet/oauth/authorize`,
        accessTokenUrl: `${url}/plugins/servlet/oauth/access-token`,
        signatureMethods: ['RSA-SHA1', 'RSA-SHA256', 'RSA-SHA512'],
      },
    });
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'application-link.created', actor_name: 'admin', subject: 'Robot' },
    ]);
    for (let n = 0; n < 2; n++) {
      const signing = { consumerKey: 'robot' };
      const { oauth_token: token = '' } = await requestToken(server.current, signing);
      const { location } = (await decide(server.current, 'fred', token)).body;
      const verifier = new URL(location).searchParams.get('oauth_verifier');
      expect((await exchange(server.current, token, verifier, signing)).status).toBe(200);
    }
    const one = await ask('GET', `${server.current.url}${path}/${reply.body.id}`, { headers: admin });
    expect(one.body.people).toBe(1);
    expect(await fields({})).toEqual(['consumerKey']);
    const changed = await changeLink(server.current, reply.body.id, { name: 'Robot 2', callback: null });
    expect(changed.body).toMatchObject({ name: 'Robot 2', callback: null, publicKey: publicPem });
    const [record] = await recordsOf(server.current, changed);
    expect(JSON.parse(record!.changes!)).toEqual([
      { field: 'name', from: 'Robot', to: 'Robot 2' },
      { field: 'callback', from: 'https://app.example/cb', to: null },
    ]);
    const gone = await removeLink(server.current, reply.body.id);
    expect(gone.status).toBe(204);
    expect(await recordsOf(server.current, gone)).toMatchObject([{ event: 'application-link.deleted' }]);
    expect((await removeLink(server.current, reply.body.id)).status).toBe(404);
  });

  test('says everything that is wrong at once', async () => {
    const wrong = {
      name: ' ',
      consumerKey: 'a b',
      publicKey: 'x',
      callback: 'javascript:alert(1)',
      twoLeggedAccount: 'nobody',
    };
    expect(await fields(wrong)).toEqual(['callback', 'consumerKey', 'name', 'publicKey', 'twoLeggedAccount']);
    expect(await fields({ impersonation: true })).toEqual(['impersonation']);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const secret = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const reply = await create({ publicKey: secret });
    expect(reply.body.errors.publicKey).toMatch(/private key/);
    expect(server.current.logged()).not.toContain(secret.split('\n')[1]);
    expect((await create({ unknown: 1 })).status).toBe(400);
    expect((await create({ publicKey: 'x'.repeat(20_001) })).status).toBe(400);
  });

  test('are no business of tokens, of a session whose password is old, and of others than administrators', async () => {
    expect((await create({ consumerKey: 'by-token' }, world.admin.auth)).status).toBe(403);
    const rest = await ask('POST', `${server.current.url}/rest/auth/1/session`, {
      body: { username: 'admin', password: 'admin' },
    });
    const old = { Cookie: rest.headers.getSetCookie()[0]!.split(';')[0]! };
    const unconfirmed = await create({ consumerKey: 'by-session' }, old);
    expect([unconfirmed.status, unconfirmed.body.message]).toEqual([401, 'This resource requires WebSudo.']);
    expect((await create({ consumerKey: 'by-fred' }, world.fred.auth)).status).toBe(403);
  });

  test('nobody gets by way of an application what they may not do by hand', async () => {
    const { site } = server.current.app;
    await addAccount(server.current, 'helper');
    const group = await ask('POST', `${server.current.url}/rest/api/2/group`, {
      headers: world.admin.auth,
      body: { name: 'helpers' },
    });
    expect(group.status).toBe(201);
    await ask('POST', `${server.current.url}/rest/api/2/group/user?groupname=helpers`, {
      headers: world.admin.auth,
      body: { name: 'helper' },
    });
    const { id } = await site.db
      .selectFrom('groups')
      .select('id')
      .where('name', '=', 'helpers')
      .executeTakeFirstOrThrow();
    await site.db
      .insertInto('global_permissions')
      .values({ permission: 'ADMINISTER', holder_type: 'group', group_id: id })
      .execute();
    await changeRevision();
    const signedIn = await ask('POST', `${server.current.url}/rest/tessera/1/session`, {
      body: { username: 'helper', password: 'helper' },
    });
    const helper = {
      Cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]!,
      Origin: server.current.url,
    };
    const plain = await create({ consumerKey: 'h1', twoLeggedAccount: world.fred.user.accountId }, helper);
    expect(plain.status).toBe(201);
    const asAdmin = await create({ consumerKey: 'h2', twoLeggedAccount: world.admin.user.accountId }, helper);
    expect(asAdmin.status).toBe(403);
    const asAnybody = await create(
      { consumerKey: 'h3', twoLeggedAccount: world.fred.user.accountId, impersonation: true },
      helper,
    );
    expect(asAnybody.status).toBe(403);
    // Nor by giving such a link a key of their own.
    const mighty = await addLink(server.current, {
      consumerKey: 'h4',
      twoLeggedAccount: world.admin.user.accountId,
    });
    const taken = await ask('PUT', `${server.current.url}${path}/${mighty.id}`, {
      headers: helper,
      body: { publicKey: publicPem },
    });
    expect(taken.status).toBe(403);

    async function changeRevision() {
      const settings = `${server.current.url}/rest/tessera/1/settings`;
      await ask('PUT', settings, { headers: world.admin.auth, body: { siteTitle: 'Another' } });
    }
  });
});
