import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusalTexts } from '../../src/audit/refusal-texts.ts';
import { deleteOldRecords } from '../../src/audit/retention.ts';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { tessera } from '../cli/run-cli.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { type RunningServer, startServer, useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';
import { idOf, webSession } from './trail.ts';

const minuteMs = 60_000;

describe.each(engines)('why a request was refused, on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}/rest/${path}`;
  const get = (path: string, headers: Record<string, string> = {}) => ask('GET', at(path), { headers });
  const myself = (headers: Record<string, string>) => get('api/2/myself', headers);
  const explain = (id: string, headers: Record<string, string> = {}) =>
    get(`tessera/1/refusals/${id}`, headers);
  const explained = async (reply: Reply, headers: Record<string, string>) =>
    (await explain(idOf(reply), headers)).body;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(async () => {
    await forgetFailures(server.current);
    // Each test has the allowance of a minute of its own.
    server.current.clock.advance(minuteMs);
  });

  test('the step that refused a credential, for the account that it names and for administrators', async () => {
    const { site } = server.current.app;
    const soon = await mintTokenFor(site, world.fred.user.id, { label: 'soon over', days: 1 });
    const gone = await mintTokenFor(site, world.fred.user.id, { label: 'revoked', days: 1 });
    await site.db.updateTable('api_tokens').set({ revoked_at: 1 }).where('id', '=', gone.id).execute();
    server.current.clock.advance(86_400_000);
    const cases: [string, Record<string, string>, ofFred: boolean][] = [
      ['wrong-password', basic('fred', 'not his password'), true],
      ['token-expired', basic('fred', soon.secret), true],
      ['token-expired', bearer(soon.secret), true],
      ['token-revoked', basic('fred', gone.secret), true],
      ['token-revoked', bearer(gone.secret), true],
      ['wrong-token', basic('fred', `${world.fred.token.slice(0, -1)}!`), true],
      ['token-of-another-account', basic('fred', world.wilma.token), true],
      ['unknown-name', basic('nobody-at-all', 'x'), false],
      ['malformed-credential', { Authorization: 'Basic !!!' }, false],
      ['unknown-scheme', { Authorization: 'Digest username="fred"' }, false],
    ];
    for (const [step, headers, ofFred] of cases) {
      await forgetFailures(server.current);
      const reply = await myself(headers);
      expect([step, reply.status]).toEqual([step, 401]);
      const forAdmin = await explained(reply, world.admin.auth);
      expect([step, forAdmin.step]).toEqual([step, step]);
      const { title, explanation, help } = refusalTexts.get(step)!;
      expect(forAdmin).toMatchObject({ title, explanation, help, status: 401, address: '127.0.0.1' });
      const forFred = await explain(idOf(reply), world.fred.auth);
      expect([step, forFred.status]).toEqual([step, ofFred ? 200 : 404]);
      if (ofFred) expect(forFred.body).toEqual(forAdmin);
      expect((await explain(idOf(reply), world.wilma.auth)).status).toBe(404);
    }
  });

  test('a lock, a disabled account, a session that has ended, a page of another site', async () => {
    const off = await addAccount(server.current, `off${engine}`);
    const session = await webSession(server.current, 'fred', 'fred');
    await server.current.app.site.db
      .updateTable('users')
      .set({ active: 0 })
      .where('id', '=', off.user.id)
      .execute();
    expect(await explained(await myself(off.auth), world.admin.auth)).toMatchObject({
      step: 'account-disabled',
      account: { name: off.name },
    });
    const foreign = await ask('PUT', at('api/2/myself'), {
      headers: { ...session, Origin: 'https://evil.example' },
      body: { displayName: 'F' },
    });
    expect(foreign.status).toBe(403);
    expect((await explained(foreign, world.fred.auth)).step).toBe('xsrf');
    await ask('DELETE', at('tessera/1/session'), { headers: session });
    const dead = await myself(session);
    expect(dead.status).toBe(401);
    expect((await explained(dead, world.admin.auth)).step).toBe('session-ended');
    for (let n = 0; n < 3; n++) await myself(basic('fred', 'wrong'));
    const locked = await myself(basic('fred', 'fred'));
    expect(locked.status).toBe(403);
    expect((await explained(locked, world.admin.auth)).step).toBe('locked-here');
  });

  test('a missing permission is named, with its project', async () => {
    const edit = await ask('PUT', at('api/2/issue/PUB-1'), {
      headers: world.wilma.auth,
      body: { fields: { summary: 'x' } },
    });
    expect(edit.status).toBe(204);
    const seeing = await get('api/2/issue/QA-1', world.wilma.auth);
    expect(seeing.status).toBe(403);
    expect(await explained(seeing, world.wilma.auth)).toMatchObject({
      step: 'missing-permission',
      facts: { permission: 'BROWSE_PROJECTS', project: 'QA' },
      account: { name: 'wilma' },
      method: 'GET',
      path: '/rest/api/2/issue/:issueIdOrKey',
    });
    const administering = await ask('PUT', at('api/2/project/PUB'), {
      headers: world.wilma.auth,
      body: { description: 'x' },
    });
    expect(await explained(administering, world.wilma.auth)).toMatchObject({
      facts: { permission: 'ADMINISTER_PROJECTS', project: 'PUB' },
    });
    const nobody = await ask('POST', at('api/2/group'), { body: { name: 'x' } });
    expect(await explained(nobody, world.admin.auth)).toMatchObject({
      step: 'not-signed-in',
      account: null,
    });
  });

  test('N3: an issue found by its id does not tell its project', async () => {
    const { id } = (await get('api/2/issue/QA-1', world.fred.auth)).body;
    const { facts } = await explained(await get(`api/2/issue/${id}`, world.wilma.auth), world.wilma.auth);
    expect(facts).toEqual({ permission: 'BROWSE_PROJECTS' });
  });

  test('Z5: whether something is missing or hidden, administrators learn and others do not', async () => {
    const hidden = await get('api/2/project/QA', world.wilma.auth);
    const missing = await get('api/2/project/ZZ', world.wilma.auth);
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(await explained(hidden, world.admin.auth)).toMatchObject({
      step: 'hidden',
      facts: { permission: 'BROWSE_PROJECTS', project: 'QA' },
    });
    expect((await explained(missing, world.admin.auth)).step).toBe('missing');
    const { requestId: _, ...ofHidden } = await explained(hidden, world.wilma.auth);
    const { requestId: __, ...ofMissing } = await explained(missing, world.wilma.auth);
    expect(ofHidden).toEqual(ofMissing);
    expect(ofHidden).toMatchObject({ step: 'missing-or-hidden', facts: {} });
  });

  test('a stranger learns nothing: one answer to what is kept, what is not, and what never was', async () => {
    const refused = await myself(basic('fred', 'wrong'));
    const fine = await get('api/2/myself', world.fred.auth);
    const ids = [idOf(refused), idOf(fine), '1x1xnever', "'; drop table refusals --", '%F0%9F%A6%8A'];
    const seen = (reply: Reply) => {
      const headers = [...reply.headers].filter(([name]) => name !== 'x-arequestid' && name !== 'date');
      return { status: reply.status, text: reply.text, headers };
    };
    for (const headers of [{}, world.wilma.auth]) {
      const [first, ...others] = await Promise.all(ids.map((id) => explain(encodeURI(id), headers)));
      expect(first!.status).toBe(404);
      for (const other of others) expect(seen(other)).toEqual(seen(first!));
      for (const id of ids) expect(first!.text).not.toContain(id);
    }
  });

  test('N2: … after the same statements', async () => {
    const { site } = server.current.app;
    const refused = await myself(basic('fred', 'wrong'));
    const statementsOf = async (id: string) => {
      const before = site.db.getExecutor();
      const run: string[] = [];
      const executor = before as unknown as { executeQuery: (q: { sql: string }) => Promise<unknown> };
      const adapter = before.adapter as unknown as { runHot?: (q: { compiled: { sql: string } }) => unknown };
      const { executeQuery } = executor;
      const { runHot } = adapter;
      executor.executeQuery = (query) => {
        run.push(query.sql);
        return executeQuery.call(before, query as never);
      };
      if (runHot !== undefined) {
        Object.assign(adapter, {
          runHot: (query: { compiled: { sql: string } }, parameters: unknown[]) => {
            run.push(query.compiled.sql);
            return (runHot as (...all: unknown[]) => unknown).call(adapter, query, parameters);
          },
        });
      }
      try {
        await explain(id, world.wilma.auth);
      } finally {
        executor.executeQuery = executeQuery;
        if (runHot !== undefined) Object.assign(adapter, { runHot });
      }
      // What timers do meanwhile belongs to neither: keeping refusals, and sending mail about a lock.
      return run.filter((statement) => !/^insert into "refusals"|"mails"/.test(statement));
    };
    await server.current.app.lockMails.settled();
    const known = await statementsOf(idOf(refused));
    expect(known.length).toBeGreaterThan(0);
    expect(await statementsOf('1x1xnever')).toEqual(known);
  });

  test('asking leaves no record of its own', async () => {
    const count = async () => {
      const { db } = server.current.app.site;
      const events = await db.selectFrom('audit_events').select('id').execute();
      return events.length;
    };
    const before = await count();
    const miss = await explain('1x1xnever', world.wilma.auth);
    expect((await explain(idOf(miss), world.admin.auth)).status).toBe(404);
    expect(await count()).toBe(before);
  });

  test('a flood of refusals is no flood of writes, and crowds nobody out who is signed in', async () => {
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => myself({ Authorization: 'Digest x' })),
    );
    expect(replies.every(({ status }) => status === 401)).toBe(true);
    const found = await Promise.all(replies.map(async (reply) => explain(idOf(reply), world.admin.auth)));
    expect(found.filter(({ status }) => status === 200).length).toBe(30);
    const own = await get('tessera/1/settings', world.fred.auth);
    expect((await explained(own, world.fred.auth)).step).toBe('missing-global-permission');
    server.current.clock.advance(minuteMs);
    const later = await myself({ Authorization: 'Digest x' });
    expect((await explained(later, world.admin.auth)).step).toBe('unknown-scheme');
    expect(server.current.logged()).toContain('"skipped":170');
  });

  test('they reach the database by themselves, and are kept for seven days', async () => {
    const { site } = server.current.app;
    const reply = await myself(basic('fred', 'wrong'));
    const { db } = site;
    await expect
      .poll(() => db.selectFrom('refusals').select('id').where('request_id', '=', idOf(reply)).execute(), {
        timeout: 5000,
      })
      .toHaveLength(1);
    server.current.clock.advance(7 * 86_400_000);
    await deleteOldRecords(site, async () => 0);
    expect((await explain(idOf(reply), basic('admin', 'admin'))).status).toBe(200);
    server.current.clock.advance(1);
    await deleteOldRecords(site, async () => 0);
    expect((await explain(idOf(reply), basic('admin', 'admin'))).status).toBe(404);
  });
});

describe.each(engines)('beside a running server on %s', (engine) => {
  test('tessera explain says the same; what is pending is written before the server ends', async () => {
    const server: RunningServer = await startServer({ engine });
    const { dataFolder, databaseUrl } = server.app.site.config;
    const env = {
      TESSERA_DATA: dataFolder,
      ...(databaseUrl === undefined ? {} : { TESSERA_DATABASE_URL: databaseUrl }),
    };
    try {
      const admin = await createWorld(server, { issues: 1 }).then((world) => world.admin);
      const reply = await ask('GET', `${server.url}/rest/api/2/myself`, { headers: basic('fred', 'wrong') });
      const id = idOf(reply);
      const shown = await ask('GET', `${server.url}/rest/tessera/1/refusals/${id}`, { headers: admin.auth });
      await server.app.close();
      const json = await tessera(['explain', id, '--json'], { env });
      expect([json.code, json.json()]).toEqual([0, shown.body]);
      const text = await tessera(['explain', id], { env });
      expect(text.out).toContain('The password was wrong');
      expect(text.out).toContain('What would help: ');
      const none = await tessera(['explain', '1x1x\u001b[31m'], { env });
      expect([none.code, none.err]).toEqual([
        1,
        "tessera: no refused request is kept under the id '1x1x\ufffd[31m'.\n",
      ]);
      expect((await tessera(['explain'], { env })).code).toBe(2);
      expect((await tessera(['explain', 'a', 'b'], { env })).code).toBe(2);
    } finally {
      await server.stop();
    }
  });
});
