import { beforeAll, describe, expect, test } from 'vitest';
import { sendExpiryNotices } from '../../src/auth/api-tokens/expiry-notices.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { changeSetting, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;

describe.each(engines)('the life of an API token on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const fred = basic('fred', 'fred');

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  const mint = async (body: object, headers = fred): Promise<{ id: number; rawToken: string }> => {
    const reply = await ask('POST', rest('pat/latest/tokens'), { headers, body: { name: 'made', ...body } });
    expect([reply.status, reply.text.includes('rawToken')]).toEqual([201, true]);
    return reply.body;
  };
  const refusedFields = async (body: object): Promise<Record<string, string>> => {
    const reply = await ask('POST', rest('pat/latest/tokens'), {
      headers: fred,
      body: { name: 'x', ...body },
    });
    expect(reply.status).toBe(400);
    return reply.body.errors;
  };
  const get = (path: string, secret: string) => ask('GET', rest(path), { headers: bearer(secret) });
  const put = (path: string, secret: string, body: object) =>
    ask('PUT', rest(path), { headers: bearer(secret), body });
  const history = async (headers: Record<string, string> = fred): Promise<any[]> =>
    (await ask('GET', rest('tessera/1/tokens'), { headers })).body;
  const explanation = async (reply: Reply) =>
    (await ask('GET', rest(`tessera/1/refusals/${reply.headers.get('x-arequestid')}`), { headers: fred }))
      .body;
  const revoke = (id: number) => ask('DELETE', rest(`pat/latest/tokens/${id}`), { headers: fred });

  describe('scopes', () => {
    test('59: what lacks the scope is told so, with its name; what has it passes', async () => {
      const { id, rawToken } = await mint({ scopes: ['read:jira-work'] });
      expect((await get('api/2/issue/QA-1', rawToken)).status).toBe(200);
      const refused = await put('api/2/issue/QA-1', rawToken, { fields: { summary: 'no' } });
      expect([refused.status, refused.body]).toEqual([
        401,
        { code: 401, message: 'Unauthorized; scope does not match' },
      ]);
      expect(refused.headers.get('www-authenticate')).toBe(
        'Bearer error="insufficient_scope", scope="write:jira-work"',
      );
      expect(refused.headers.get('x-ausername')).toBe('fred');
      expect(await explanation(refused)).toMatchObject({
        step: 'scope-missing',
        facts: { needed: 'write:jira-work', granted: 'read:jira-work' },
      });
      await revoke(id);
    });

    test('comments may be allowed without the rest of writing', async () => {
      const { id, rawToken } = await mint({ scopes: ['read:jira-work', 'write:comment:jira'] });
      const comment = await ask('POST', rest('api/2/issue/QA-1/comment'), {
        headers: bearer(rawToken),
        body: { body: 'seen' },
      });
      expect(comment.status).toBe(201);
      expect((await put('api/2/issue/QA-1', rawToken, { fields: { summary: 'no' } })).status).toBe(401);
      await revoke(id);
    });

    test('T11: whatever it is held to, it opens no way around it', async () => {
      await changeSetting(server.current.app, 'tokensMayMintTokens', true);
      const held = [
        { scopes: ['read:jira-work', 'write:jira-work', 'read:jira-user', 'manage:jira-configuration'] },
        { projects: ['QA'] },
        { addresses: ['127.0.0.0/8'] },
      ];
      for (const limits of held) {
        const { id, rawToken } = await mint(limits);
        const opened = await ask('POST', rest('pat/latest/tokens'), {
          headers: bearer(rawToken),
          body: { name: 'wider' },
        });
        expect([limits, opened.status]).toEqual([limits, 401]);
        await revoke(id);
      }
      await changeSetting(server.current.app, 'tokensMayMintTokens', false);
    });

    test('a session that it opens is held to the same', async () => {
      const { id, rawToken } = await mint({ scopes: ['read:jira-work'], projects: ['PUB'] });
      const opened = await ask('POST', rest('auth/1/session'), {
        body: { username: 'fred', password: rawToken },
      });
      expect(opened.status).toBe(200);
      const headers = { Cookie: opened.headers.getSetCookie()[0]!.split(';')[0]! };
      expect((await ask('GET', rest('api/2/issue/PUB-1'), { headers })).status).toBe(200);
      expect((await ask('GET', rest('api/2/issue/QA-1'), { headers })).status).toBe(403);
      const write = await ask('PUT', rest('api/2/issue/PUB-1'), { headers, body: { fields: {} } });
      expect(write.body.message).toBe('Unauthorized; scope does not match');
      await revoke(id);
    });
  });

  describe('projects', () => {
    test('other projects are hidden as from a stranger, in search too', async () => {
      const { id, rawToken } = await mint({ projects: ['qa'] });
      expect((await get('api/2/issue/QA-1', rawToken)).status).toBe(200);
      expect((await get('api/2/issue/PUB-1', rawToken)).status).toBe(403);
      const found = await get('api/2/search?jql=order%20by%20key&fields=key', rawToken);
      expect(new Set(found.body.issues.map(({ key }: any) => key.split('-')[0]))).toEqual(new Set(['QA']));
      expect((await get('api/2/project', rawToken)).body.map(({ key }: any) => key)).toEqual(['QA']);
      expect((await get('api/2/search?jql=project=PUB', rawToken)).status).toBe(400);
      const permissions = await get('api/2/mypermissions?projectKey=QA', rawToken);
      expect(permissions.body.permissions.BROWSE_PROJECTS.havePermission).toBe(true);
      await revoke(id);
    });

    test('an administrator who holds one administers nothing with it', async () => {
      const admin = basic('admin', 'admin');
      const { rawToken } = await mint({ projects: ['QA'] }, admin);
      expect((await get('tessera/1/settings', rawToken)).status).toBe(403);
      expect((await get('api/2/issue/QA-1', rawToken)).status).toBe(200);
      const made = await ask('POST', rest('api/2/project'), {
        headers: bearer(rawToken),
        body: { key: 'NEW', name: 'New', projectTypeKey: 'software', lead: 'admin' },
      });
      expect(made.status).toBe(403);
    });

    test('a project that one may not see cannot be told from none', async () => {
      const wilma = basic('wilma', 'wilma');
      const tried = async (projects: string[]) =>
        (await ask('POST', rest('pat/latest/tokens'), { headers: wilma, body: { name: 'x', projects } }))
          .body;
      expect(await tried(['QA'])).toEqual({
        errorMessages: [],
        errors: { projects: 'No such project: QA.' },
      });
      expect(await tried(['NOPE'])).toEqual({
        errorMessages: [],
        errors: { projects: 'No such project: NOPE.' },
      });
    });
  });

  describe('addresses', () => {
    test('from elsewhere it is refused like a wrong one, and its owner is told why', async () => {
      const { id, rawToken } = await mint({ addresses: ['192.0.2.0/24', '2001:db8::/32'] });
      const refused = await get('api/2/myself', rawToken);
      const unknown = await get('api/2/myself', `${rawToken}x`);
      expect([refused.status, refused.text]).toEqual([401, unknown.text]);
      expect(await explanation(refused)).toMatchObject({
        step: 'token-address',
        facts: { token: 'made', allowedAddresses: '192.0.2.0/24 2001:db8::/32', cameFrom: '127.0.0.1' },
      });
      const over = await ask('GET', rest('api/2/myself'), { headers: basic('fred', rawToken) });
      expect(over.status).toBe(401);
      await forgetFailures(server.current);
      await revoke(id);
    });

    test('from its own list it counts, and so does a session that it opened', async () => {
      const { id, rawToken } = await mint({ addresses: ['127.0.0.1'] });
      expect((await get('api/2/myself', rawToken)).status).toBe(200);
      await revoke(id);
    });
  });

  test('bad limits are told field by field', async () => {
    expect(
      await refusedFields({
        expirationDuration: 400,
        scopes: ['read:everything'],
        projects: ['NOPE'],
        addresses: ['10.0.0.0/33', 'fred', '0.0.0.0/0'],
      }),
    ).toEqual({
      expirationDuration: 'The expiry must be 1 to 365 days from now.',
      scopes: expect.stringMatching(/^No such scope: read:everything\. There are read:jira-work, /),
      projects: 'No such project: NOPE.',
      addresses: 'Neither an address nor a CIDR range such as 192.0.2.0/24: 10.0.0.0/33, fred, 0.0.0.0/0.',
    });
    expect(Object.keys(await refusedFields({ scopes: [], projects: [], addresses: [' '] }))).toEqual([
      'scopes',
      'projects',
      'addresses',
    ]);
  });

  describe('T10: its end', () => {
    test('never only where the administrator allows it', async () => {
      expect(await refusedFields({ expirationDuration: null })).toEqual({
        expirationDuration: 'Every token ends on this site. The expiry must be 1 to 365 days from now.',
      });
      await changeSetting(server.current.app, 'apiTokensMayNeverExpire', true);
      const { id, rawToken } = await mint({ expirationDuration: null });
      const self = await get('tessera/1/tokens/self', rawToken);
      expect([self.status, self.body.expiringAt]).toEqual([200, null]);
      expect(self.headers.has('tessera-token-expires')).toBe(false);
      server.current.clock.advance(3650 * dayMs);
      expect((await get('api/2/myself', rawToken)).status).toBe(200);
      await revoke(id);
      await changeSetting(server.current.app, 'apiTokensMayNeverExpire', false);
    });

    test('a site may allow less than a year', async () => {
      await changeSetting(server.current.app, 'apiTokenMaxDays', 30);
      expect(await refusedFields({ expirationDuration: 31 })).toEqual({
        expirationDuration: 'The expiry must be 1 to 30 days from now.',
      });
      const { id, rawToken } = await mint({});
      const expires = (await get('api/2/myself', rawToken)).headers.get('tessera-token-expires')!;
      expect(Date.parse(expires) - server.current.clock.now()).toBe(30 * dayMs);
      await revoke(id);
      await changeSetting(server.current.app, 'apiTokenMaxDays', 365);
    });

    test('told 30, 7 and 1 days before, each once, and on every answer from the first on', async () => {
      const emma = await addAccount(server.current, 'emma');
      const own = basic('emma', 'emma');
      await ask('DELETE', rest('pat/latest/tokens'), { headers: own });
      const { rawToken } = await mint({ name: 'Nightly build', expirationDuration: 90 }, own);
      const notices = async () => {
        const { site } = server.current.app;
        // Two processes at once.
        await Promise.all([sendExpiryNotices(site, 'https://jira'), sendExpiryNotices(site, 'https://jira')]);
        return (await mailsOf(server.current, emma.email)).map(({ subject }) => subject);
      };
      const said = async () => (await get('api/2/myself', rawToken)).headers.has('tessera-token-expires');
      expect([await notices(), await said()]).toEqual([[], false]);
      server.current.clock.advance(60 * dayMs);
      const thirty = 'An API token expires in 30 days (Tessera)';
      expect([await notices(), await said()]).toEqual([[thirty], true]);
      expect(await notices()).toEqual([thirty]);
      server.current.clock.advance(23 * dayMs);
      const seven = 'An API token expires in 7 days (Tessera)';
      expect(await notices()).toEqual([thirty, seven]);
      server.current.clock.advance(6 * dayMs + 1);
      const one = 'An API token expires within a day (Tessera)';
      expect(await notices()).toEqual([thirty, seven, one]);
      server.current.clock.advance(dayMs);
      expect(await notices()).toEqual([thirty, seven, one]);
      const [mail] = await mailsOf(server.current, emma.email);
      expect(mail?.text).toContain('“Nightly build”');
      expect(mail?.text).not.toContain(rawToken);
    });
  });

  describe('rotation', () => {
    const rotate = (id: number | 'self', headers: Record<string, string>, body: object = {}) =>
      ask('POST', rest(`tessera/1/tokens/${id}/rotate`), { headers, body });

    test('the old secret works for the overlap and not a moment longer; limits and label stay', async () => {
      const old = await mint({ name: 'Deploy', expirationDuration: 90, scopes: ['read:jira-user'] });
      const next = await rotate(old.id, fred, { overlapHours: 24 });
      expect([next.status, next.body.id, next.body.name, next.body.scopes]).toEqual([
        200,
        old.id,
        'Deploy',
        ['read:jira-user'],
      ]);
      expect(next.body.rawToken).not.toBe(old.rawToken);
      const both = async () => [
        (await get('api/2/myself', old.rawToken)).status,
        (await get('api/2/myself', next.body.rawToken)).status,
      ];
      expect(await both()).toEqual([200, 200]);
      server.current.clock.advance(dayMs - 1);
      expect(await both()).toEqual([200, 200]);
      server.current.clock.advance(1);
      expect(await both()).toEqual([401, 200]);
      expect(await explanation(await get('api/2/myself', old.rawToken))).toMatchObject({
        step: 'token-rotated',
        facts: { token: 'Deploy' },
      });
      const listed = (await history()).find(({ id }) => id === old.id);
      expect(listed.earlierSecrets).toMatchObject([
        { state: 'expired', lastAccessAddress: '127.0.0.1', lastAccessedAt: expect.any(String) },
      ]);
      await revoke(old.id);
    });

    test('without an overlap the old secret is refused at once; revoking ends both', async () => {
      const old = await mint({});
      const second = (await rotate(old.id, fred)).body;
      expect((await get('api/2/myself', old.rawToken)).status).toBe(401);
      const third = (await rotate(old.id, fred, { overlapHours: 72 })).body;
      await revoke(old.id);
      for (const secret of [old.rawToken, second.rawToken, third.rawToken])
        expect((await get('api/2/myself', secret)).status).toBe(401);
    });

    test('T11: a token rotates itself, whatever it is held to, and no other one', async () => {
      const other = await mint({});
      const { id, rawToken } = await mint({ scopes: ['read:jira-work'], expirationDuration: 10 });
      expect((await rotate(other.id, bearer(rawToken))).status).toBe(403);
      const next = await ask('POST', rest('tessera/1/tokens/self/rotate'), { headers: bearer(rawToken) });
      expect([next.status, next.body.id, next.body.scopes]).toEqual([200, id, ['read:jira-work']]);
      expect(Date.parse(next.body.expiringAt) - server.current.clock.now()).toBe(10 * dayMs);
      // An earlier secret is no token of its own that could be rotated.
      const [earlier] = await ask('GET', rest('tessera/1/tokens/self'), { headers: bearer(rawToken) }).then(
        (reply) => [reply.status],
      );
      expect(earlier).toBe(401);
      await revoke(id);
      await revoke(other.id);
    });

    test('twenty at once leave one secret that works, beside those of the overlap', async () => {
      const { id, rawToken } = await mint({});
      const replies = await Promise.all(
        Array.from({ length: 20 }, () => rotate(id, fred, { overlapHours: 0 })),
      );
      const secrets = replies.filter(({ status }) => status === 200).map(({ body }) => body.rawToken);
      const alive = await Promise.all([rawToken, ...secrets].map((one) => get('api/2/myself', one)));
      expect(alive.filter(({ status }) => status === 200)).toHaveLength(1);
      await revoke(id);
      const dead = await Promise.all(secrets.map((one) => get('api/2/myself', one)));
      expect(dead.every(({ status }) => status === 401)).toBe(true);
    });

    test.each([-1, 73, 1.5])('an overlap of %s hours is refused by field', async (overlapHours) => {
      const { id } = await mint({});
      const reply = await rotate(id, fred, { overlapHours });
      expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, ['overlapHours']]);
      await revoke(id);
    });

    test("another's token is not there", async () => {
      const { id } = await mint({});
      expect((await rotate(id, basic('wilma', 'wilma'))).status).toBe(404);
      expect((await rotate(999_999, fred)).status).toBe(404);
      await revoke(id);
    });
  });

  test('ended tokens stay listed for 90 days, with when, by whom and why', async () => {
    const hugo = await addAccount(server.current, 'hugo');
    const own = basic('hugo', 'hugo');
    const revoked = await mint({ name: 'revoked' }, own);
    await mint({ name: 'expired', expirationDuration: 1 }, own);
    await ask('DELETE', rest(`pat/latest/tokens/${revoked.id}`), { headers: own });
    server.current.clock.advance(dayMs);
    const states = async () =>
      (await history(own)).map(({ name, state, revokedBy, revokedWhy }) => [
        name,
        state,
        revokedBy,
        revokedWhy,
      ]);
    expect(await states()).toEqual([
      ['T1', 'active', null, null],
      ['revoked', 'revoked', 'Hugo', 'owner'],
      ['expired', 'expired', null, null],
    ]);
    expect(
      (await ask('GET', rest('pat/latest/tokens'), { headers: own })).body.map((one: any) => one.name),
    ).toEqual(['T1', 'expired']);
    server.current.clock.advance(89 * dayMs);
    expect((await states()).map(([name]) => name)).toEqual(['T1', 'expired']);
    server.current.clock.advance(dayMs);
    expect((await states()).map(([name]) => name)).toEqual(['T1']);
    expect(hugo.user.id).toBeGreaterThan(0);
  });

  test('T12: the last use says when, from where and by which client', async () => {
    const { id, rawToken } = await mint({});
    await ask('GET', rest('api/2/myself'), {
      headers: { ...bearer(rawToken), 'User-Agent': 'nightly-build/1.0' },
    });
    expect((await history()).find((one) => one.id === id)).toMatchObject({
      lastAccessAddress: '127.0.0.1',
      lastAccessClient: expect.stringMatching(/^nightly-build/),
      lastAccessedAt: expect.any(String),
    });
    await revoke(id);
  });

  test('no answer but that of making it shows the secret or its hash', async () => {
    const { id, rawToken } = await mint({});
    const listed = await ask('GET', rest('tessera/1/tokens'), { headers: fred });
    expect(listed.text).not.toContain(rawToken);
    expect(listed.text).not.toMatch(/[0-9a-f]{64}/);
    expect(server.current.logged()).not.toContain(rawToken);
    await revoke(id);
    expect(world.fred.name).toBe('fred');
  });
});
