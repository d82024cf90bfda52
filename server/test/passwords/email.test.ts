import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld, type World } from '../support/world.ts';

const day = 86_400_000;
let accounts = 0;

describe.each(engines)('e-mail addresses on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = async (headers: Record<string, string>) =>
    (await ask('GET', rest('api/2/myself'), { headers })).status;
  const own = async ({ name }: Account) =>
    (await ask('GET', rest('tessera/1/myself/email'), { headers: basic(name, name) })).body;
  const change = ({ name }: Account, email: string, password = name): Promise<Reply> =>
    ask('POST', rest('tessera/1/myself/email'), { headers: basic(name, name), body: { email, password } });
  const open = (code: string | undefined): Promise<Reply> =>
    ask('POST', rest('tessera/1/email-verification'), { body: { code: code ?? '' } });
  const removeAlias = ({ name }: Account, email: string): Promise<Reply> =>
    ask('DELETE', rest(`tessera/1/myself/email/alias?email=${encodeURIComponent(email)}`), {
      headers: basic(name, name),
    });
  const somebody = (): Promise<Account> => addAccount(server.current, `user${++accounts}`);
  const unique = (): string => `new${++accounts}@example.com`;
  const codeFor = async (account: Account, email: string): Promise<string | undefined> => {
    await change(account, email);
    return (await mailsOf(server.current, email)).at(-1)?.code;
  };
  const move = async (account: Account): Promise<string> => {
    const email = unique();
    expect((await open(await codeFor(account, email))).status).toBe(204);
    return email;
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('the new address gets a link, the old one is told, and nothing changes until the link is opened', async () => {
    const account = await somebody();
    const email = unique();
    const reply = await change(account, email);
    expect([reply.status, reply.text]).toEqual([202, '']);
    expect(await own(account)).toEqual({
      email: account.email,
      verified: false,
      pending: email,
      aliases: [],
    });
    const [notice] = await mailsOf(server.current, account.email);
    expect(notice!.text).toContain(email);
    expect(notice!.code).toBeUndefined();
    const [mail] = await mailsOf(server.current, email);
    expect(mail!.text).toContain(`${server.current.url}/verify-email#tse_`);
    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'email.change-requested', actor_name: account.name },
    ]);

    const opened = await open(mail!.code);
    expect([opened.status, opened.text]).toEqual([204, '']);
    expect(await own(account)).toEqual({ email, verified: true, pending: null, aliases: [account.email] });
    expect(await recordsOf(server.current, opened)).toMatchObject([
      { event: 'email.verified', actor_name: account.name },
    ]);
    const told = (await mailsOf(server.current, account.email)).at(-1)!;
    expect(told.subject).toContain('was changed');
    expect((await open(mail!.code)).status).toBe(400);
  });

  test('the old address goes on signing in, by password and by token, until its owner removes it', async () => {
    const account = await somebody();
    const { name, email: old, token } = account;
    const email = await move(account);
    for (const address of [email, old, old.toUpperCase()]) {
      expect([await myself(basic(address, name)), await myself(basic(address, token))]).toEqual([200, 200]);
    }
    const removed = await removeAlias(account, old.toUpperCase());
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect(await recordsOf(server.current, removed)).toMatchObject([{ event: 'email-alias.removed' }]);
    expect([await myself(basic(old, name)), await myself(basic(old, token))]).toEqual([401, 401]);
    expect(await myself(basic(email, token))).toBe(200);
    expect((await removeAlias(account, old)).status).toBe(404);
  });

  test('P16: a reset asked for by the old address goes to the present one', async () => {
    const account = await somebody();
    const email = await move(account);
    await ask('POST', rest('tessera/1/password-reset'), { body: { account: account.email } });
    expect((await mailsOf(server.current, email)).at(-1)!.subject).toContain('Set a new password');
    const toOld = (await mailsOf(server.current, account.email)).map(({ subject }) => subject);
    expect(toOld.some((subject) => subject.includes('Set a new password'))).toBe(false);
  });

  test('P6: guesses under an old address count for the account', async () => {
    const account = await somebody();
    await move(account);
    const statuses = [];
    for (const name of [account.name, account.email, account.email.toUpperCase(), account.name]) {
      statuses.push(await myself(basic(name, `guess ${statuses.length}`)));
    }
    expect(statuses).toEqual([401, 401, 401, 403]);
  });

  test('the present address can be verified; a reset by mail verifies it too', async () => {
    const account = await somebody();
    expect((await open(await codeFor(account, account.email))).status).toBe(204);
    expect(await own(account)).toEqual({ email: account.email, verified: true, pending: null, aliases: [] });

    const other = await somebody();
    await ask('POST', rest('tessera/1/password-reset'), { body: { account: other.name } });
    const { code } = (await mailsOf(server.current, other.email)).at(-1)!;
    const password = 'plum orbit vexes quartz';
    await ask('POST', rest('tessera/1/password-reset/confirm'), { body: { code, password } });
    const { body } = await ask('GET', rest('tessera/1/myself/email'), {
      headers: basic(other.name, password),
    });
    expect(body.verified).toBe(true);
  });

  test('it needs the password, and no API token may ask', async () => {
    const account = await somebody();
    const wrong = await change(account, unique(), 'guess');
    expect([wrong.status, Object.keys(wrong.body.errors)]).toEqual([400, ['password']]);
    const body = { email: unique(), password: account.name };
    expect((await ask('POST', rest('tessera/1/myself/email'), { headers: account.auth, body })).status).toBe(
      403,
    );
    const path = rest(`tessera/1/myself/email/alias?email=${account.email}`);
    expect((await ask('DELETE', path, { headers: account.auth })).status).toBe(403);
    expect((await own(account)).pending).toBeNull();
  });

  test('H22: what is no single address is refused by field', async () => {
    const account = await somebody();
    for (const email of [
      '',
      'x',
      'a@b@c',
      'a@b\r\nBcc: x@y',
      'a@b,c@d',
      'Fred <a@b>',
      'a;b@c',
      '\u200ba@b.example',
    ]) {
      const reply = await change(account, email);
      expect([email, reply.status, Object.keys(reply.body.errors)]).toEqual([email, 400, ['email']]);
    }
  });

  test('an address that somebody has is answered like any other, and its owner is told', async () => {
    const account = await somebody();
    const answers = [];
    for (const email of [world.fred.email, 'FRED@Example.com', unique()]) {
      const reply = await change(account, email);
      answers.push(`${reply.status} ${reply.text}`);
      expect((await own(account)).pending).toBe(email);
    }
    expect(new Set(answers).size).toBe(1);
    const toFred = await mailsOf(server.current, world.fred.email);
    expect(toFred[0]!.text).toContain('nothing has changed');
    expect(toFred.every(({ code }) => code === undefined)).toBe(true);
  });

  test('P6, H25: neither a name, nor an address, nor an old address can become somebody else’s', async () => {
    const { site } = server.current.app;
    const first = await somebody();
    const old = first.email;
    await move(first);
    const admin = basic('admin', 'admin');
    const create = (name: string, emailAddress: string) =>
      ask('POST', rest('api/2/user'), { headers: admin, body: { name, emailAddress, displayName: 'X' } });
    const taken = await create(`other${accounts}`, old.toUpperCase());
    expect([taken.status, Object.keys(taken.body.errors)]).toEqual([400, ['emailAddress']]);
    const named = await create(old, unique());
    expect([named.status, Object.keys(named.body.errors)]).toEqual([400, ['username']]);
    const second = await somebody();
    const edited = await ask('PUT', rest(`api/2/user?username=${second.name}`), {
      headers: admin,
      body: { emailAddress: old },
    });
    expect(edited.status).toBe(400);
    await change(second, old);
    expect((await mailsOf(server.current, old)).at(-1)!.code).toBeUndefined();
    // A name that looks like an address is nobody else's address.
    const odd = await create(`odd${accounts}@example.com`, unique());
    expect(odd.status).toBe(201);
    await change(second, odd.body.name);
    expect((await mailsOf(server.current, odd.body.name)).at(-1)!.code).toBeUndefined();
    const aliases = await site.db
      .selectFrom('user_email_aliases')
      .select('user_id')
      .where('email', '=', old)
      .execute();
    expect(aliases).toEqual([{ user_id: first.user.id }]);
  });

  test('one address that two accounts claim at once becomes one account’s', async () => {
    for (let round = 0; round < 5; round++) {
      const claimants = await Promise.all([somebody(), somebody(), somebody()]);
      const email = unique();
      const codes: (string | undefined)[] = [];
      for (const account of claimants) codes.push(await codeFor(account, email));
      expect(new Set(codes).size).toBe(3);
      const replies = await Promise.all(codes.map(open));
      expect(replies.map(({ status }) => status).sort()).toEqual([204, 400, 400]);
      const owners = await Promise.all(claimants.map(own));
      expect(owners.filter((one) => one.email === email)).toHaveLength(1);
    }
  });

  test('an old address that is removed while others claim it goes to one of them at most', async () => {
    for (let round = 0; round < 5; round++) {
      const first = await somebody();
      const old = first.email;
      await move(first);
      const [second, third] = [await somebody(), await somebody()];
      await removeAlias(first, old);
      const codes = [await codeFor(second, old), await codeFor(third, old)];
      const back = await codeFor(first, old);
      await Promise.all([...codes, back].map(open));
      const owners = (await Promise.all([first, second, third].map(own))).filter(
        ({ email, aliases }) => email === old || aliases.includes(old),
      );
      expect(owners).toHaveLength(1);
    }
  });

  test('one may go back to an old address, which then is no alias any more', async () => {
    const account = await somebody();
    const email = await move(account);
    expect((await open(await codeFor(account, account.email))).status).toBe(204);
    expect(await own(account)).toMatchObject({ email: account.email, aliases: [email] });
    const headers = basic('admin', 'admin');
    const body = { emailAddress: email };
    await ask('PUT', rest(`api/2/user?username=${account.name}`), { headers, body });
    expect(await own(account)).toMatchObject({ email, verified: false, aliases: [] });
  });

  test('a link lives a day, is void when another is asked for, and when the password changes', async () => {
    const account = await somebody();
    const email = unique();
    const late = await codeFor(account, email);
    server.current.clock.advance(day);
    expect((await open(late)).status).toBe(400);
    const first = await codeFor(account, email);
    const second = await codeFor(account, unique());
    expect((await open(first)).status).toBe(400);
    await ask('PUT', rest('api/2/myself/password'), {
      headers: basic(account.name, account.name),
      body: { currentPassword: account.name, password: 'plum orbit vexes quartz' },
    });
    expect((await open(second)).status).toBe(400);
  });

  test('P16: a code of another flow opens nothing; what is wrong is not told', async () => {
    const account = await somebody();
    await ask('POST', rest('tessera/1/password-reset'), { body: { account: account.name } });
    const reset = (await mailsOf(server.current, account.email)).at(-1)!.code!;
    const answers = [];
    for (const code of [reset, reset.replace('tsp', 'tse'), makeSecret('tse'), 'x', '']) {
      const reply = await open(code);
      expect(reply.status).toBe(400);
      answers.push(reply.text);
    }
    expect(new Set(answers).size).toBe(1);
  });

  test('an account that was disabled meanwhile takes no address', async () => {
    const account = await somebody();
    const code = await codeFor(account, unique());
    const { db } = server.current.app.site;
    await db.updateTable('users').set({ active: 0 }).where('id', '=', account.user.id).execute();
    expect((await open(code)).status).toBe(400);
  });

  test('at most five links an hour and ten old addresses', async () => {
    const account = await somebody();
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await change(account, unique())).status);
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429]);
    for (let i = 0; i < 10; i++) {
      server.current.clock.advance(3_600_000);
      await move(account);
    }
    server.current.clock.advance(3_600_000);
    const more = await change(account, unique());
    expect([more.status, more.body.errors.email]).toEqual([400, expect.stringContaining('Remove one')]);
    expect((await own(account)).aliases).toHaveLength(10);
  });

  test('a deleted account leaves nothing behind: its addresses are free', async () => {
    const account = await somebody();
    const email = await move(account);
    await change(account, unique());
    const headers = basic('admin', 'admin');
    const gone = await ask('DELETE', rest(`api/2/user?username=${account.name}`), { headers });
    expect([gone.status, gone.text]).toEqual([204, '']);
    for (const address of [account.email, email]) {
      const body = { name: `heir${++accounts}`, emailAddress: address, displayName: 'Heir' };
      expect((await ask('POST', rest('api/2/user'), { headers, body })).status).toBe(201);
    }
  });

  test('by session of the web app it works the same', async () => {
    const account = await somebody();
    const headers = await webSession(server.current, account.name, account.name);
    const body = { email: unique(), password: account.name };
    expect((await ask('POST', rest('tessera/1/myself/email'), { headers, body })).status).toBe(202);
  });
});
