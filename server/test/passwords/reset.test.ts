import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld } from '../support/world.ts';

const next = 'plum orbit vexes quartz';
const hour = 3_600_000;
let accounts = 0;

describe.each(engines)('a forgotten password on %s', (engine) => {
  const server = useServer({ engine });
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = async (headers: Record<string, string>) =>
    (await ask('GET', rest('api/2/myself'), { headers })).status;
  const request = (account: string, headers: Record<string, string> = {}): Promise<Reply> =>
    ask('POST', rest('tessera/1/password-reset'), { headers, body: { account } });
  const confirm = (code: string | undefined, password = next): Promise<Reply> =>
    ask('POST', rest('tessera/1/password-reset/confirm'), { body: { code: code ?? '', password } });
  const somebody = (): Promise<Account> => addAccount(server.current, `user${++accounts}`);
  const codeFor = async ({ email, name }: Account): Promise<string> => {
    await request(name);
    return (await mailsOf(server.current, email)).at(-1)!.code!;
  };
  const settle = () => server.current.app.resets.settled();

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('P16, N3: whoever is named, the answer is the same', async () => {
    const { name, email } = await somebody();
    const off = await somebody();
    await server.current.app.site.db
      .updateTable('users')
      .set({ active: 0 })
      .where('id', '=', off.user.id)
      .execute();
    const asked = [
      name,
      name.toUpperCase(),
      email,
      off.name,
      'nobody-at-all',
      'nobody@example.com',
      'not even : a name',
      '',
    ];
    const answers = [];
    for (const account of asked) {
      const reply = await request(account);
      const headers = [...reply.headers].filter(([header]) => !['date', 'x-arequestid'].includes(header));
      answers.push(JSON.stringify([reply.status, reply.text, headers]));
    }
    expect(new Set(answers).size).toBe(1);
    expect(JSON.parse(answers[0]!)[0]).toBe(204);
    expect(await mailsOf(server.current, off.email)).toEqual([]);
    expect(await mailsOf(server.current, 'nobody@example.com')).toEqual([]);
  });

  test('N3: the answer is given before anything is looked up', async () => {
    const { name } = await somebody();
    const { site } = server.current.app;
    const count = async () => {
      await settle();
      const { n } = await site.db
        .selectFrom('audit_events')
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .where('event', '=', 'password-reset.requested')
        .executeTakeFirstOrThrow();
      return Number(n);
    };
    const before = await count();
    await Promise.all([request(name), request('nobody-at-all')]);
    expect(await count()).toBe(before + 2);
  });

  test('P16: mail goes to the address on record, however the account was named', async () => {
    const { name, email, user } = await somebody();
    const reply = await request(` ${name.toUpperCase()} `);
    const [mail] = await mailsOf(server.current, email);
    expect(mail).toMatchObject({ to: email, subject: 'Set a new password (Tessera)' });
    expect(mail!.text).toContain(`${server.current.url}/reset-password#tsp_`);
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'password-reset.requested', outcome: 'ok', subject_id: user.id },
    ]);
  });

  test('P16: the code has 256 bits, is stored as a hash alone, and sets the password once', async () => {
    const account = await somebody();
    const { name, email } = account;
    const session = await webSession(server.current, name, name);
    const code = await codeFor(account);
    expect(code).toMatch(/^tsp_[0-9A-Za-z]{49}$/);
    const stored = await server.current.app.site.db.selectFrom('password_codes').selectAll().execute();
    expect(JSON.stringify(stored)).not.toContain(code);

    const reply = await confirm(code);
    expect([reply.status, reply.text]).toEqual([204, '']);
    // The code is a way to a new password, not to a session.
    expect(reply.headers.getSetCookie()).toEqual([]);
    expect([await myself(basic(name, name)), await myself(basic(name, next))]).toEqual([401, 200]);
    expect(await myself(session)).toBe(401);
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'password-reset.done', actor_name: name },
    ]);
    expect((await mailsOf(server.current, email)).at(-1)!.subject).toContain('password was changed');

    const again = await confirm(code, 'seven foxes in the library');
    expect([again.status, Object.keys(again.body.errors)]).toEqual([400, ['code']]);
    expect(await recordsOf(server.current, again)).toMatchObject([
      { event: 'password-reset.failed', outcome: 'refused', detail: JSON.stringify({ step: 'link-used' }) },
    ]);
    expect(await myself(basic(name, next))).toBe(200);
    expect(server.current.logged()).not.toContain(code);
  });

  test('P16: of two uses at once one succeeds', async () => {
    const account = await somebody();
    const code = await codeFor(account);
    const wanted = [next, 'seven foxes in the library', 'nine owls on a quiet pier'];
    const replies = await Promise.all(wanted.map((password) => confirm(code, password)));
    const statuses = replies.map(({ status }) => status);
    expect([...statuses].sort()).toEqual([204, 400, 400]);
    expect(await myself(basic(account.name, wanted[statuses.indexOf(204)]!))).toBe(200);
  });

  test('P16: it lives an hour by the clock of the site, to the millisecond', async () => {
    const late = await codeFor(await somebody());
    server.current.clock.advance(hour);
    expect((await confirm(late)).status).toBe(400);
    const inTime = await codeFor(await somebody());
    server.current.clock.advance(hour - 1);
    expect((await confirm(inTime)).status).toBe(204);
  });

  test('P16: the last step cannot be reached without the mail, nor with a code of another flow', async () => {
    const { name } = await somebody();
    await request(name);
    await settle();
    const email = makeSecret('tse');
    for (const code of [
      '',
      'x',
      name,
      makeSecret('tsp'),
      makeSecret('tsr'),
      email,
      email.replace('tse', 'tsp'),
    ]) {
      const reply = await confirm(code);
      expect([reply.status, reply.body.errors.code]).toEqual([400, expect.stringContaining('has expired')]);
    }
    expect(await myself(basic(name, name))).toBe(200);
  });

  test('P16: a used, an expired and a made-up code are answered alike', async () => {
    const used = await codeFor(await somebody());
    await confirm(used);
    const expired = await codeFor(await somebody());
    server.current.clock.advance(hour);
    const answers = [];
    for (const code of [used, expired, makeSecret('tsp'), 'x']) {
      const { status, text } = await confirm(code);
      answers.push(`${status} ${text}`);
    }
    expect(new Set(answers).size).toBe(1);
  });

  test('the rules hold, and a password that is refused does not use the code up', async () => {
    const account = await somebody();
    const code = await codeFor(account);
    const reply = await confirm(code, `${account.name}${account.name}12345678`);
    expect([reply.status, reply.body.errors.password]).toEqual([400, expect.stringContaining('user name')]);
    expect((await confirm(code)).status).toBe(204);
  });

  test('a change of the password, or of the address, voids what was mailed before', async () => {
    const changed = await somebody();
    const code = await codeFor(changed);
    const change = { currentPassword: changed.name, password: 'seven foxes in the library' };
    await ask('PUT', rest('api/2/myself/password'), {
      headers: basic(changed.name, changed.name),
      body: change,
    });
    expect((await confirm(code)).status).toBe(400);

    const moved = await somebody();
    const old = await codeFor(moved);
    await ask('PUT', rest(`api/2/user?username=${moved.name}`), {
      headers: basic('admin', 'admin'),
      body: { emailAddress: `new-${moved.name}@example.com` },
    });
    expect((await confirm(old)).status).toBe(400);
    expect(await myself(basic(moved.name, moved.name))).toBe(200);
  });

  test('a disabled account gets neither mail nor password', async () => {
    const account = await somebody();
    const code = await codeFor(account);
    const { db } = server.current.app.site;
    await db.updateTable('users').set({ active: 0 }).where('id', '=', account.user.id).execute();
    expect((await confirm(code)).status).toBe(400);
    await request(account.name);
    expect(await mailsOf(server.current, account.email)).toHaveLength(1);
  });

  test('at most three mails an hour for one account, whoever asks; the answer does not tell', async () => {
    const { name, email } = await somebody();
    const statuses = [];
    for (let i = 0; i < 10; i++) statuses.push((await request(i % 2 ? name : email)).status);
    expect(new Set(statuses)).toEqual(new Set([204]));
    expect(await mailsOf(server.current, email)).toHaveLength(3);
    server.current.clock.advance(hour);
    await request(name);
    expect(await mailsOf(server.current, email)).toHaveLength(4);
  });

  test('a reset lifts the locks of the account', async () => {
    const account = await somebody();
    for (let i = 0; i < 4; i++) await myself(basic(account.name, `guess ${i}`));
    expect(await myself(basic(account.name, account.name))).toBe(403);
    const reply = await confirm(await codeFor(account));
    expect(reply.status).toBe(204);
    expect(await myself(basic(account.name, next))).toBe(200);
    const events = (await recordsOf(server.current, reply)).map(({ event }) => event);
    expect(events).toContain('lock.lifted');
  });

  test('mail says nothing that who asked for it could have chosen', async () => {
    const account = await addAccount(server.current, `user${++accounts}`);
    await request(account.name, { 'User-Agent': 'Win a prize at http://evil.example' });
    const [mail] = await mailsOf(server.current, account.email);
    expect(mail!.text).not.toContain('evil');
    expect(mail!.text).toContain('127.0.0.1');
  });

  test('an account whose address no mail can be sent to is answered alike, and on record', async () => {
    const { db } = server.current.app.site;
    const account = await addAccount(server.current, `user${++accounts}`);
    await db
      .updateTable('users')
      .set({ email: 'a;b@example.com' })
      .where('id', '=', account.user.id)
      .execute();
    const reply = await request(account.name);
    expect(reply.status).toBe(204);
    await settle();
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { outcome: 'refused', detail: JSON.stringify({ step: 'address-not-mailable' }) },
    ]);
  });

  test('a page of another site can neither ask nor confirm', async () => {
    const foreign = { Origin: 'https://evil.example' };
    expect((await request('fred', foreign)).status).toBe(403);
  });

  test('oversize and odd bodies are refused by field', async () => {
    const long = await request('x'.repeat(321));
    expect([long.status, Object.keys(long.body.errors)]).toEqual([400, ['account']]);
    const none = await ask('POST', rest('tessera/1/password-reset'), { body: {} });
    expect([none.status, Object.keys(none.body.errors)]).toEqual([400, ['account']]);
    const more = await ask('POST', rest('tessera/1/password-reset'), { body: { account: 'x', email: 'y' } });
    expect(more.status).toBe(400);
  });
});
