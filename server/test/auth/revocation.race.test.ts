import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

/** One request as it was seen from outside: when it was begun, and what came of it. */
interface Seen {
  readonly begun: number;
  readonly accepted: boolean;
}

/** Something that is taken away and given again; between the two nobody may be let in. */
interface Right {
  readonly what: string;
  take(): Promise<unknown>;
  give(): Promise<unknown>;
  /** Whether a request that needs it is let in. */
  use(node: string): Promise<boolean>;
}

describe.each(engines)('H10: what is taken away, on two nodes with %s', (engine) => {
  const server = useServer({ engine });
  let other: App;
  let nodes: string[];
  let world: World;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const { site } = server.current.app;
    other = await createApp(site.config, { clock: server.current.clock, log: site.log });
    await other.server.listen({ host: '127.0.0.1', port: 0 });
    nodes = [server.current.url, `http://127.0.0.1:${(other.server.server.address() as AddressInfo).port}`];
  });
  afterAll(() => other.close());

  const admin = (method: string, path: string, body?: unknown) =>
    ask(method, `${server.current.url}${path}`, { headers: world.admin.auth, body }).then((reply) => {
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
      return reply;
    });
  const sees = async (node: string, path: string, headers: Record<string, string>) => {
    const { status } = await ask('GET', `${node}${path}`, { headers });
    expect([200, 401, 403, 404]).toContain(status);
    return status === 200;
  };

  async function rights(): Promise<Right[]> {
    const { site } = server.current.app;
    const tina = await addAccount(server.current, 'tina');
    await addAccount(server.current, 'dora');
    let token = await mintTokenFor(site, tina.user.id, { label: 'race', days: 1 });
    const open = async () => {
      const body = { username: 'dora', password: 'dora' };
      const reply = await ask('POST', `${server.current.url}/rest/auth/1/session`, { body });
      return reply.headers.getSetCookie()[0]!.split(';')[0]!;
    };
    let session = await open();
    const role = `/rest/api/2/project/QA/role/${builtIn.roles.users}`;
    const administrators = '/rest/api/2/group/user?groupname=jira-administrators';
    const active = (value: boolean) => admin('PUT', '/rest/api/2/user?username=off', { active: value });
    const off = await addAccount(server.current, 'off');
    await admin('POST', administrators, { name: 'wilma' });
    return [
      {
        what: 'a token',
        take: () =>
          ask('DELETE', `${server.current.url}/rest/pat/latest/tokens/${token.id}`, {
            headers: basic('tina', 'tina'),
          }),
        async give() {
          token = await mintTokenFor(site, tina.user.id, { label: 'race', days: 1 });
        },
        use: (node) => sees(node, '/rest/api/2/myself', { Authorization: `Bearer ${token.secret}` }),
      },
      {
        what: 'a session',
        take: () =>
          ask('DELETE', `${server.current.url}/rest/auth/1/session`, { headers: { Cookie: session } }),
        async give() {
          session = await open();
        },
        use: (node) => sees(node, '/rest/api/2/myself', { Cookie: session }),
      },
      {
        what: 'an account',
        take: () => active(false),
        async give() {
          await active(true);
          // What it sent meanwhile was wrong, and counted.
          await forgetFailures(server.current);
        },
        use: (node) => sees(node, '/rest/api/2/myself', off.auth),
      },
      {
        what: 'a role in a project',
        take: () => admin('DELETE', `${role}?user=fred`),
        give: () => admin('POST', role, { user: ['fred'] }),
        use: (node) => sees(node, '/rest/api/2/issue/QA-1', world.fred.auth),
      },
      {
        what: 'membership in a group',
        take: () => admin('DELETE', `${administrators}&username=wilma`),
        give: () => admin('POST', administrators, { name: 'wilma' }),
        use: (node) => sees(node, '/rest/tessera/1/settings', world.wilma.auth),
      },
      {
        what: 'the password over REST',
        take: () => admin('PUT', '/rest/tessera/1/settings', { passwordsOverRest: false }),
        give: () => admin('PUT', '/rest/tessera/1/settings', { passwordsOverRest: true }),
        use: (node) => sees(node, '/rest/api/2/myself', basic('dora', 'dora')),
      },
    ];
  }

  test('H10: no request that began after the acknowledgement is let in; one after the return is', async () => {
    for (const { what, take, give, use } of await rights()) {
      for (let round = 0; round < 5; round++) {
        const seen: Seen[] = [];
        let going = true;
        const users = Array.from({ length: 6 }, async (_, n) => {
          while (going) {
            const begun = performance.now();
            seen.push({ begun, accepted: await use(nodes[n % 2]!) });
          }
        });
        while (seen.length < 6) await new Promise((resolve) => setImmediate(resolve));
        await take();
        const gone = performance.now();
        const after = seen.length;
        while (seen.length < after + 18) await new Promise((resolve) => setImmediate(resolve));
        going = false;
        await Promise.all(users);
        expect([what, seen.some(({ accepted, begun }) => accepted && begun < gone)]).toEqual([what, true]);
        expect([what, seen.filter(({ accepted, begun }) => accepted && begun >= gone)]).toEqual([what, []]);
        await give();
        for (const node of nodes) expect([what, node, await use(node)]).toEqual([what, node, true]);
      }
    }
  }, 120_000);
});
