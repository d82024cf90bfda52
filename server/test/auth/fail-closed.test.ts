import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { cells } from '../matrix/cells.ts';
import { fixtures } from '../matrix/fixtures.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { type EngineName, engines } from '../support/databases.ts';
import { everyRow, tableNames } from '../support/every-table.ts';
import { forgetFailures } from '../support/failures.ts';
import { type RunningServer, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

/** Faults are real ones, made in the database itself. */
describe.each(engines)('C6: trouble on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;
  const qa1 = '/rest/api/2/issue/QA-1';

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('C6: whichever table is gone, nobody gets in who may not', async () => {
    const { site } = server.current.app;
    const off = await addAccount(server.current, 'off');
    await site.db.updateTable('users').set({ active: 0 }).where('name', '=', 'off').execute();
    const late = await mintTokenFor(site, world.admin.user.id, { label: 'late', days: 1 });
    const revoked = await mintTokenFor(site, world.admin.user.id, { label: 'revoked', days: 30 });
    await site.db.deleteFrom('api_tokens').where('id', '=', revoked.id).execute();
    server.current.clock.advance(86_400_000);
    const mine = await ask('POST', at('/rest/auth/1/session'), {
      body: { username: 'fred', password: 'fred' },
    });
    const over = { Cookie: `JSESSIONID=${mine.body.session.value}` };
    await ask('DELETE', at('/rest/auth/1/session'), { headers: over });

    const refused: Record<string, () => Promise<Reply>> = {
      nobody: () => ask('GET', at(qa1)),
      'a wrong password': () => ask('GET', at(qa1), { headers: basic('fred', 'wrong') }),
      'an unknown name': () => ask('GET', at(qa1), { headers: basic('nobody', 'fred') }),
      'a wrong token': () => ask('GET', at(qa1), { headers: bearer(`${world.fred.token.slice(0, -1)}!`) }),
      'an expired token': () => ask('GET', at(qa1), { headers: bearer(late.secret) }),
      'a revoked token': () => ask('GET', at(qa1), { headers: bearer(revoked.secret) }),
      'another account’s token': () => ask('GET', at(qa1), { headers: basic('fred', world.admin.token) }),
      'a disabled account': () => ask('GET', at(qa1), { headers: off.auth }),
      'a session that is over': () => ask('GET', at(qa1), { headers: over }),
      'a locked account': () => ask('GET', at('/rest/api/2/myself'), { headers: basic('wilma', 'wilma') }),
      'no permission': () => ask('GET', at(qa1), { headers: bearer(world.wilma.token) }),
      'no administrator': () =>
        ask('GET', at('/rest/tessera/1/settings'), { headers: bearer(world.fred.token) }),
      'a sign-in': () =>
        ask('POST', at('/rest/auth/1/session'), { body: { username: 'fred', password: 'wrong' } }),
      'a sign-in to the pages': () =>
        ask('POST', at('/rest/tessera/1/session'), { body: { username: 'fred', password: 'wrong' } }),
      'a set-up': () => ask('POST', at('/rest/tessera/1/setup'), { body: setUp }),
    };
    const tables = await tableNames(server.current);
    expect(tables.length).toBeGreaterThan(40);
    const seen = new Set<number>();
    for (const table of tables) {
      await forgetFailures(server.current);
      for (let n = 0; n < 3; n++) await ask('GET', at(qa1), { headers: basic('wilma', 'wrong') });
      await without(server.current, table, async () => {
        for (const [what, request] of Object.entries(refused)) {
          const reply = await request();
          seen.add(reply.status);
          expect([table, what, reply.status >= 400, cookiesOf(reply)]).toEqual([table, what, true, []]);
        }
      });
    }
    // Some of it was trouble indeed, and told as such.
    expect([...seen].filter((status) => status >= 500)).not.toEqual([]);
    await forgetFailures(server.current);
    expect((await ask('GET', at(qa1), { headers: world.fred.auth })).status).toBe(200);
  }, 120_000);

  test('C6: what cannot be put on record is not done, nor said to be', async () => {
    const session = await webSession(server.current, 'admin', 'admin');
    const done: string[] = [];
    let tried = 0;
    for (const { id, method, scope } of server.current.app.routes) {
      const cell = cells[id];
      if (method === 'GET' || cell === undefined || /^revokeAll|WebSudo|WebSession|^logout/.test(id))
        continue;
      await forgetFailures(server.current);
      const send = async () => {
        const { path, body } = await cell.as(fixtures(server.current, world, world.admin));
        return async () => {
          const reply = await ask(method, at(path), {
            headers: scope === null ? session : world.admin.auth,
            body,
          });
          return reply.status === 403 ? ask(method, at(path), { headers: session, body }) : reply;
        };
      };
      const good = await (await send())();
      await server.current.app.resets.settled();
      if (good.status >= 300 || (await recordsOf(server.current, good)).length === 0) continue;
      const request = await send();
      await server.current.app.mail.deliverDue();
      const before = await state(server.current);
      const reply = await unrecorded(server.current, engine, async () => {
        const answer = await request();
        await server.current.app.resets.settled();
        return answer;
      });
      tried++;
      // These say the same to everybody before anything is looked up.
      if (reply.status < 500 && id !== 'requestPasswordReset') done.push(`${id}: ${reply.status}`);
      if ((await state(server.current)) !== before) done.push(`${id}: changed`);
    }
    expect(tried).toBeGreaterThan(30);
    expect(done).toEqual([]);
  }, 120_000);

  test('C6: nobody signs in, and nothing wrong is let pass, while nothing can be put on record', async () => {
    await forgetFailures(server.current);
    const body = { username: 'fred', password: 'fred' };
    const signIns = ['/rest/auth/1/session', '/rest/tessera/1/session'];
    for (const path of signIns) {
      const right = await unrecorded(server.current, engine, () => ask('POST', at(path), { body }));
      expect([path, right.status, cookiesOf(right)]).toEqual([path, 500, []]);
      const wrong = { ...body, password: 'wrong' };
      const refused = await unrecorded(server.current, engine, () => ask('POST', at(path), { body: wrong }));
      expect([path, refused.status, cookiesOf(refused)]).toEqual([path, 500, []]);
    }
    // A guess that could not be put on record is one all the same.
    for (let n = 0; n < 3; n++) {
      await unrecorded(server.current, engine, () =>
        ask('GET', at(qa1), { headers: basic('fred', 'wrong') }),
      );
    }
    expect((await ask('GET', at(qa1), { headers: basic('fred', 'fred') })).status).toBe(403);
    await forgetFailures(server.current);
    for (const path of signIns) expect((await ask('POST', at(path), { body })).status).toBe(200);
  });

  test('C6, T10: what has expired stays so when the clock goes back', async () => {
    const { clock, app } = server.current;
    const { secret } = await mintTokenFor(app.site, world.fred.user.id, { label: 'short', days: 1 });
    clock.advance(86_400_000);
    expect((await ask('GET', at(qa1), { headers: bearer(secret) })).status).toBe(401);
    for (const back of [1, 60_000, 3_500_000]) {
      clock.advance(-back);
      expect((await ask('GET', at(qa1), { headers: bearer(secret) })).status).toBe(401);
      expect((await ask('GET', at(qa1), { headers: world.fred.auth })).status).toBe(200);
      clock.advance(back);
    }
  });
});

describe.each(engines.filter((engine) => engine === 'postgres'))('C6: a %s that goes away', (engine) => {
  const server = useServer({ engine });
  const at = (path: string) => `${server.current.url}${path}`;
  const qa1 = '/rest/api/2/issue/QA-1';

  test('C6: lets nobody in while its connections break, and is back afterwards', async () => {
    const world = await createWorld(server.current, { issues: 1 });
    const { db } = server.current.app.site;
    let going = true;
    const breaking = (async () => {
      const others = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
      while (going) await others.execute(db).catch(() => {});
    })();
    const statuses = { right: new Set<number>(), wrong: new Set<number>() };
    const one = async (n: number) => {
      statuses.right.add((await ask('GET', at(qa1), { headers: world.fred.auth })).status);
      for (const headers of [basic('fred', `wrong ${n}`), bearer(`${world.fred.token}x`), {}]) {
        statuses.wrong.add((await ask('GET', at(qa1), { headers })).status);
      }
    };
    try {
      for (let n = 0; n < 10; n++) await Promise.all(Array.from({ length: 20 }, () => one(n)));
    } finally {
      going = false;
      await breaking;
    }
    expect([...statuses.wrong].filter((status) => status < 400)).toEqual([]);
    expect(statuses.right.has(401)).toBe(false);
    // It broke indeed.
    expect(server.current.logged()).toContain('connection to PostgreSQL lost');
    await forgetFailures(server.current);
    const again = async () => (await ask('GET', at(qa1), { headers: world.fred.auth })).status;
    await expect.poll(again).toBe(200);
  });
});

const setUp = {
  code: 'junk',
  email: 'mallory@example.com',
  username: 'mallory',
  displayName: 'Mallory',
  password: 'plum orbit vexes quartz',
};

/** Those that mean something; one that clears is none. */
const cookiesOf = ({ headers }: Pick<Reply, 'headers'>): string[] =>
  headers.getSetCookie().filter((line) => !line.includes('Max-Age=0'));

async function without({ app }: RunningServer, table: string, work: () => Promise<void>): Promise<void> {
  const { schema } = app.site.db;
  await schema.alterTable(table).renameTo(`${table}_gone`).execute();
  try {
    await work();
  } finally {
    await schema.alterTable(`${table}_gone`).renameTo(table).execute();
  }
}

/** Meanwhile no audit record can be written. */
async function unrecorded(
  { app }: RunningServer,
  engine: EngineName,
  work: () => Promise<Reply>,
): Promise<Reply> {
  const { db } = app.site;
  if (engine === 'sqlite') {
    await sql`create trigger no_audit before insert on audit_events begin select raise(abort, 'the disk is full'); end`.execute(
      db,
    );
  } else {
    await sql`create or replace function no_audit() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$`.execute(
      db,
    );
    await sql`create trigger no_audit before insert on audit_events for each row execute function no_audit()`.execute(
      db,
    );
  }
  try {
    return await work();
  } finally {
    await (engine === 'sqlite'
      ? sql`drop trigger no_audit`.execute(db)
      : sql`drop trigger no_audit on audit_events`.execute(db));
  }
}

/** All that a change could have changed; what merely counts or remembers requests aside. */
const counting =
  /^(sign_in_|refusals|password_uses|credential_|api_tokens|oauth1_access_tokens|oauth2_grants|sessions|known_devices|captchas)/;

async function state(server: RunningServer): Promise<string> {
  const rows = await everyRow(server);
  return JSON.stringify([...rows].filter(([table]) => !counting.test(table)));
}
