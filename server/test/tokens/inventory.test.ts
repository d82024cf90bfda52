import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { webSession } from '../audit/trail.ts';
import { Application } from '../oauth2/support/application.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

const dayMs = 86_400_000;

describe.each(engines)('the inventory of credentials on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const admin = basic('admin', 'admin');
  const path = 'tessera/1/credentials';
  const find = async (query: string): Promise<{ total: number; values: any[] }> => {
    const reply = await ask('GET', rest(`${path}?${query}`), { headers: admin });
    expect([query, reply.status]).toEqual([query, 200]);
    return reply.body;
  };
  const labels = async (query: string) => (await find(query)).values.map(({ label }) => label).sort();
  const mint = async (owner: string, body: object): Promise<{ id: number; rawToken: string }> => {
    const reply = await ask('POST', rest('pat/latest/tokens'), { headers: basic(owner, owner), body });
    expect(reply.status).toBe(201);
    return reply.body;
  };
  const revoke = (body: object, headers: Record<string, string> = admin) =>
    ask('POST', rest(`${path}/revoke`), { headers, body });
  const use = (secret: string, route: string) => ask('GET', rest(route), { headers: bearer(secret) });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    await addAccount(server.current, 'ina');
  });

  test('lists everybody’s, with owner, limits, last use and state, and never a secret', async () => {
    const { id, rawToken } = await mint('fred', {
      name: 'Report',
      scopes: ['read:jira-work'],
      projects: ['QA'],
      addresses: ['127.0.0.0/8'],
      expirationDuration: 20,
    });
    await ask('GET', rest('api/2/issue/QA-1'), {
      headers: { ...bearer(rawToken), 'User-Agent': 'report/2' },
    });
    const page = await find('owner=fred');
    const report = page.values.find((one) => one.id === String(id));
    expect(report).toMatchObject({
      kind: 'api-token',
      label: 'Report',
      owner: { name: 'fred', active: true, service: false },
      state: 'active',
      scopes: ['read:jira-work'],
      projects: [{ key: 'QA' }],
      addresses: ['127.0.0.0/8'],
      lastAccessAddress: '127.0.0.1',
      lastAccessClient: expect.stringMatching(/^report/),
    });
    const text = JSON.stringify(page);
    expect(text).not.toContain(rawToken);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });

  test('counts requests by day, and tells which scopes they needed', async () => {
    const { id, rawToken } = await mint('ina', { name: 'Counted' });
    for (let i = 0; i < 3; i++) await use(rawToken, 'api/2/myself');
    server.current.clock.advance(dayMs);
    await use(rawToken, 'api/2/issue/PUB-1');
    // Refused for want of a right: it used its scope all the same.
    await use(rawToken, 'tessera/1/settings');
    const told = await ask('GET', rest(`${path}/api-token/${id}/use`), { headers: admin });
    expect(told.body.days).toHaveLength(90);
    expect(told.body.days.slice(-2).map(({ requests }: any) => requests)).toEqual([3, 2]);
    expect(told.body.scopes).toEqual(['manage:jira-configuration', 'read:jira-user', 'read:jira-work']);
    const own = await ask('GET', rest(`tessera/1/tokens/${id}/use`), { headers: basic('ina', 'ina') });
    expect(own.body).toEqual(told.body);
    const others = await ask('GET', rest(`tessera/1/tokens/${id}/use`), { headers: basic('fred', 'fred') });
    expect(others.status).toBe(404);
  });

  test('filters what is stale, unused, ending, too powerful, or of nobody active', async () => {
    await addAccount(server.current, 'pia');
    const own = basic('pia', 'pia');
    await ask('DELETE', rest('pat/latest/tokens'), { headers: own });
    await mint('pia', { name: 'Never used', expirationDuration: 365 });
    const used = await mint('pia', { name: 'Used once', expirationDuration: 365 });
    const narrow = await mint('pia', { name: 'Fits', scopes: ['read:jira-user'] });
    const wide = await mint('pia', { name: 'Too wide', scopes: ['read:jira-user', 'manage:jira-project'] });
    for (const { rawToken } of [used, narrow, wide]) await use(rawToken, 'api/2/myself');
    await mint('pia', { name: 'Ends soon', expirationDuration: 35 });
    // What is noted in one batch gets one time: written before the clock moves.
    await find('owner=pia');
    server.current.clock.advance(30 * dayMs);
    await use(narrow.rawToken, 'api/2/myself');
    const of = (query: string) => labels(`owner=pia&${query}`);
    expect(await of('neverUsed=true')).toEqual(['Ends soon', 'Never used']);
    expect(await of('staleDays=30')).toEqual(['Ends soon', 'Never used', 'Too wide', 'Used once']);
    expect(await of('expiringDays=7')).toEqual(['Ends soon']);
    // Without scopes it may do everything, and has only read so far.
    expect(await of('overScoped=true')).toEqual(['Too wide', 'Used once']);
    expect(await of('ownerInactive=true')).toEqual([]);
    await ask('PUT', rest('api/2/user?username=pia'), { headers: admin, body: { active: false } });
    expect(await of('ownerInactive=true&neverUsed=true')).toEqual(['Ends soon', 'Never used']);
    expect(await of('state=ended')).toEqual(['T1']);
    expect((await find('owner=pia&state=all')).total).toBe(6);
    const byUse = await find('owner=pia&sort=lastUsed');
    expect(byUse.values.at(-1).label).toBe('Fits');
  });

  test('pages, and counts what there is', async () => {
    const all = await find('maxResults=200');
    const first = await find('maxResults=2');
    const second = await find('maxResults=2&startAt=2');
    expect([first.total, second.total]).toEqual([all.total, all.total]);
    expect([...first.values, ...second.values].map(({ id }) => id)).toEqual(
      all.values.slice(0, 4).map(({ id }) => id),
    );
  });

  test('revokes those that were chosen, each on record; the next request is refused', async () => {
    await addAccount(server.current, 'quin');
    const [one, two] = [await mint('quin', { name: 'one' }), await mint('quin', { name: 'two' })];
    const ids = [String(one.id), String(two.id)];
    const reply = await revoke({ kind: 'api-token', ids });
    expect([reply.status, reply.body]).toEqual([200, { revoked: 2 }]);
    for (const { rawToken } of [one, two]) expect((await use(rawToken, 'api/2/myself')).status).toBe(401);
    expect((await revoke({ kind: 'api-token', ids })).status).toBe(409);
    const records = await ask('GET', rest('tessera/1/audit?event=api-token.revoked&limit=2'), {
      headers: admin,
    });
    expect(records.body.records.map(({ subject }: any) => subject.name).sort()).toEqual(['one', 'two']);
  });

  test('revokes all that match only when they are as many as was confirmed', async () => {
    await addAccount(server.current, 'rolf');
    await mint('rolf', { name: 'a' });
    const filter = { kind: 'api-token', owner: 'rolf' };
    const early = await revoke({ filter, expected: 1 });
    expect([early.status, early.body.errorMessages[0]]).toEqual([
      409,
      '2 credentials match by now, not 1. Nothing was revoked; look again.',
    ]);
    expect((await find('owner=rolf')).total).toBe(2);
    expect((await revoke({ filter, expected: 2 })).body).toEqual({ revoked: 2 });
    expect((await find('owner=rolf')).total).toBe(0);
  });

  test('holds what applications were given, and takes it from them', async () => {
    const session = await webSession(server.current, 'fred', 'fred');
    const app = await Application.create(server.current);
    const tokens = await app.tokens(session);
    await use(tokens.access_token, 'api/2/myself');
    const { values } = await find('kind=oauth2&owner=fred');
    expect(values).toMatchObject([{ kind: 'oauth2', owner: { name: 'fred' }, state: 'active' }]);
    const told = await ask('GET', rest(`${path}/oauth2/${values[0].id}/use`), { headers: admin });
    expect(told.body.days.at(-1).requests).toBe(1);
    expect((await revoke({ kind: 'oauth2', ids: [values[0].id] })).body).toEqual({ revoked: 1 });
    expect((await use(tokens.access_token, 'api/2/myself')).status).toBe(401);
  });

  test('ends sessions, what they remember too', async () => {
    await addAccount(server.current, 'sam');
    const opened = await ask('POST', rest('auth/1/session'), { body: { username: 'sam', password: 'sam' } });
    const headers = { Cookie: opened.headers.getSetCookie()[0]!.split(';')[0]! };
    const { values } = await find('kind=session&owner=sam');
    expect(values).toHaveLength(1);
    expect((await revoke({ kind: 'session', ids: [values[0].id] })).status).toBe(200);
    expect((await ask('GET', rest('api/2/myself'), { headers })).status).toBe(401);
  });

  test('is for administrators, and leaves system administrators to their own', async () => {
    const { site } = server.current.app;
    await addAccount(server.current, 'lesser', { groups: [builtIn.groups.administrators] });
    const { body: group } = await ask('POST', rest('api/2/group'), {
      headers: admin,
      body: { name: 'wizards' },
    });
    expect(group.name).toBe('wizards');
    const { id } = await site.db
      .selectFrom('groups')
      .select('id')
      .where('name', '=', 'wizards')
      .executeTakeFirstOrThrow();
    const boss = await addAccount(server.current, 'boss', { groups: [id] });
    await site.db
      .updateTable('global_permissions')
      .set({ group_id: id })
      .where('permission', '=', 'SYSTEM_ADMIN')
      .execute();
    // The revision that everybody has read by then.
    await addAccount(server.current, 'another', { groups: [] });
    const { values } = await find('owner=boss');
    const body = { kind: 'api-token', ids: [values[0].id] };
    expect((await revoke(body, basic('lesser', 'lesser'))).status).toBe(403);
    expect((await use(boss.token, 'api/2/myself')).status).toBe(200);
    expect((await revoke(body, basic('boss', 'boss'))).status).toBe(200);
    for (const headers of [world.fred.auth, {}])
      expect((await ask('GET', rest(path), { headers })).status).toBeGreaterThanOrEqual(401);
  });

  test('H24: the file runs nothing in a spreadsheet', async () => {
    await mint('ina', { name: '=HYPERLINK("http://evil")' });
    const file = await ask('GET', rest(`${path}/export?owner=ina`), { headers: admin });
    expect(file.headers.get('content-type')).toBe('text/csv;charset=UTF-8;header=present');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="credentials-/);
    expect(file.text.split('\r\n')[0]).toBe(
      '"kind","id","label","owner","ownerActive","service","state","scopes","projectIds","addresses","createdAt","expiringAt","lastAccessedAt","lastAccessAddress","lastAccessClient","endedAt"',
    );
    expect(file.text).toContain(`"'=HYPERLINK(""http://evil"")"`);
  });

  test.each(['owner=nobody', 'kind=password', 'staleDays=-1', 'sort=name'])(
    '%s is refused',
    async (query) => {
      const reply = await ask('GET', rest(`${path}?${query}`), { headers: admin });
      expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, [query.split('=')[0]]]);
    },
  );
});
