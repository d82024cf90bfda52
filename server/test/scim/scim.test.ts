import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { issueSignInLink } from '../../src/auth/sign-in/sign-in-link.ts';
import { findUser } from '../../src/users/user-store.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

describe.each(engines)('SCIM on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let admin: Record<string, string>;
  let provider: string;
  let secret: string;
  const at = (path: string) => `${server.current.url}${path}`;
  const credentials = '/rest/tessera/1/scim-credentials';

  const makeProvider = async (name: string): Promise<string> => {
    const body = {
      kind: 'oidc',
      name,
      enabled: true,
      settings: { issuer: 'https://idp.example', clientId: name },
    };
    return (await ask('POST', at('/rest/tessera/1/identity-providers'), { headers: admin, body })).body.id;
  };
  const makeSecret = async (of: string, more: object = {}): Promise<string> => {
    const reply = await ask('POST', at(credentials), {
      headers: admin,
      body: { provider: of, label: 'Entra', ...more },
    });
    expect(reply.status).toBe(201);
    expect(reply.body.url).toBe(at('/scim/v2'));
    return reply.body.secret;
  };
  const scim = (method: string, path: string, body?: unknown, as = secret): Promise<Reply> =>
    ask(method, at(`/scim/v2${path}`), {
      headers: { ...bearer(as), ...(body === undefined ? {} : { 'Content-Type': 'application/scim+json' }) },
      body,
    });
  const person = (name: string, more: object = {}) => ({
    schemas: [userSchema],
    userName: name,
    externalId: `ext-${name}`,
    displayName: `${name} Doe`,
    emails: [{ value: `${name}@scim.example`, type: 'work', primary: true }],
    active: true,
    ...more,
  });
  const patch = (path: string, ...Operations: object[]) =>
    scim('PATCH', path, { schemas: [patchSchema], Operations });
  const make = async (name: string, more: object = {}) => {
    const reply = await scim('POST', '/Users', person(name, more));
    expect([reply.status, reply.text]).toEqual([201, expect.any(String)]);
    return reply.body;
  };
  /** A token of the account, made by its owner in a session. */
  const tokenOf = async (name: string): Promise<string> => {
    const { site } = server.current.app;
    const user = (await findUser(site.db, { name }))!;
    const { code } = await issueSignInLink(site, user, 60_000);
    const opened = await ask('POST', at('/rest/tessera/1/session/link'), { body: { code } });
    const Cookie = opened.headers.getSetCookie()[0]!.split(';')[0]!;
    const made = await ask('POST', at('/rest/pat/latest/tokens'), {
      headers: { Cookie, Origin: server.current.url },
      body: { name: 'bot', expirationDuration: 10 },
    });
    expect(made.status).toBe(201);
    return made.body.rawToken;
  };
  const me = (name: string, token: string) =>
    ask('GET', at('/rest/api/2/myself'), { headers: basic(name, token) });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    admin = await webSession(server.current, 'admin', 'admin');
    provider = await makeProvider('Entra');
    secret = await makeSecret(provider);
  });
  beforeEach(() => forgetFailures(server.current));

  test('says what it can do, in its own media type', async () => {
    for (const path of ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas']) {
      const reply = await scim('GET', path);
      expect([path, reply.status, reply.headers.get('content-type')]).toEqual([
        path,
        200,
        expect.stringMatching(/^application\/scim\+json\b/),
      ]);
    }
    expect((await scim('GET', '/ServiceProviderConfig')).body.patch.supported).toBe(true);
  });

  test('its credential opens nothing else, and no other one opens it', async () => {
    for (const headers of [
      {},
      world.admin.auth,
      bearer(world.admin.token),
      admin,
      bearer(`${secret.slice(0, -1)}${secret.endsWith('x') ? 'y' : 'x'}`),
      basic('admin', 'admin'),
    ]) {
      const reply = await ask('GET', at('/scim/v2/Users'), { headers });
      expect(reply.status).toBe(401);
      expect(reply.body).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: '401',
      });
      expect(reply.headers.get('www-authenticate') ?? '').not.toMatch(/basic/i);
      await forgetFailures(server.current);
    }
    expect((await ask('GET', at('/rest/api/2/myself'), { headers: bearer(secret) })).status).toBe(401);
    expect((await ask('GET', at('/rest/api/2/myself'), { headers: basic('admin', secret) })).status).toBe(
      401,
    );
    const rows = await server.current.app.site.db.selectFrom('scim_credentials').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(server.current.logged()).not.toContain(secret);
  });

  test('an account is made, found, changed and is its person’s', async () => {
    const made = await make('ann', {
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'R&D' },
      password: 'secret of nobody',
    });
    expect(made).toMatchObject({
      userName: 'ann',
      externalId: 'ext-ann',
      active: true,
      emails: [{ value: 'ann@scim.example' }],
    });
    expect(JSON.stringify(made)).not.toContain('password');
    const found = await scim('GET', `/Users?filter=${encodeURIComponent('userName eq "ANN"')}`);
    expect(found.body).toMatchObject({
      totalResults: 1,
      startIndex: 1,
      itemsPerPage: 1,
      Resources: [{ id: made.id }],
    });
    expect((await scim('GET', `/Users/${made.id}`)).body).toEqual(made);
    const replaced = await scim('PUT', `/Users/${made.id}`, person('ann', { displayName: 'Ann Other' }));
    expect(replaced.body.displayName).toBe('Ann Other');
    const { body } = await ask('GET', at('/rest/api/2/user?username=ann&expand=groups'), {
      headers: world.admin.auth,
    });
    expect(body).toMatchObject({ displayName: 'Ann Other', emailAddress: 'ann@scim.example' });
    expect(body.groups.items.map(({ name }: { name: string }) => name)).toEqual(['jira-software-users']);
    const identities = await ask('GET', at(`/rest/tessera/1/users/${made.id}/identities`), {
      headers: admin,
    });
    expect(identities.body).toMatchObject([{ subject: 'ext-ann', provider: { id: provider } }]);
  });

  test('closed there, closed here: sessions end and tokens are refused on the very next request', async () => {
    const { id } = await make('cleo');
    const token = await tokenOf('cleo');
    expect((await me('cleo', token)).status).toBe(200);
    const closed = await patch(`/Users/${id}`, { op: 'Replace', path: 'active', value: 'False' });
    expect([closed.status, closed.body.active]).toEqual([200, false]);
    expect((await me('cleo', token)).status).toBe(401);
    expect(await recordsOf(server.current, closed)).toMatchObject([
      { event: 'user.changed', actor_name: 'SCIM: Entra', via: 'scim', subject: 'cleo' },
    ]);
    await patch(`/Users/${id}`, { op: 'replace', value: { active: true } });
    expect((await me('cleo', token)).status).toBe(200);
  });

  test('deleted there: the account stays, closed, and comes back as itself', async () => {
    const { id } = await make('dora');
    const token = await tokenOf('dora');
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await me('dora', token)).status).toBe(401);
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
    const { body } = await ask('GET', at('/rest/api/2/user?username=dora'), { headers: world.admin.auth });
    expect(body.active).toBe(false);
    expect((await make('dora')).id).toBe(id);
    expect((await me('dora', token)).status).toBe(200);
  });

  test('accounts that are here already are neither seen nor taken over', async () => {
    expect((await scim('GET', '/Users?filter=userName%20eq%20%22fred%22')).body.totalResults).toBe(0);
    expect((await scim('GET', `/Users/${world.fred.user.accountId}`)).status).toBe(404);
    for (const body of [person('fred'), person('new', { emails: [{ value: 'fred@example.com' }] })]) {
      const reply = await scim('POST', '/Users', body);
      expect([reply.status, reply.body.scimType]).toEqual([409, 'uniqueness']);
    }
    expect(
      (
        await scim('PATCH', `/Users/${world.fred.user.accountId}`, {
          Operations: [{ op: 'replace', path: 'active', value: false }],
        })
      ).status,
    ).toBe(404);
    const other = await makeSecret(await makeProvider('Other'));
    const { id } = await make('eva');
    expect((await scim('GET', `/Users/${id}`, undefined, other)).status).toBe(404);
    expect((await scim('DELETE', `/Users/${id}`, undefined, other)).status).toBe(404);
  });

  test('an administrator can be closed, but gets no other address or name, and the last one stays', async () => {
    const { id } = await make('gina');
    const join = await ask('POST', at('/rest/api/2/group/user?groupname=jira-administrators'), {
      headers: admin,
      body: { name: 'gina' },
    });
    expect(join.status).toBe(201);
    const moved = await patch(`/Users/${id}`, {
      op: 'replace',
      path: 'emails[type eq "work"].value',
      value: 'thief@evil.example',
    });
    expect(moved.status).toBe(403);
    const renamed = await scim('PUT', `/Users/${id}`, person('ginas'));
    expect(renamed.status).toBe(403);
    expect((await patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })).status).toBe(200);
    // Nor by way of being deleted and made again.
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    const again = await scim('POST', '/Users', person('gina', { emails: [{ value: 'thief@evil.example' }] }));
    expect(again.status).toBe(403);
    expect((await make('gina')).id).toBe(id);
  });

  test('an account that an administrator has opened again is the administrator’s', async () => {
    const { id } = await make('lea');
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    const on = await ask('PUT', at('/rest/api/2/user?username=lea'), {
      headers: admin,
      body: { active: true },
    });
    expect(on.status).toBe(200);
    expect((await scim('POST', '/Users', person('lea'))).status).toBe(409);
    const renamed = await scim('POST', '/Users', person('lea2', { externalId: 'ext-lea' }));
    expect([renamed.status, renamed.body.scimType]).toEqual([409, 'uniqueness']);
  });

  test('groups are made, filled, emptied and removed; those of others are out of reach', async () => {
    const [hal, ivy] = [await make('hal'), await make('ivy')];
    const made = await scim('POST', '/Groups', {
      displayName: 'Engineers',
      externalId: 'g1',
      members: [{ value: hal.id }],
    });
    expect([made.status, made.body.members]).toEqual([
      201,
      [expect.objectContaining({ value: hal.id, display: 'hal Doe' })],
    ]);
    const path = `/Groups/${made.body.id}`;
    const added = await patch(path, {
      op: 'Add',
      path: 'members',
      value: [{ value: ivy.id }, { value: hal.id }],
    });
    expect(added.body.members).toHaveLength(2);
    const { body } = await ask('GET', at('/rest/api/2/group/member?groupname=Engineers'), {
      headers: world.admin.auth,
    });
    expect(body.values.map(({ name }: { name: string }) => name)).toEqual(['hal', 'ivy']);
    expect(
      (await patch(path, { op: 'Remove', path: `members[value eq "${hal.id}"]` })).body.members,
    ).toHaveLength(1);
    expect((await patch(path, { op: 'replace', value: { displayName: 'Builders' } })).body.displayName).toBe(
      'Builders',
    );
    const listed = await scim(
      'GET',
      `/Groups?filter=${encodeURIComponent('displayName eq "builders"')}&excludedAttributes=members`,
    );
    expect(listed.body.Resources).toEqual([expect.not.objectContaining({ members: expect.anything() })]);
    const stranger = await patch(path, {
      op: 'add',
      path: 'members',
      value: [{ value: world.fred.user.accountId }],
    });
    expect([stranger.status, stranger.body.scimType]).toEqual([400, 'invalidValue']);
    const taken = await scim('POST', '/Groups', { displayName: 'JIRA-administrators' });
    expect([taken.status, taken.body.scimType]).toEqual([409, 'uniqueness']);
    expect(
      (await scim('GET', '/Groups')).body.Resources.map(
        ({ displayName }: { displayName: string }) => displayName,
      ),
    ).toEqual(['Builders']);
    expect((await scim('DELETE', path)).status).toBe(204);
    expect(
      (await ask('GET', at('/rest/api/2/group?groupname=Builders'), { headers: world.admin.auth })).status,
    ).toBe(404);
  });

  test('lists come in pages, with the attributes that are asked for', async () => {
    for (const name of ['p1', 'p2', 'p3']) await make(name);
    const filter = encodeURIComponent('userName sw "p"');
    const first = await scim('GET', `/Users?filter=${filter}&startIndex=1&count=2&attributes=userName`);
    expect(first.body).toMatchObject({ totalResults: 3, itemsPerPage: 2, startIndex: 1 });
    expect(first.body.Resources).toEqual([
      { schemas: [userSchema], id: expect.any(String), userName: 'p1' },
      { schemas: [userSchema], id: expect.any(String), userName: 'p2' },
    ]);
    expect((await scim('GET', `/Users?filter=${filter}&startIndex=3&count=2`)).body.Resources).toHaveLength(
      1,
    );
    expect((await scim('GET', `/Users?filter=${filter}&count=0`)).body).toMatchObject({
      totalResults: 3,
      Resources: [],
    });
  });

  test('what cannot be understood is said in SCIM’s words, and nothing is half-written', async () => {
    const { id } = await make('jo');
    const wrong: [number, string | undefined, Promise<Reply>][] = [
      [400, 'invalidFilter', scim('GET', '/Users?filter=userName')],
      [400, 'invalidValue', scim('GET', '/Users?count=many')],
      [400, 'invalidValue', scim('POST', '/Users', {})],
      [400, 'invalidValue', scim('POST', '/Users', { userName: 7 })],
      [400, 'invalidValue', scim('POST', '/Users', person('a b'))],
      [400, 'invalidValue', scim('POST', '/Users', { userName: 'no-address' })],
      [409, 'uniqueness', scim('POST', '/Users', person('jo'))],
      [409, 'uniqueness', scim('POST', '/Users', person('joe', { externalId: 'ext-jo' }))],
      [400, 'invalidSyntax', scim('PATCH', `/Users/${id}`, {})],
      [400, 'invalidSyntax', patch(`/Users/${id}`, { op: 'burn', path: 'active' })],
      [400, 'noTarget', patch(`/Users/${id}`, { op: 'remove' })],
      [400, 'invalidPath', patch(`/Users/${id}`, { op: 'add', path: 'a b', value: 1 })],
      [400, 'invalidValue', patch(`/Users/${id}`, { op: 'replace', path: 'active', value: 'maybe' })],
      [
        400,
        'invalidValue',
        patch(
          `/Users/${id}`,
          { op: 'replace', path: 'displayName', value: 'ok' },
          { op: 'remove', path: 'userName' },
        ),
      ],
      [400, 'invalidValue', scim('POST', '/Groups', { displayName: '<b>' })],
      [404, undefined, scim('GET', '/Users/none')],
      [404, undefined, scim('GET', '/Groups/x')],
      [404, undefined, scim('GET', '/Nothing')],
    ];
    for (const [status, type, asked] of wrong) {
      const reply = await asked;
      expect([reply.status, reply.body.scimType, reply.body.schemas]).toEqual([
        status,
        type,
        ['urn:ietf:params:scim:api:messages:2.0:Error'],
      ]);
      expect(reply.body.detail).not.toBe('');
    }
    expect((await scim('GET', `/Users/${id}`)).body.displayName).toBe('jo Doe');
    const broken = await fetch(at('/scim/v2/Users'), {
      method: 'POST',
      headers: { ...bearer(secret), 'Content-Type': 'application/scim+json' },
      body: '{',
    });
    expect([broken.status, ((await broken.json()) as { status: string }).status]).toEqual([400, '400']);
  });

  test('of twenty that make one person at once, one does', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => scim('POST', '/Users', person('kit'))),
    );
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  test('administrators list and revoke credentials; sessions only', async () => {
    const gone = await makeSecret(provider, { label: 'old', links: 'userName' });
    expect((await scim('GET', '/Users', undefined, gone)).status).toBe(200);
    const { body } = await ask('GET', at(credentials), { headers: admin });
    const old = body.find(({ label }: { label: string }) => label === 'old');
    expect(old).toMatchObject({ provider, links: 'userName', lastUsed: expect.any(String) });
    expect(JSON.stringify(body)).not.toContain('tsq_');
    expect((await ask('DELETE', at(`${credentials}/${old.id}`), { headers: world.admin.auth })).status).toBe(
      403,
    );
    expect((await ask('DELETE', at(`${credentials}/${old.id}`), { headers: admin })).status).toBe(204);
    expect((await scim('GET', '/Users', undefined, gone)).status).toBe(401);
    expect(
      (await ask('POST', at(credentials), { headers: world.admin.auth, body: { provider, label: 'x' } }))
        .status,
    ).toBe(403);
    expect(
      (await ask('POST', at(credentials), { headers: admin, body: { provider: '999', label: 'x' } })).status,
    ).toBe(404);
  });
});
