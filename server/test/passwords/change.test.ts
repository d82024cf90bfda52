import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld, type World } from '../support/world.ts';

const next = 'plum orbit vexes quartz';
let accounts = 0;

describe.each(engines)('changing a password on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = async (headers: Record<string, string>) =>
    (await ask('GET', rest('api/2/myself'), { headers })).status;
  const change = (
    headers: Record<string, string>,
    currentPassword: string,
    password = next,
  ): Promise<Reply> =>
    ask('PUT', rest('api/2/myself/password'), { headers, body: { currentPassword, password } });
  const somebody = (): Promise<Account> => addAccount(server.current, `user${++accounts}`);

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('P14: it needs the current password', async () => {
    const { name, email } = await somebody();
    const session = await webSession(server.current, name, name);
    const wrong = await change(session, 'guess');
    expect([wrong.status, wrong.body]).toEqual([
      400,
      { errorMessages: [], errors: { currentPassword: 'The current password is wrong.' } },
    ]);
    expect(await recordsOf(server.current, wrong)).toMatchObject([
      { event: 'sign-in.failed', actor_name: name },
    ]);
    const absent = await ask('PUT', rest('api/2/myself/password'), {
      headers: session,
      body: { password: next },
    });
    expect([absent.status, Object.keys(absent.body.errors)]).toEqual([400, ['currentPassword']]);
    expect(await myself(session)).toBe(200);
    expect(await mailsOf(server.current, email)).toEqual([]);
  });

  test('P5: guesses at it count for the lock, and a locked account is not looked at', async () => {
    const { name } = await somebody();
    const session = await webSession(server.current, name, name);
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await change(session, `guess ${i}`)).status);
    expect(statuses).toEqual([400, 400, 400, 403]);
    const right = await change(session, name);
    expect([right.status, right.headers.get('x-seraph-loginreason')]).toEqual([403, 'AUTHENTICATION_DENIED']);
    expect(await myself(session)).toBe(200);
  });

  test('P14, 57: other sessions end, this one and the tokens go on, a notice is mailed', async () => {
    const { name, email, auth } = await somebody();
    const session = await webSession(server.current, name, name);
    const other = await webSession(server.current, name, name);
    const script = await ask('POST', rest('auth/1/session'), { body: { username: name, password: name } });
    const cookie = { Cookie: `JSESSIONID=${script.body.session.value}` };
    expect([await myself(other), await myself(cookie)]).toEqual([200, 200]);

    const reply = await change(session, name);
    expect([reply.status, reply.text]).toEqual([204, '']);
    expect([await myself(session), await myself(other), await myself(cookie)]).toEqual([200, 401, 401]);
    expect([await myself(basic(name, next)), await myself(auth)]).toEqual([200, 200]);
    expect(await myself(basic(name, name))).toBe(401);

    expect(await recordsOf(server.current, reply)).toMatchObject([
      { event: 'password.changed', actor_name: name, subject: name, via: 'session' },
    ]);
    const mails = await mailsOf(server.current, email);
    expect(mails.map(({ subject }) => subject)).toEqual(['Your password was changed (Tessera)']);
    expect(mails[0]!.text).toContain('127.0.0.1');
    expect(mails[0]!.text).not.toContain(next);
    expect(server.current.logged()).not.toContain(next);
  });

  test('57: a remembered sign-in is forgotten, on this device and on others', async () => {
    const remembered = async ({ name }: Account) => {
      const reply = await ask('POST', rest('tessera/1/session'), {
        body: { username: name, password: name, rememberMe: true },
      });
      const line = reply.headers.getSetCookie().find((one) => one.startsWith('seraph.rememberme.cookie='));
      return { Cookie: line!.split(';')[0]! };
    };
    const user = async (headers: Record<string, string>) =>
      (await ask('GET', rest('tessera/1/session'), { headers })).body?.user ?? null;
    const account = await somebody();
    const [kept, dropped] = [await remembered(account), await remembered(account)];
    expect(await user(kept)).toMatchObject({ name: account.name });
    expect((await change(basic(account.name, account.name), account.name)).status).toBe(204);
    expect(await user(dropped)).toBeNull();
  });

  test('57: a session opened by a token ends with the others', async () => {
    const { name, token } = await somebody();
    const opened = await ask('POST', rest('auth/1/session'), { body: { username: name, password: token } });
    const cookie = { Cookie: `JSESSIONID=${opened.body.session.value}` };
    expect((await change(basic(name, name), name)).status).toBe(204);
    expect(await myself(cookie)).toBe(401);
  });

  test('a right password remembered for a minute is void on the very next request', async () => {
    const { name } = await somebody();
    expect([await myself(basic(name, name)), await myself(basic(name, name))]).toEqual([200, 200]);
    expect((await change(basic(name, name), name)).status).toBe(204);
    expect(await myself(basic(name, name))).toBe(401);
  });

  test('T11: an API token may not change a password, not by way of a session either', async () => {
    const { name, token, auth } = await somebody();
    const opened = await ask('POST', rest('auth/1/session'), { body: { username: name, password: token } });
    for (const headers of [auth, { Cookie: `JSESSIONID=${opened.body.session.value}` }]) {
      expect((await change(headers, name)).status).toBe(403);
    }
    expect(await myself(basic(name, name))).toBe(200);
  });

  test('P9, P11: the rules hold, with the reason, and nothing is changed', async () => {
    const { name, email } = await somebody();
    const auth = basic(name, name);
    for (const [password, reason] of [
      ['short', 'at least 15'],
      ['momsanaladventure', 'leaked'],
      [`${name}${name}12345678`, 'user name'],
      [email, 'user name'],
      ['x'.repeat(1025), 'at most 1024'],
    ] as const) {
      const reply = await change(auth, name, password);
      expect([reply.status, reply.body.errors.password]).toEqual([400, expect.stringContaining(reason)]);
    }
    const same = await change(auth, name, name);
    expect([same.status, same.body.errors.password]).toEqual([400, expect.stringContaining('current one')]);
    expect(await myself(auth)).toBe(200);
  });

  test('of two changes at once one counts, and the other is told', async () => {
    const { name } = await somebody();
    const auth = basic(name, name);
    const wanted = [next, 'seven foxes in the library'];
    const replies = await Promise.all(wanted.map((password) => change(auth, name, password)));
    const statuses = replies.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    expect(
      statuses.every((status) => [204, 400, 401, 409].includes(status)),
      statuses.join(),
    ).toBe(true);
    expect(await myself(basic(name, wanted[statuses.indexOf(204)]!))).toBe(200);
  });

  describe('by an administrator', () => {
    const set = (
      headers: Record<string, string>,
      username: string,
      password = next,
      more: object = {},
    ): Promise<Reply> =>
      ask('PUT', rest(`api/2/user/password?username=${username}`), { headers, body: { password, ...more } });

    test('sets it, ends the sessions of the account, and tells its owner', async () => {
      const { name, email } = await somebody();
      const session = await webSession(server.current, name, name);
      const admin = basic('admin', 'admin');
      const reply = await set(admin, name, next, { currentPassword: 'whatever a client sends' });
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect([await myself(session), await myself(basic(name, next))]).toEqual([401, 200]);
      expect(await recordsOf(server.current, reply)).toMatchObject([
        { event: 'password.changed', actor_name: 'admin', subject: name },
      ]);
      const [mail] = await mailsOf(server.current, email);
      expect(mail!.text).toContain('An administrator set a new password');
    });

    test('nobody else may, nor an API token, nor for oneself past the current one', async () => {
      const { name } = await somebody();
      const admin = basic('admin', 'admin');
      expect((await set(basic('fred', 'fred'), name)).status).toBe(403);
      expect((await set(world.admin.auth, name)).status).toBe(403);
      expect((await set(admin, 'admin')).status).toBe(400);
      expect((await set(admin, 'nobody-at-all')).status).toBe(404);
      expect((await set(admin, name, 'short')).body.errors.password).toContain('at least 15');
      expect(await myself(basic(name, name))).toBe(200);
    });
  });

  describe('an invitation', () => {
    const create = (more: object) => {
      const name = `guest${++accounts}`;
      const body = { name, emailAddress: `${name}@example.com`, displayName: `Guest ${accounts}`, ...more };
      return ask('POST', rest('api/2/user'), { headers: world.admin.auth, body });
    };
    const accept = (code: string | undefined, password = next) =>
      ask('POST', rest('tessera/1/password-reset/confirm'), { body: { code: code ?? '', password } });

    test('P16: an account made without a password is mailed a link of seven days that sets one, once', async () => {
      const reply = await create({ notification: 'true' });
      expect(reply.status).toBe(201);
      const { name, emailAddress } = reply.body;
      const [mail] = await mailsOf(server.current, emailAddress);
      expect(mail!.text).toContain(`your user name is ${name}`);
      server.current.clock.advance(7 * 86_400_000 - 1);
      expect((await accept(mail!.code)).status).toBe(204);
      expect(await myself(basic(name, next))).toBe(200);
      expect((await accept(mail!.code)).status).toBe(400);
    });

    test('P16: it dies after seven days; another one can be sent, which voids the first', async () => {
      const { emailAddress, name } = (await create({ notification: true })).body;
      const [first] = await mailsOf(server.current, emailAddress);
      const admin = basic('admin', 'admin');
      const again = () => ask('POST', rest(`tessera/1/user/invite?username=${name}`), { headers: admin });
      expect((await again()).status).toBe(204);
      const [, second] = await mailsOf(server.current, emailAddress);
      expect((await accept(first!.code)).status).toBe(400);
      server.current.clock.advance(7 * 86_400_000);
      expect((await accept(second!.code)).status).toBe(400);
      const later = basic('admin', 'admin');
      await ask('POST', rest(`tessera/1/user/invite?username=${name}`), { headers: later });
      const [, , third] = await mailsOf(server.current, emailAddress);
      expect((await accept(third!.code)).status).toBe(204);
      const known = await ask('POST', rest(`tessera/1/user/invite?username=${name}`), { headers: later });
      expect(known.status).toBe(409);
    });

    test('without asking for it no mail goes out; where none can be sent, no account is made', async () => {
      const { emailAddress } = (await create({})).body;
      expect(await mailsOf(server.current, emailAddress)).toEqual([]);
      const odd = await create({ notification: true, emailAddress: 'a;b@example.com' });
      expect([odd.status, Object.keys(odd.body.errors)]).toEqual([400, ['emailAddress']]);
    });
  });

  test('the policy can be asked for, and a password tried against it', async () => {
    const { body } = await ask('GET', rest('api/2/password/policy?hasOldPassword=true'));
    expect(body[0]).toContain('at least 15');
    const asked = (path: string, question: object, headers = world.wilma.auth) =>
      ask('POST', rest(`api/2/password/policy/${path}`), { headers, body: question });
    expect(
      (await asked('createUser', { username: 'barney', password: 'barneybarney123' })).body,
    ).toHaveLength(1);
    expect((await asked('createUser', { username: 'barney', password: next })).body).toEqual([]);
    expect((await asked('createUser', { username: 'barney' })).status).toBe(400);
    expect(
      (await asked('updateUser', { username: 'wilma', newPassword: 'wilmawilma12345' })).body,
    ).toHaveLength(1);
    expect((await asked('updateUser', { username: 'fred', newPassword: next })).status).toBe(403);
  });
});
