import { beforeAll, describe, expect, test } from 'vitest';
import { ask, askForm } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

describe.each(engines)('forms that cannot be read on %s', (engine) => {
  const server = useServer({ engine });
  const at = (path: string) => `${server.current.url}${path}`;
  const records = async () => {
    const rows = await server.current.app.site.db
      .selectFrom('audit_events')
      .select(['event', 'outcome', 'address', 'detail', 'actor_name'])
      .where('event', '=', 'sign-in.unreadable')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail!) }));
  };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
  });

  test('are told, change nothing, and are on record once a minute for an address', async () => {
    const long = { os_username: 'fred', os_password: 'x'.repeat(20_000) };
    const send: (() => Promise<{ status: number }>)[] = [
      () => askForm(at('/login.jsp'), long),
      () =>
        fetch(at('/login.jsp'), { method: 'POST', headers: form, body: 'os_username=fred&os_username=x' }),
      () =>
        ask('POST', at('/rest/auth/1/session'), {
          body: { username: 'fred', password: 'x'.repeat(2_000_000) },
        }),
      () =>
        fetch(at('/rest/tessera/1/session'), {
          method: 'POST',
          headers: json,
          body: '{"username": "fred", ',
        }),
    ];
    const statuses: number[] = [];
    for (const one of send) {
      statuses.push((await one()).status);
      expect((await one()).status).toBe(statuses.at(-1));
      server.current.clock.advance(60_000);
    }
    expect(statuses).toEqual([413, 400, 413, 400]);
    await expect.poll(async () => (await records()).length).toBe(4);
    expect(await records()).toEqual(
      ['/login.jsp', '/login.jsp', '/rest/auth/1/session', '/rest/tessera/1/session'].map((route, n) => ({
        event: 'sign-in.unreadable',
        outcome: 'refused',
        address: '127.0.0.1',
        actor_name: null,
        detail: { route, status: statuses[n] },
      })),
    );
    const failures = await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute();
    expect(failures).toEqual([]);
  });

  test('of other routes are not: nothing there is a credential', async () => {
    await fetch(at('/rest/api/2/issue'), { method: 'POST', headers: json, body: '{' });
    await ask('GET', at('/status'));
    expect(await records()).toHaveLength(4);
  });
});

const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const json = { 'Content-Type': 'application/json' };
