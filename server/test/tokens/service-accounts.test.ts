import { beforeAll, describe, expect, test } from 'vitest';
import { issueSignInLink } from '../../src/auth/sign-in/sign-in-link.ts';
import { insertIdentity } from '../../src/auth/single-sign-on/identity-store.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { ask, askForm, basic, bearer } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

describe.each(engines)('service accounts on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let ci: { accountId: string; name: string; emailAddress: string };
  let token: { id: number; rawToken: string };
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const path = 'tessera/1/service-accounts';
  const admin = basic('admin', 'admin');
  const fred = basic('fred', 'fred');
  const create = (body: object, headers: Record<string, string> = admin) =>
    ask('POST', rest(path), { headers, body });
  const subjects = async (email: string) =>
    (await mailsOf(server.current, email)).map(({ subject }) => subject);

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const made = await create({ name: 'ci', displayName: 'Build server', owner: 'fred' });
    expect(made.status).toBe(201);
    ci = made.body;
    const minted = await ask('POST', rest(`${path}/${ci.accountId}/tokens`), {
      headers: fred,
      body: { name: 'Nightly' },
    });
    expect(minted.status).toBe(201);
    token = minted.body;
  });

  test('works by Basic with name or address, by Bearer, and as a REST session by token', async () => {
    expect(ci.emailAddress).toBe('ci@service.invalid');
    for (const headers of [
      basic('ci', token.rawToken),
      basic('ci@service.invalid', token.rawToken),
      bearer(token.rawToken),
    ]) {
      const reply = await ask('GET', rest('api/2/myself'), { headers });
      expect([reply.status, reply.body.displayName]).toEqual([200, 'Build server']);
    }
    const opened = await ask('POST', rest('auth/1/session'), {
      body: { username: 'ci', password: token.rawToken },
    });
    expect(opened.status).toBe(200);
  });

  test('is seen to by who answers for it and by administrators; for others there is none', async () => {
    const named = async (headers: Record<string, string>) =>
      (await ask('GET', rest(path), { headers })).body.map(({ name }: any) => name);
    expect([await named(fred), await named(admin), await named(basic('wilma', 'wilma'))]).toEqual([
      ['ci'],
      ['ci'],
      [],
    ]);
    const tokens = rest(`${path}/${ci.accountId}/tokens`);
    expect((await ask('GET', tokens, { headers: basic('wilma', 'wilma') })).status).toBe(404);
    expect((await ask('GET', tokens, { headers: fred })).body.map(({ name }: any) => name)).toEqual([
      'Nightly',
    ]);
  });

  test('has no other way in, and can be given none', async () => {
    const { site } = server.current.app;
    const closed = async (what: string, reply: Promise<{ status: number }>, ...statuses: number[]) =>
      expect([what, statuses.includes((await reply).status)]).toEqual([what, true]);
    const reference = `username=ci`;
    await closed(
      'a password by an administrator',
      ask('PUT', rest(`api/2/user/password?${reference}`), {
        headers: admin,
        body: { password: 'long enough to be taken' },
      }),
      409,
    );
    await closed(
      'an invitation',
      ask('POST', rest(`tessera/1/user/invite?${reference}`), { headers: admin }),
      409,
    );
    for (const secret of [token.rawToken, 'ci', '']) {
      await closed(
        'the page',
        ask('POST', rest('tessera/1/session'), { body: { username: 'ci', password: secret } }),
        400,
        401,
      );
      await closed(
        'the form',
        askForm(`${server.current.url}/login.jsp`, { os_username: 'ci', os_password: secret }),
        200,
        401,
      );
      await forgetFailures(server.current);
    }
    await closed(
      'a password over Basic',
      ask('GET', rest('api/2/myself'), { headers: basic('ci', 'ci') }),
      401,
    );
    // Even with a link of the command line in hand, which refuses to make one.
    const user = {
      id: (await site.db.selectFrom('users').select('id').where('name', '=', 'ci').executeTakeFirstOrThrow())
        .id,
    };
    const identity = { providerId: 1, subject: 'ci', userId: user.id, at: 0 };
    await expect(inTransaction(site.db, (trx) => insertIdentity(trx, identity))).rejects.toThrow(
      /service account/,
    );
    const { code } = await issueSignInLink(site, { ...world.fred.user, ...user, name: 'ci' }, 60_000);
    await closed('a sign-in link', ask('POST', rest('tessera/1/session/link'), { body: { code } }), 400, 401);
    await ask('POST', rest('tessera/1/password-reset'), { body: { account: 'ci' } });
    expect((await mailsOf(server.current)).filter(({ text }) => text.includes('/reset-password'))).toEqual(
      [],
    );
    const sessions = await site.db
      .selectFrom('sessions')
      .select('id')
      .where('user_id', '=', user.id)
      .where('kind', '=', 'web')
      .execute();
    expect(sessions).toEqual([]);
    await forgetFailures(server.current);
  });

  test('L1, L4: whatever others fail at, from wherever, its token works', async () => {
    for (let i = 0; i < 5; i++) {
      await ask('GET', rest('api/2/myself'), { headers: basic('ci', `wrong ${i}`) });
      await ask('GET', rest('api/2/myself'), { headers: basic('ci', `${token.rawToken.slice(0, -1)}!`) });
    }
    const locked = await ask('GET', rest('api/2/myself'), { headers: basic('ci', 'wrong') });
    // Its name is locked like any other, so that nobody learns which names are programs.
    expect([locked.status, locked.headers.get('x-seraph-loginreason')]).toEqual([
      403,
      'AUTHENTICATION_DENIED',
    ]);
    for (const headers of [basic('ci', token.rawToken), bearer(token.rawToken)])
      expect((await ask('GET', rest('api/2/myself'), { headers })).status).toBe(200);
    await forgetFailures(server.current);
  });

  test('its owner is told of what others do, and nobody else is', async () => {
    const answer = 'You answer for the service account ci (Tessera)';
    expect(await subjects('fred@example.com')).toContain(answer);
    const before = (await subjects('fred@example.com')).length;
    const minted = await ask('POST', rest(`${path}/${ci.accountId}/tokens`), {
      headers: admin,
      body: { name: 'By admin' },
    });
    expect(minted.status).toBe(201);
    const after = await subjects('fred@example.com');
    expect(after.slice(before)).toEqual(['Something changed in the tokens of ci (Tessera)']);
    expect(await subjects('ci@service.invalid')).toEqual([]);
    const gone = rest(`${path}/${ci.accountId}/tokens/${minted.body.id}`);
    expect((await ask('DELETE', gone, { headers: fred })).status).toBe(204);
    expect((await subjects('fred@example.com')).length).toBe(after.length);
  });

  test('a token makes none for it', async () => {
    const tokens = rest(`${path}/${ci.accountId}/tokens`);
    const reply = await ask('POST', tokens, { headers: world.fred.auth, body: { name: 'x' } });
    expect(reply.status).toBe(403);
    const rotated = await ask('POST', `${tokens}/${token.id}/rotate`, {
      headers: world.admin.auth,
      body: {},
    });
    expect(rotated.status).toBe(403);
  });

  test('bad input is told by field', async () => {
    const reply = await create({ name: 'two words', owner: 'nobody' });
    expect([reply.status, reply.body.errors]).toEqual([400, { owner: "There is no account 'nobody'." }]);
    const named = await create({ name: 'two words', owner: 'fred' });
    expect([named.status, Object.keys(named.body.errors)]).toEqual([400, ['username']]);
    expect((await create({ name: 'bot', owner: 'ci' })).body.errors.owner).toMatch(/A person must answer/);
    expect((await create({ name: 'bot', owner: 'fred' }, fred)).status).toBe(403);
  });

  test('deactivated, it is refused at once; its owner gone, it works on and the health page says so', async () => {
    const gus = await addAccount(server.current, 'gus');
    const bot = (await create({ name: 'bot2', owner: 'gus' })).body;
    const minted = await ask('POST', rest(`${path}/${bot.accountId}/tokens`), {
      headers: basic('gus', 'gus'),
      body: { name: 'x' },
    });
    const works = async () =>
      (await ask('GET', rest('api/2/myself'), { headers: bearer(minted.body.rawToken) })).status;
    await ask('PUT', rest(`api/2/user?username=${gus.name}`), { headers: admin, body: { active: false } });
    expect(await works()).toBe(200);
    const health = await ask('GET', rest('tessera/1/health'), { headers: admin });
    expect(health.body.checks.find(({ id }: any) => id === 'service-accounts').text).toContain('bot2');
    const change = (body: object) => ask('PUT', rest(`${path}/${bot.accountId}`), { headers: admin, body });
    expect((await change({ owner: 'wilma' })).body.owner.name).toBe('wilma');
    expect((await change({ active: false })).body.active).toBe(false);
    expect(await works()).toBe(401);
    expect((await change({ active: true })).status).toBe(200);
    expect(await works()).toBe(200);
    expect(await subjects('wilma@example.com')).toEqual([
      'You answer for the service account bot2 now (Tessera)',
      'The service account bot2 was deactivated (Tessera)',
      'The service account bot2 was activated (Tessera)',
    ]);
  });
});
