import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { recordsOf } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld } from '../support/world.ts';

const day = 86_400_000;
let accounts = 0;

describe.each(engines)('mail about a lock on %s', (engine) => {
  const server = useServer({ engine });
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = async (name: string, secret: string) =>
    (await ask('GET', rest('api/2/myself'), { headers: basic(name, secret) })).status;
  const lock = async (name: string) => {
    for (let i = 0; i < 3; i++) expect(await myself(name, `guess ${i}`)).toBe(401);
  };
  const unlock = (code: string | undefined): Promise<Reply> =>
    ask('POST', rest('tessera/1/unlock'), { body: { code: code ?? '' } });
  const somebody = (): Promise<Account> => addAccount(server.current, `user${++accounts}`);
  const codeFor = async ({ name, email }: Account): Promise<string> => {
    await lock(name);
    return (await mailsOf(server.current, email)).at(-1)!.code!;
  };

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('the owner is mailed a link that lets them sign in again, once', async () => {
    const account = await somebody();
    const { name, email, token } = account;
    await lock(name.toUpperCase());
    expect([await myself(name, name), await myself(email, token)]).toEqual([403, 403]);
    const mails = await mailsOf(server.current, email);
    expect(mails.map(({ subject }) => subject)).toEqual(['Sign-in to your account was closed (Tessera)']);
    const { text, code } = mails[0]! as { text: string; code: string };
    expect(text).toContain(`${server.current.url}/unlock#tsu_`);
    expect(text).toContain('127.0.0.1');
    const stored = await server.current.app.site.db.selectFrom('unlock_codes').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(code);

    const reply = await unlock(code);
    expect([reply.status, reply.text, reply.headers.getSetCookie()]).toEqual([204, '', []]);
    expect([await myself(name, name), await myself(email, token)]).toEqual([200, 200]);
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'lock.lifted', actor_name: name, detail: JSON.stringify({ by: 'mail' }) },
    ]);
    const again = await unlock(code);
    expect([again.status, Object.keys(again.body.errors)]).toEqual([400, ['code']]);
    expect(await recordsOf(server.current, again)).toMatchObject([
      { event: 'unlock-link.failed', outcome: 'refused' },
    ]);
    expect(server.current.logged()).not.toContain(code);
  });

  test('L2: however often it closes, one mail a day, not 10,000', async () => {
    const { name, email } = await somebody();
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => myself(name, `guess ${round} ${i}`)));
      await forgetFailures(server.current);
    }
    const [first] = await mailsOf(server.current, email);
    // Its use does not make room for another.
    expect((await unlock(first!.code)).status).toBe(204);
    await lock(name);
    expect(await mailsOf(server.current, email)).toHaveLength(1);
    server.current.clock.advance(day);
    await lock(name);
    expect(await mailsOf(server.current, email)).toHaveLength(2);
  });

  test('L2: two processes that close it at once send one mail', async () => {
    const { app, clock } = server.current;
    const { user, email } = await somebody();
    const other = await createApp(app.site.config, { clock, log: app.site.log });
    try {
      const source = { address: '127.0.0.1', userAgent: '', requestId: 'x' };
      for (let i = 0; i < 5; i++) {
        for (const { lockMails } of [app, other]) lockMails.note({ userId: user.id, source });
      }
      await Promise.all([app.lockMails.settled(), other.lockMails.settled()]);
    } finally {
      await other.close();
    }
    expect(await mailsOf(server.current, email)).toHaveLength(1);
  });

  test('wrong tokens close it as well; disabled accounts and names of nobody get no mail', async () => {
    const account = await somebody();
    for (let i = 0; i < 3; i++) expect(await myself(account.name, makeSecret('tsr'))).toBe(401);
    expect(await mailsOf(server.current, account.email)).toHaveLength(1);

    const off = await somebody();
    const { db } = server.current.app.site;
    await db.updateTable('users').set({ active: 0 }).where('id', '=', off.user.id).execute();
    const before = (await mailsOf(server.current)).length;
    await lock(off.name);
    await lock('nobody@example.com');
    expect(await mailsOf(server.current)).toHaveLength(before);
  });

  test('N3: what is wrong with a code is not told; nothing is opened by it', async () => {
    const used = await codeFor(await somebody());
    await unlock(used);
    const expired = await codeFor(await somebody());
    server.current.clock.advance(day);
    const off = await somebody();
    const ofDisabled = await codeFor(off);
    const { db } = server.current.app.site;
    await db.updateTable('users').set({ active: 0 }).where('id', '=', off.user.id).execute();
    const locked = await somebody();
    await lock(locked.name);
    const answers = [];
    for (const code of [used, expired, ofDisabled, makeSecret('tsu'), used.replace('tsu', 'tsp'), 'x', '']) {
      const { status, text } = await unlock(code);
      answers.push(`${status} ${text}`);
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toMatch(/^400 /);
    expect(await myself(locked.name, locked.name)).toBe(403);
  });

  test('it lives a day to the millisecond, and of two uses at once one counts', async () => {
    const code = await codeFor(await somebody());
    server.current.clock.advance(day - 1);
    const statuses = (await Promise.all([code, code, code].map(unlock))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([204, 400, 400]);
  });

  test('opened when nothing is closed any more, it is on record all the same', async () => {
    const code = await codeFor(await somebody());
    await forgetFailures(server.current);
    const reply = await unlock(code);
    expect(reply.status).toBe(204);
    expect(await recordsOf(server.current, reply)).toMatchObject([{ event: 'unlock-link.used' }]);
  });

  test('a page of another site cannot open it', async () => {
    const code = await codeFor(await somebody());
    const headers = { Origin: 'https://evil.example' };
    expect((await ask('POST', rest('tessera/1/unlock'), { headers, body: { code } })).status).toBe(403);
    expect((await unlock(code)).status).toBe(204);
  });
});
