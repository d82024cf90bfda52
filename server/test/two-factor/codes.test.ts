import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { ask, askForm, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { type Account, addAccount, createWorld, type World } from '../support/world.ts';
import { Browser } from './person.ts';

const stepMs = 30_000;
const dayMs = 24 * 3_600_000;
let made = 0;

describe.each(engines)('one-time and recovery codes on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const site = () => server.current.app.site;
  const at = (path: string) => `${server.current.url}${path}`;
  const myself = (headers: Record<string, string>) => ask('GET', at('/rest/api/2/myself'), { headers });

  /** A new account with an authenticator app, and a browser that is signed in. */
  const guarded = async (): Promise<{
    account: Account;
    browser: Browser;
    secret: string;
    recoveryCodes: string[];
  }> => {
    const account = await addAccount(server.current, `person${++made}`);
    const browser = new Browser(server.current);
    await browser.signIn(account.name, account.password);
    const enrolled = await browser.addAuthenticator();
    // Another step, so that the code that was just used is not needed again.
    server.current.clock.advance(2 * stepMs);
    return { account, browser, ...enrolled };
  };
  const firstStep = async ({ name, password }: Account) => {
    const browser = new Browser(server.current);
    const reply = await browser.signIn(name, password);
    expect([reply.status, reply.body]).toEqual([200, { secondStep: true }]);
    expect(await browser.name()).toBeNull();
    return browser;
  };
  const mailsTo = async (email: string) =>
    (await mailsOf(server.current, email)).map(({ subject }) => subject);

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => forgetFailures(server.current));

  test('a person with an authenticator app signs in with password and code', async () => {
    const { account, secret } = await guarded();
    const browser = await firstStep(account);
    const asked = await browser.send('GET', '/rest/tessera/1/second-step');
    expect(asked.body).toEqual({
      name: account.name,
      totp: true,
      passkey: false,
      recoveryCode: true,
      enrol: false,
    });
    const wrong = await browser.secondStep({ code: '000000' });
    expect([wrong.status, Object.keys(wrong.body.errors)]).toEqual([401, ['code']]);
    expect((await recordsOf(server.current, wrong)).map(({ event }) => event)).toEqual(['sign-in.failed']);
    const reply = await browser.secondStep({ code: await browser.code(secret) });
    expect([reply.status, reply.body.user.name]).toEqual([200, account.name]);
    expect(await browser.name()).toBe(account.name);
    // It was used up: the cookie of the step leads nowhere any more.
    expect((await browser.send('GET', '/rest/tessera/1/second-step')).status).toBe(401);
  });

  test('M6: the password alone over REST fails exactly like a wrong one; tokens go on', async () => {
    const { account } = await guarded();
    const plain = ({ status, text, headers }: Reply) => ({
      status,
      text,
      headers: Object.fromEntries([...headers].filter(([name]) => !['date', 'x-arequestid'].includes(name))),
    });
    const right = await myself(basic(account.email, account.password));
    const wrong = await myself(basic(account.email, 'wrong'));
    expect(plain(right)).toEqual(plain(wrong));
    expect(right.status).toBe(401);
    const session = (password: string) =>
      ask('POST', at('/rest/auth/1/session'), { body: { username: account.name, password } });
    await forgetFailures(server.current);
    expect(plain(await session(account.password))).toEqual(plain(await session('wrong')));
    // Each counted: the third closes the door.
    expect((await myself(basic(account.name, account.password))).status).toBe(401);
    expect((await myself(basic(account.name, account.password))).status).toBe(403);
    await forgetFailures(server.current);
    expect((await myself(account.auth)).status).toBe(200);
    expect((await myself(bearer(account.token))).status).toBe(200);
    const why = right.headers.get('x-arequestid')!;
    const explained = await ask('GET', at(`/rest/tessera/1/refusals/${why}`), { headers: world.admin.auth });
    expect(explained.body.step).toBe('second-factor-required');
  });

  test('M6: a password proven a moment ago stops opening REST at once when a factor is added', async () => {
    const account = await addAccount(server.current, `person${++made}`);
    expect((await myself(basic(account.name, account.password))).status).toBe(200);
    const browser = new Browser(server.current);
    await browser.signIn(account.name, account.password);
    await browser.addAuthenticator();
    expect((await myself(basic(account.name, account.password))).status).toBe(401);
  });

  test('M1: the seed has 160 bits and is sealed; codes of one step off count, of two do not', async () => {
    const { account, secret } = await guarded();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    const rows = await site().db.selectFrom('totp_factors').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(rows[0]!.sealed_seed).toMatch(/^v1:/);
    for (const [steps, status] of [
      [-2, 401],
      [2, 401],
      [-1, 200],
      [1, 200],
    ] as const) {
      server.current.clock.advance(10 * stepMs);
      const browser = await firstStep(account);
      const reply = await browser.secondStep({ code: await browser.code(secret, steps) });
      expect([steps, reply.status]).toEqual([steps, status]);
    }
  });

  test('M2: of twenty uses of one code at once one counts, and none after the clock was set back', async () => {
    const { account, secret } = await guarded();
    const browsers = await Promise.all(Array.from({ length: 20 }, () => firstStep(account)));
    const code = await browsers[0]!.code(secret);
    const replies = await Promise.all(browsers.map((browser) => browser.secondStep({ code })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    server.current.clock.advance(-stepMs);
    const later = await firstStep(account);
    expect((await later.secondStep({ code })).status).not.toBe(200);
    server.current.clock.advance(stepMs);
  });

  test('M3: five codes for one sign-in, twenty in a row for an account, however many sign-ins', async () => {
    const { account, secret } = await guarded();
    const one = await firstStep(account);
    const five: number[] = [];
    for (let n = 0; n < 5; n++) five.push((await one.secondStep({ code: `00000${n}` })).status);
    expect(five).toEqual(Array(5).fill(401));
    const ended = await one.secondStep({ code: await one.code(secret) });
    expect([ended.status, ended.body.errorMessages[0]]).toEqual([
      401,
      'There were too many wrong codes. Begin again with your name.',
    ]);
    // Parallel ones buy no more.
    let looked = 5;
    for (let round = 0; round < 6; round++) {
      const browser = await firstStep(account);
      const replies = await Promise.all(
        Array.from({ length: 10 }, (_, n) => browser.secondStep({ code: `11${round}00${n}` })),
      );
      looked += replies.filter((reply) => reply.body.errors?.code !== undefined).length;
    }
    expect(looked).toBe(20);
    const right = await firstStep(account);
    const refused = await right.secondStep({ code: await right.code(secret) });
    expect(refused.status).toBe(403);
    // Tokens notice nothing, and a day later it is open again.
    expect((await myself(account.auth)).status).toBe(200);
    server.current.clock.advance(dayMs);
    const again = await firstStep(account);
    expect((await again.secondStep({ code: await again.code(secret) })).status).toBe(200);
  });

  test('M5: each of ten recovery codes works once, is stored as a hash, and its use is told by mail', async () => {
    const { account, recoveryCodes, browser } = await guarded();
    expect(recoveryCodes).toHaveLength(10);
    expect(new Set(recoveryCodes).size).toBe(10);
    const stored = JSON.stringify(await site().db.selectFrom('recovery_codes').selectAll().execute());
    for (const code of recoveryCodes) {
      expect(code).toMatch(/^([0-9a-z]{6}-){3}[0-9a-z]{6}$/);
      expect(stored).not.toContain(code.replaceAll('-', ''));
    }
    const [first = '', second = ''] = recoveryCodes;
    const typed = first.toUpperCase().replaceAll('-', ' ');
    const browsers = await Promise.all(Array.from({ length: 8 }, () => firstStep(account)));
    const replies = await Promise.all(browsers.map((one) => one.secondStep({ code: typed })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await (await firstStep(account)).secondStep({ code: first })).status).toBe(401);
    expect(await mailsTo(account.email)).toContain('A recovery code was used (Tessera)');
    expect((await browser.send('GET', '/rest/tessera/1/myself/factors')).body.recoveryCodesLeft).toBe(9);
    // New ones void the rest.
    const renewed = await browser.send('POST', '/rest/tessera/1/myself/factors/recovery-codes');
    expect(renewed.body.recoveryCodes).toHaveLength(10);
    expect((await (await firstStep(account)).secondStep({ code: second })).status).toBe(401);
  });

  test('M7: adding and removing needs a proof of the last ten minutes, and is told by mail', async () => {
    const { account, browser, secret } = await guarded();
    expect(await mailsTo(account.email)).toEqual(['An authenticator app was added (Tessera)']);
    server.current.clock.advance(10 * 60_000);
    const remove = () => browser.send('DELETE', '/rest/tessera/1/myself/factors/authenticator');
    const stale = await remove();
    expect([stale.status, stale.body.message]).toEqual([401, 'This resource requires WebSudo.']);
    // The password alone is no full proof any more.
    const confirm = (body: object) => browser.send('POST', '/rest/tessera/1/websudo', body);
    expect((await confirm({ password: account.password })).body.errors.code).toBeDefined();
    const wrongCode = await confirm({ password: account.password, code: '000000' });
    expect([wrongCode.status, Object.keys(wrongCode.body.errors)]).toEqual([400, ['code']]);
    const code = await browser.code(secret);
    expect((await confirm({ password: 'wrong', code })).status).toBe(400);
    expect((await confirm({ password: account.password, code })).status).toBe(204);
    expect((await remove()).status).toBe(204);
    expect(await mailsTo(account.email)).toContain('The authenticator app was removed (Tessera)');
    const again = new Browser(server.current);
    expect((await again.signIn(account.name, account.password)).body.user.name).toBe(account.name);
    // With it went the recovery codes.
    expect((await again.send('GET', '/rest/tessera/1/myself/factors')).body.recoveryCodesLeft).toBe(0);
    // A token changes nothing of it.
    const byToken = await ask('POST', at('/rest/tessera/1/myself/factors/authenticator'), {
      headers: account.auth,
    });
    expect(byToken.status).toBe(403);
  });

  test('a device may be remembered, for its account and until it is forgotten', async () => {
    const { account, secret, browser } = await guarded();
    const laptop = await firstStep(account);
    await laptop.secondStep({ code: await laptop.code(secret), trustDevice: true });
    await laptop.send('DELETE', '/rest/tessera/1/session');
    expect((await laptop.signIn(account.name, account.password)).body.user.name).toBe(account.name);
    await laptop.send('DELETE', '/rest/tessera/1/session');
    // Another account on it, or a copied cookie that was replaced since, is asked.
    const other = await guarded();
    expect((await laptop.signIn(other.account.name, other.account.password)).body).toEqual({
      secondStep: true,
    });
    server.current.clock.advance(29 * dayMs);
    expect((await laptop.signIn(account.name, account.password)).body.user.name).toBe(account.name);
    await laptop.send('DELETE', '/rest/tessera/1/myself/factors/trusted-devices');
    await laptop.send('DELETE', '/rest/tessera/1/session');
    expect((await laptop.signIn(account.name, account.password)).body).toEqual({ secondStep: true });
    expect(browser).toBeDefined();
    const fresh = await firstStep(account);
    await fresh.secondStep({ code: await fresh.code(secret), trustDevice: true });
    server.current.clock.advance(30 * dayMs + 1);
    expect((await fresh.signIn(account.name, account.password)).body).toEqual({ secondStep: true });
  });

  test('a group demands a second factor: its members set one up at their next sign-in', async () => {
    const admin = new Browser(server.current);
    await admin.signIn('admin', 'admin');
    const group = `group${++made}`;
    await admin.send('POST', '/rest/api/2/group', { name: group });
    const account = await addAccount(server.current, `person${++made}`);
    await admin.send('POST', `/rest/api/2/group/user?groupname=${group}`, { name: account.name });
    const set = await admin.send('PUT', '/rest/tessera/1/factor-groups', { groups: [group] });
    expect([set.status, set.body]).toEqual([200, { groups: [group] }]);
    const missing = await admin.send('PUT', '/rest/tessera/1/factor-groups', { groups: ['nobody'] });
    expect([missing.status, Object.keys(missing.body.errors)]).toEqual([400, ['groups']]);

    expect((await myself(basic(account.name, account.password))).status).toBe(401);
    expect((await myself(account.auth)).status).toBe(200);
    const browser = await firstStep(account);
    expect((await browser.send('GET', '/rest/tessera/1/second-step')).body.enrol).toBe(true);
    const begun = await browser.send('POST', '/rest/tessera/1/second-step/authenticator');
    expect(begun.body.qr).toContain('<svg');
    const wrong = await browser.send('PUT', '/rest/tessera/1/second-step/authenticator', { code: '000000' });
    expect([wrong.status, Object.keys(wrong.body.errors)]).toEqual([400, ['code']]);
    const done = await browser.send('PUT', '/rest/tessera/1/second-step/authenticator', {
      code: await browser.code(begun.body.secret),
    });
    expect([done.status, done.body.user.name, done.body.recoveryCodes.length]).toEqual([
      200,
      account.name,
      10,
    ]);
    // Who has the password cannot replace what is there.
    server.current.clock.advance(2 * stepMs);
    const thief = await firstStep(account);
    expect((await thief.send('POST', '/rest/tessera/1/second-step/authenticator')).status).toBe(400);
    await admin.send('PUT', '/rest/tessera/1/factor-groups', { groups: [] });
  });

  test('an administrator, and the command line, remove what was lost; sessions end and the owner is told', async () => {
    const { account, browser } = await guarded();
    const admin = new Browser(server.current);
    await admin.signIn('admin', 'admin');
    const path = `/rest/tessera/1/users/${account.user.accountId}/factors`;
    expect((await admin.send('GET', path)).body.authenticator).not.toBeNull();
    expect((await admin.send('DELETE', path)).status).toBe(204);
    expect(await browser.name()).toBeNull();
    expect(await mailsTo(account.email)).toContain('Your second factors were removed (Tessera)');
    const again = new Browser(server.current);
    expect((await again.signIn(account.name, account.password)).body.user.name).toBe(account.name);
  });

  test('the password that was changed meanwhile, or an account that was disabled, opens nothing', async () => {
    const { account, secret } = await guarded();
    const waiting = await firstStep(account);
    const disabled = await firstStep(account);
    const { hashPassword } = await import('../../src/auth/passwords/passwords.ts');
    await site()
      .db.updateTable('users')
      .set({ password_hash: await hashPassword(site().config, 'another one') })
      .where('id', '=', account.user.id)
      .execute();
    expect((await waiting.secondStep({ code: await waiting.code(secret) })).status).toBe(401);
    await site().db.updateTable('users').set({ active: 0 }).where('id', '=', account.user.id).execute();
    server.current.clock.advance(2 * stepMs);
    expect((await disabled.secondStep({ code: await disabled.code(secret) })).status).toBe(401);
  });

  test('ten minutes are long enough, and another browser has nothing of it', async () => {
    const { account, secret } = await guarded();
    const browser = await firstStep(account);
    const stranger = new Browser(server.current);
    expect((await stranger.secondStep({ code: await browser.code(secret) })).status).toBe(401);
    server.current.clock.advance(10 * 60_000);
    expect((await browser.secondStep({ code: await browser.code(secret) })).status).toBe(401);
  });

  test('Jira’s sign-in form leads to the second step', async () => {
    const { account } = await guarded();
    const reply = await askForm(at('/login.jsp'), {
      os_username: account.name,
      os_password: account.password,
      os_destination: '/browse/PUB-1',
    });
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/sign-in/second-step']);
    expect(reply.headers.getSetCookie().map((line) => line.split('=')[0])).toEqual(['tessera.step']);
  });
});
