import { beforeAll, describe, expect, test } from 'vitest';
import { createdToken } from '../support/api.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)("Cloud's doors to API tokens on %s", (engine) => {
  const server = useServer({ engine });
  let world: World;
  let org: string;
  const fred = basic('fred', 'fred');
  const admin = basic('admin', 'admin');
  const tokensOf = (accountId: string) => `${server.current.url}/users/${accountId}/manage/api-tokens`;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const { cloudId } = (await ask('GET', `${server.current.url}/_edge/tenant_info`)).body;
    org = `${server.current.url}/admin/api-access/v1/orgs/${cloudId}/api-tokens`;
  });

  test('one account: its owner and administrators list and revoke', async () => {
    const { id, rawToken } = await createdToken(server.current, fred, { name: 'Bot' });
    const { accountId } = world.fred.user;
    for (const headers of [fred, admin]) {
      const list = await ask('GET', tokensOf(accountId), { headers });
      expect(list.body.find((one: any) => one.id === String(id))).toEqual({
        id: String(id),
        label: 'Bot',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        lastAccess: null,
        expiry: expect.stringMatching(/Z$/),
      });
    }
    const stranger = { headers: basic('wilma', 'wilma') };
    expect((await ask('GET', tokensOf(accountId), stranger)).status).toBe(404);
    expect((await ask('DELETE', `${tokensOf(accountId)}/${id}`, stranger)).status).toBe(404);
    expect((await ask('DELETE', `${tokensOf(accountId)}/${id}`, { headers: admin })).status).toBe(204);
    const reply = await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: bearer(rawToken) });
    expect(reply.status).toBe(401);
  });

  test('the organisation: administrators list page by page', async () => {
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 20; j++) {
        const headers = [fred, admin, basic('wilma', 'wilma')][i]!;
        await createdToken(server.current, headers, { name: `bulk ${i} ${j}` });
      }
    }
    const first = await ask('GET', org, { headers: admin });
    expect([first.body.data.length, first.body.links.prev]).toEqual([50, null]);
    expect(first.body.data[0]).toMatchObject({
      status: 'ALLOWED',
      lastActiveAt: null,
      user: { name: 'Wilma', email: 'wilma@example.com' },
    });
    const second = await ask('GET', first.body.links.next, { headers: admin });
    expect([second.body.data.length, second.body.links.next]).toEqual([13, null]);
    expect((await ask('GET', second.body.links.prev, { headers: admin })).body.data).toEqual(first.body.data);
    expect((await ask('GET', org, { headers: fred })).status).toBe(403);
    const wrong = await ask('GET', `${org}?cursor=x`, { headers: admin });
    expect([wrong.status, Object.keys(wrong.body.errors)]).toEqual([400, ['cursor']]);
  });

  test('the organisation: all are revoked at once', async () => {
    expect((await ask('DELETE', org, { headers: fred })).status).toBe(403);
    expect((await ask('DELETE', org, { headers: admin })).status).toBe(204);
    expect((await ask('GET', org, { headers: admin })).body.data).toEqual([]);
    for (const { token } of [world.fred, world.admin, world.wilma]) {
      const reply = await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: bearer(token) });
      expect(reply.status).toBe(401);
    }
  });
});
