import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueSignInLink } from '../../src/auth/sign-in/sign-in-link.ts';
import { findUserById } from '../../src/users/user-store.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { type PreparedData, preparedData } from './prepared-data.ts';
import { tessera } from './run-cli.ts';
import { type ServeProcess, serve, startTimeoutMs } from './serve-process.ts';

describe.each(engines)('a link that signs in once, on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const use = (code: string) => ask('POST', at('/rest/tessera/1/session/link'), { body: { code } });
  const cookieOf = (reply: { headers: Headers }) =>
    reply.headers
      .getSetCookie()
      .find((line) => line.startsWith('tessera='))
      ?.split(';')[0];
  const issue = async (id: number, minutes = 10) => {
    const user = (await findUserById(server.current.app.site.db, id))!;
    return (await issueSignInLink(server.current.app.site, user, minutes * 60_000)).code;
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('opens a session, with administrator access, once', async () => {
    const code = await issue(world.admin.user.id);
    const reply = await use(code);
    expect(reply.body).toMatchObject({
      user: { name: 'admin' },
      administrator: true,
      webSudoUntil: expect.any(String),
    });
    const me = await ask('GET', at('/rest/api/2/myself'), { headers: { Cookie: cookieOf(reply)! } });
    expect(me.body.name).toBe('admin');
    const again = await use(code);
    expect([again.status, Object.keys(again.body.errors), cookieOf(again)]).toEqual([
      400,
      ['code'],
      undefined,
    ]);
    expect((await recordsOf(server.current, again))[0]).toMatchObject({
      event: 'sign-in.failed',
      outcome: 'refused',
    });
  });

  test('of twenty that use it at once one gets in', async () => {
    const code = await issue(world.fred.user.id);
    const replies = await Promise.all(Array.from({ length: 20 }, () => use(code)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter((reply) => cookieOf(reply) !== undefined)).toHaveLength(1);
  });

  test('is void after its minutes, for a deactivated account, and damaged: one answer', async () => {
    const late = await issue(world.fred.user.id, 10);
    server.current.clock.advance(10 * 60_000);
    const closed = await issue(world.wilma.user.id);
    const headers = await webSession(server.current, 'admin', 'admin');
    const off = await ask('PUT', at('/rest/api/2/user?username=wilma'), { headers, body: { active: false } });
    expect(off.status).toBe(200);
    const answers = [
      await use(late),
      await use(closed),
      await use(`${closed.slice(0, -1)}!`),
      await use('x'),
    ];
    for (const answer of answers) {
      expect([answer.status, answer.text]).toEqual([400, answers[0]!.text]);
    }
    await ask('PUT', at('/rest/api/2/user?username=wilma'), { headers, body: { active: true } });
  });

  test('gets in whose domain must come through a provider, and asks for the second factor of who has one', async () => {
    const headers = await webSession(server.current, 'admin', 'admin');
    const made = await ask('POST', at('/rest/tessera/1/identity-providers'), {
      headers,
      body: {
        kind: 'oidc',
        name: 'Down',
        enabled: true,
        requiredDomains: ['example.com'],
        settings: { issuer: 'https://down.example', clientId: 'x' },
      },
    });
    expect(made.status).toBe(201);
    const byPassword = await ask('POST', at('/rest/tessera/1/session'), {
      body: { username: 'fred', password: 'fred' },
    });
    expect(byPassword.status).toBe(401);
    expect((await use(await issue(world.fred.user.id))).body.user.name).toBe('fred');
    const groups = await ask('PUT', at('/rest/tessera/1/factor-groups'), {
      headers,
      body: { groups: ['jira-administrators'] },
    });
    expect(groups.status).toBeLessThan(300);
    const step = await use(await issue(world.admin.user.id));
    expect([step.status, step.body, cookieOf(step)]).toEqual([200, { secondStep: true }, undefined]);
  });
});

describe.each(engines)('tessera user sign-in-link on %s', { timeout: startTimeoutMs }, (engine) => {
  let data: PreparedData;
  let server: ServeProcess;
  beforeAll(async () => {
    data = await preparedData(engine);
    server = await serve({ env: data.env });
  }, startTimeoutMs);
  afterAll(async () => {
    await server.kill('SIGTERM');
    await data.database.drop();
  });

  test('prints a link that the running server takes', async () => {
    const env = { ...data.env, TESSERA_BASE_URL: server.url };
    const made = await tessera(['user', 'sign-in-link', '--user', 'eve@example.com', '--json'], { env });
    expect([made.code, made.err]).toEqual([0, '']);
    const { link, user } = made.json();
    expect(user).toBe('eve');
    expect(link).toMatch(/\/sign-in\/link#tsl_[0-9A-Za-z]{49}$/);
    const code = new URL(link).hash.slice(1);
    const reply = await ask('POST', `${server.url}/rest/tessera/1/session/link`, { body: { code } });
    expect(reply.body.user.name).toBe('eve');
    const text = await tessera(['user', 'sign-in-link', '--user', 'eve', '--minutes', '5'], { env });
    expect(text.out).toMatch(/^Signs eve <eve@example\.com> in once, within 5 minutes:\nhttp/);
    for (const wrong of [
      ['--user', 'nobody'],
      ['--user', 'eve', '--minutes', '61'],
      ['--user', 'eve', '--minutes', 'x'],
    ]) {
      expect((await tessera(['user', 'sign-in-link', ...wrong], { env })).code).not.toBe(0);
    }
  });
});
