import { beforeAll, describe, expect, test } from 'vitest';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)("the address of Cloud's gateway on %s", (engine) => {
  const server = useServer({ engine });
  let world: World;
  let cloudId: string;
  const at = (path: string, id = cloudId) => `${server.current.url}/ex/jira/${id}${path}`;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const info = await ask('GET', `${server.current.url}/_edge/tenant_info`);
    expect(info.status).toBe(200);
    cloudId = info.body.cloudId;
  });

  test('names the site by a UUID that stays', async () => {
    expect(cloudId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await ask('GET', `${server.current.url}/_edge/tenant_info`)).body.cloudId).toBe(cloudId);
  });

  test.each([2, 3])('serves REST v%i, in the shapes of Cloud, by Basic and by Bearer', async (version) => {
    const path = at(`/rest/api/${version}/myself`);
    for (const headers of [basic('fred@example.com', world.fred.token), bearer(world.fred.token)]) {
      const reply = await ask('GET', path, { headers });
      expect([reply.status, reply.body.accountId]).toEqual([200, world.fred.user.accountId]);
      expect(reply.headers.get('x-aaccountid')).toBe(world.fred.user.accountId);
    }
    const info = await ask('GET', at(`/rest/api/${version}/serverInfo`), { headers: world.fred.auth });
    expect(info.body.deploymentType).toBe('Cloud');
    const plain = await ask('GET', `${server.current.url}/rest/api/2/serverInfo`);
    expect(plain.body.deploymentType).toBe('Server');
  });

  test('writes, with a query and without', async () => {
    const made = await ask('POST', at('/rest/api/2/issue?updateHistory=true'), {
      headers: world.fred.auth,
      body: {
        fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'through the gateway' },
      },
    });
    expect(made.status).toBe(201);
  });

  test('a wrong credential is a 401 there, though the profile is Cloud', async () => {
    const reply = await ask('GET', at('/rest/api/2/issue/PUB-1'), { headers: basic('fred', 'wrong') });
    expect([reply.status, reply.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED']);
  });

  test('another cloudId, or none of a site, is not there, whoever asks', async () => {
    const other = '11111111-2222-4333-8444-555555555555';
    for (const headers of [{}, world.fred.auth]) {
      expect((await ask('GET', at('/rest/api/2/myself', other), { headers })).status).toBe(404);
      expect((await ask('GET', at('/rest/api/2/myself', '..'), { headers })).status).toBe(404);
    }
  });

  test('knows no cookies, and opens no session', async () => {
    const signedIn = await ask('POST', `${server.current.url}/rest/auth/1/session`, {
      body: { username: 'fred', password: 'fred' },
    });
    const headers = { Cookie: signedIn.headers.getSetCookie()[0]!.split(';')[0]! };
    const reply = await ask('GET', at('/rest/api/2/myself'), { headers });
    expect([reply.status, reply.headers.get('x-ausername')]).toEqual([401, 'anonymous']);
    const opened = await ask('POST', at('/rest/auth/1/session'), {
      body: { username: 'fred', password: 'fred' },
    });
    expect(opened.status).toBe(404);
  });

  test('is in front of REST and of nothing else', async () => {
    for (const path of ['/status', '/sign-in', '/auth/forward', '/scim/v2/Users', '/login.jsp'])
      expect((await ask('GET', at(path), { headers: world.fred.auth })).status).toBe(404);
  });

  test('Z7: no spelling of it gets more than the plain address', async () => {
    const spelled = [
      `/ex/jira/${cloudId}/rest/api/2/issue/QA-1;x`,
      `//ex/jira/${cloudId}/rest/api/2/issue/QA-1`,
      `/x/../ex/jira/${cloudId}/rest/api/2/issue/QA-1`,
      `/ex/jira/${cloudId}/ex/jira/${cloudId}/rest/api/2/issue/QA-1`,
      `/ex/jira/${cloudId}/rest/%2e%2e/rest/api/2/issue/QA-1`,
      `/EX/JIRA/${cloudId}/rest/api/2/issue/QA-1`,
    ];
    for (const path of spelled) {
      const reply = await ask('GET', server.current.url + path);
      expect([path, [400, 401, 404].includes(reply.status)]).toEqual([path, true]);
    }
  });
});

describe('under a context path', () => {
  const server = useServer({ engine: 'sqlite', env: { TESSERA_BASE_URL: 'http://localhost:2990/jira' } });

  test('it lies at the root and under the path', async () => {
    const root = new URL(server.current.url).origin;
    const { fred } = await createWorld(server.current, { issues: 1 });
    const { cloudId } = (await ask('GET', `${root}/_edge/tenant_info`)).body;
    const statusAt = async (before: string) => {
      const path = `${root}${before}/ex/jira/${cloudId}/rest/api/3/myself`;
      return (await ask('GET', path, { headers: fred.auth })).status;
    };
    expect([await statusAt(''), await statusAt('/jira'), await statusAt('/other')]).toEqual([200, 200, 404]);
  });
});
