import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtIn } from '../../../src/db/migrations/fresh-site.ts';
import { ask, type Reply } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

const newPassword = 'long enough for anybody here 7';

describe.each(engines)('passwords that a directory keeps, on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    for (const uid of ['alice', 'bob', 'wilma-there']) await slapd.addPerson(uid);
    site = await DirectorySite.create(server.current, slapd);
    for (const uid of ['alice', 'bob']) expect((await site.myself(uid)).status).toBe(200);
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const pageOf = (reply: Reply) => ({
    Cookie: reply.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; '),
    Origin: new URL(server.current.url).origin,
  });
  const hashOf = async (name: string) =>
    (
      await server.current.app.site.db
        .selectFrom('users')
        .select('password_hash')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
    ).password_hash;
  const stepOf = async (reply: Reply) => {
    const id = reply.headers.get('x-arequestid')!;
    const admin = await site.signInAdmin();
    return (await ask('GET', site.at(`/rest/tessera/1/refusals/${id}`), { headers: admin })).body.step;
  };

  test('are changed there: not by their owner here, not by an administrator, not by mail', async () => {
    const headers = pageOf(await site.signIn('alice'));
    const own = await ask('PUT', site.at('/rest/api/2/myself/password'), {
      headers,
      body: { currentPassword: passwordOf('alice'), password: newPassword },
    });
    expect([own.status, own.body.errorMessages]).toEqual([
      409,
      ['The password of this account is kept in the directory “Corp”. It is changed there.'],
    ]);
    const by = await ask('PUT', site.at('/rest/api/2/user/password?username=alice'), {
      headers: await site.signInAdmin(),
      body: { password: newPassword },
    });
    expect(by.status).toBe(409);
    await ask('POST', site.at('/rest/tessera/1/password-reset'), { body: { account: 'alice' } });
    await server.current.app.resets.settled();
    const { db } = server.current.app.site;
    expect(await db.selectFrom('password_codes').selectAll().execute()).toEqual([]);
    expect(await hashOf('alice')).toBe(null);
    const identities = await ask('GET', site.at('/rest/tessera/1/myself/identities'), { headers });
    expect(identities.body).toEqual([
      expect.objectContaining({
        provider: expect.objectContaining({ name: 'Corp', kind: 'ldap' }),
        keepsPassword: true,
      }),
    ]);
  });

  test('who leaves does not take the account out of the directory first', async () => {
    const headers = pageOf(await site.signIn('alice'));
    const path = site.at('/rest/tessera/1/myself/identities');
    const [own] = (await ask('GET', path, { headers })).body;
    const refused = await ask('DELETE', `${path}/${own.id}`, { headers });
    expect([refused.status, await stepOf(refused)]).toEqual([403, 'directory-link-stays']);
    expect((await ask('GET', path, { headers })).body).toHaveLength(1);
  });

  test('H10: no session is opened by a link that is removed meanwhile, and none is left of it', async () => {
    const { accountId } = (await site.myself('bob')).body;
    const path = site.at(`/rest/tessera/1/users/${accountId}/identities`);
    for (let round = 0; round < 10; round++) {
      await forgetFailures(server.current);
      server.current.clock.advance(61_000);
      const admin = await site.signInAdmin();
      const [linked] = (await ask('GET', path, { headers: admin })).body;
      const [removed, ...opened] = await Promise.all([
        ask('DELETE', `${path}/${linked.id}`, { headers: admin }),
        ...Array.from({ length: 3 }, () => site.signIn('bob')),
      ]);
      expect(removed!.status).toBe(204);
      for (const one of opened) expect([200, 401]).toContain(one.status);
      const left = await server.current.app.site.db
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('sessions.id')
        .where('users.name', '=', 'bob')
        .execute();
      expect(left).toEqual([]);
      const body = { provider: site.id, subject: linked.subject };
      expect((await ask('POST', path, { headers: admin, body })).status).toBeLessThan(300);
    }
  });

  test('of one newcomer who signs in many times at once, under both names, comes one account', async () => {
    await slapd.addPerson('erin');
    const replies = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        site.myself(n % 2 === 0 ? 'erin' : 'erin@corp.example', passwordOf('erin')),
      ),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(replies.map(({ body }) => body.accountId)).size).toBe(1);
  });

  test('count as a fresh proof of who one is', async () => {
    const headers = pageOf(await site.signIn('alice'));
    server.current.clock.advance(11 * 60_000);
    const wrong = await ask('POST', site.at('/rest/tessera/1/websudo'), {
      headers,
      body: { password: 'wrong' },
    });
    expect(wrong.status).toBe(400);
    const right = await ask('POST', site.at('/rest/tessera/1/websudo'), {
      headers,
      body: { password: passwordOf('alice') },
    });
    expect(right.status).toBe(204);
  });

  test('H3: one that was changed there counts for a minute at most', async () => {
    expect((await site.myself('bob')).status).toBe(200);
    await slapd.change(slapd.dnOf('bob'), { userPassword: 'another-secret' });
    server.current.clock.advance(59_000);
    expect((await site.myself('bob')).status).toBe(200);
    server.current.clock.advance(1_000);
    expect((await site.myself('bob')).status).toBe(401);
    expect((await site.myself('bob', 'another-secret')).status).toBe(200);
    await slapd.change(slapd.dnOf('bob'), { userPassword: passwordOf('bob') });
  });

  test('H3: one that was proven counts no more once the directory is changed, switched off or the link is gone', async () => {
    const binds = async () => slapd.binds(slapd.dnOf('bob'));
    const again = async () => {
      server.current.clock.advance(1_000);
      return (await site.myself('bob')).status;
    };
    expect(await again()).toBe(200);
    const before = await binds();
    expect([await again(), await binds()]).toEqual([200, before]);
    await site.change({ name: 'Corp' });
    expect([await again(), await binds()]).toEqual([200, before + 1]);
    await site.change({ enabled: false });
    expect(await again()).toBe(401);
    await site.change({ enabled: true });
    expect(await again()).toBe(200);
    const { accountId } = (await site.myself('bob')).body;
    const path = site.at(`/rest/tessera/1/users/${accountId}/identities`);
    const [linked] = (await ask('GET', path, { headers: site.admin })).body;
    expect((await ask('DELETE', `${path}/${linked.id}`, { headers: site.admin })).status).toBe(204);
    expect(await again()).toBe(401);
    const body = { provider: site.id, subject: linked.subject };
    expect((await ask('POST', path, { headers: site.admin, body })).status).toBeLessThan(300);
    expect(await again()).toBe(200);
  });

  test('an account that had a password here keeps it beside, and it works when the directory is down', async () => {
    const { accountId } = (await site.myself('wilma', 'wilma')).body;
    const subject = await slapd.subjectOf(slapd.dnOf('wilma-there'));
    const linked = await ask('POST', site.at(`/rest/tessera/1/users/${accountId}/identities`), {
      headers: await site.signInAdmin(),
      body: { provider: site.id, subject },
    });
    expect(linked.status).toBeLessThan(300);
    expect((await site.myself('wilma', passwordOf('wilma-there'))).body.name).toBe('wilma');
    // Its own password is not shown to the directory.
    const before = await slapd.binds(slapd.dnOf('wilma-there'));
    server.current.clock.advance(61_000);
    expect((await site.myself('wilma', 'wilma')).status).toBe(200);
    expect(await slapd.binds(slapd.dnOf('wilma-there'))).toBe(before);
    await slapd.halt();
    server.current.clock.advance(61_000);
    expect((await site.myself('wilma', 'wilma')).status).toBe(200);
    expect((await site.myself('wilma', passwordOf('wilma-there'))).status).toBe(503);
    await slapd.run();
  });

  test('M6: alone do not open REST for an account that must have a second factor', async () => {
    const { db } = server.current.app.site;
    const group = { group_id: builtIn.groups.softwareUsers };
    await db.insertInto('factor_groups').values(group).execute();
    server.current.clock.advance(61_000);
    const [right, wrong] = [await site.myself('alice'), await site.myself('alice', 'wrong')];
    expect([right.status, right.text]).toEqual([401, wrong.text]);
    await forgetFailures(server.current);
    const page = await site.signIn('alice');
    expect(page.headers.getSetCookie().some((line) => line.startsWith('tessera='))).toBe(false);
    await db.deleteFrom('factor_groups').execute();
    expect(await stepOf(right)).toBe('second-factor-required');
  });

  test('people of a required domain come through the directory, and in no other way', async () => {
    await site.change({ requiredDomains: ['corp.example'] });
    server.current.clock.advance(61_000);
    expect((await site.myself('alice')).status).toBe(200);
    const ways = await ask('GET', site.at('/rest/tessera/1/sign-in/ways?name=alice@corp.example'));
    expect(ways.body).toMatchObject({ password: true, providers: [], required: null });
    const made = await ask('POST', site.at('/rest/api/2/user'), {
      headers: site.admin,
      body: {
        name: 'local',
        emailAddress: 'local@corp.example',
        displayName: 'Local',
        password: newPassword,
      },
    });
    expect(made.status).toBe(201);
    const refused = await site.myself('local', newPassword);
    expect([refused.status, await stepOf(refused)]).toEqual([401, 'sso-required']);
    await site.change({ requiredDomains: [] });
  });

  test('who is gone or left out by the filter is refused at once', async () => {
    await slapd.addPerson('carol');
    expect((await site.myself('carol')).status).toBe(200);
    server.current.clock.advance(61_000);
    await slapd.remove(slapd.dnOf('carol'));
    const refused = await site.myself('carol');
    expect([refused.status, await stepOf(refused)]).toEqual([401, 'directory-gone']);
    // Somebody else of the same name is somebody else.
    await slapd.addPerson('carol', { userPassword: 'carol-secret' });
    expect((await site.myself('carol')).status).toBe(401);
  });
});

describe.each(engines)('two directories on %s', (engine) => {
  const server = useServer({ engine });
  let first: Slapd;
  let second: Slapd;
  let site: DirectorySite;
  let other: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    [first, second] = await Promise.all([Slapd.start(), Slapd.start()]);
    await first.addPerson('both', { cn: 'Of The First' });
    await second.addPerson('both', {
      cn: 'Of The Second',
      mail: 'second@corp.example',
      userPassword: 'second-secret',
    });
    await second.addPerson('late');
    // Made in the other order: the position counts.
    other = await DirectorySite.create(server.current, second, { name: 'Second', position: 2 });
    site = await DirectorySite.create(server.current, first, { name: 'First', position: 1 });
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(async () => {
    await first?.stop();
    await second?.stop();
  });

  test('are searched in their order, and a password is shown to one of them', async () => {
    expect((await site.myself('both', 'second-secret')).status).toBe(401);
    expect(await second.binds(second.dnOf('both'))).toBe(0);
    expect((await site.myself('both')).body.displayName).toBe('Of The First');
    expect((await site.myself('late')).status).toBe(200);
  });

  test('the other person of that name is not let into the account', async () => {
    const refused = await site.myself('second@corp.example', 'second-secret');
    expect(refused.status).toBe(401);
    expect((await site.myself('both')).body.emailAddress).toBe('both@corp.example');
  });

  test('when the first is down, people of the second who are known here sign in', async () => {
    server.current.clock.advance(61_000);
    await first.halt();
    expect((await site.myself('late')).status).toBe(200);
    expect((await site.myself('both')).status).toBe(503);
    expect((await site.myself('nobody')).status).toBe(503);
    await first.run();
    await other.change({ name: 'Second', enabled: false });
    expect((await site.myself('late')).status).toBe(401);
  });
});
