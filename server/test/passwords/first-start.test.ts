import { describe, expect, test } from 'vitest';
import { createConfiguredAdministrator, issueSetupCode } from '../../src/auth/setup/setup.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

const hour = 3_600_000;
const password = 'plum orbit vexes quartz';

describe.each(engines)('the first start on %s', (engine) => {
  const server = useServer({ engine });
  const setup = (code: string, more: object = {}) =>
    ask('POST', `${server.current.url}/rest/tessera/1/setup`, {
      body: { code, email: 'eve@example.com', username: 'eve', displayName: 'Eve', password, ...more },
    });
  const valid = async (code: string) =>
    (await ask('GET', `${server.current.url}/rest/tessera/1/setup?code=${code}`)).body.valid;

  test('P15: a fresh install has no account', async () => {
    const { db } = server.current.app.site;
    expect(await db.selectFrom('users').select('id').execute()).toEqual([]);
    for (const name of ['admin', 'root', 'tessera', 'jira']) {
      const reply = await ask('GET', `${server.current.url}/rest/api/2/myself`, {
        headers: basic(name, name),
      });
      expect(reply.status).toBe(401);
    }
    expect((await setup('')).status).toBe(400);
    expect((await setup('guess')).status).toBe(400);
  });

  test('P15: the code dies after an hour, to the millisecond, and when a newer one is made', async () => {
    const { site } = server.current.app;
    const first = await issueSetupCode(site);
    const second = await issueSetupCode(site);
    expect([await valid(first), await valid(second)]).toEqual([false, true]);
    server.current.clock.advance(hour - 1);
    expect(await valid(second)).toBe(true);
    server.current.clock.advance(1);
    expect(await valid(second)).toBe(false);
    expect((await setup(second)).status).toBe(400);
  });

  test('P15, P11: the password of the first administrator follows the rules, and the code stays good', async () => {
    const code = await issueSetupCode(server.current.app.site);
    for (const weak of ['short', 'eve@example.com', 'passwordpassword', 'eveeveeveeveeve1']) {
      const reply = await setup(code, { password: weak });
      expect([weak, reply.status, Object.keys(reply.body.errors)]).toEqual([weak, 400, ['password']]);
    }
    expect(await valid(code)).toBe(true);
  });

  test('P15: of many uses at once one makes an administrator, and there is no second', async () => {
    const code = await issueSetupCode(server.current.app.site);
    const replies = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map((name) => setup(code, { username: name, email: `${name}@example.com` })),
    );
    const statuses = replies.map(({ status }) => status);
    expect(
      statuses.filter((status) => status === 201),
      replies.map((r) => r.text).join(),
    ).toHaveLength(1);
    expect(statuses.filter((status) => status === 400)).toHaveLength(4);
    expect((await setup(code)).status).toBe(400);
    const { db } = server.current.app.site;
    expect(await db.selectFrom('users').select('id').execute()).toHaveLength(1);
    // A new code, if somebody could print one, opens nothing either.
    expect((await setup(await issueSetupCode(server.current.app.site))).status).toBe(400);
  });
});

describe.each(engines)('an administrator named by the configuration on %s', (engine) => {
  const weak = useServer({
    engine,
    env: { TESSERA_ADMIN_EMAIL: 'eve@example.com', TESSERA_ADMIN_PASSWORD: 'passwordpassword' },
  });

  test('P11, P15: must have a password that follows the rules', async () => {
    await expect(createConfiguredAdministrator(weak.current.app.site)).rejects.toThrow('leaked');
    expect(await weak.current.app.site.db.selectFrom('users').select('id').execute()).toEqual([]);
  });
});
