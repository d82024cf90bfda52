import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mintTokenFor } from '../../../src/auth/api-tokens/api-tokens.ts';
import { startDirectorySyncs } from '../../../src/auth/ldap/directory-syncs.ts';
import { builtIn } from '../../../src/db/migrations/fresh-site.ts';
import { ask, bearer } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { Slapd } from './support/slapd.ts';

const hourMs = 3_600_000;

describe.each(engines)('accounts that follow a directory on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    for (const uid of ['alice', 'bob', 'carol', 'dave']) await slapd.addPerson(uid);
    await slapd.addGroup('staff', [slapd.dnOf('alice')]);
    site = await DirectorySite.create(server.current, slapd, {
      settings: { groupBaseDn: slapd.groups },
      accountRules: { groups: [{ theirs: 'staff', ours: 'jira-administrators' }] },
    });
    for (const uid of ['alice', 'bob', 'carol', 'dave']) expect((await site.myself(uid)).status).toBe(200);
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const syncs = async () => (await ask('GET', `${site.path}/syncs`, { headers: site.admin })).body;
  /** By hand, to its end. */
  const sync = async () => {
    await site.signInAdmin();
    const reply = await ask('POST', `${site.path}/syncs`, { headers: site.admin });
    expect(reply.status).toBe(202);
    expect(reply.body).toMatchObject({ startedBy: 'administrator', outcome: 'running', ended: null });
    await server.current.app.directorySyncs.settled();
    const [last] = await syncs();
    expect(last.id).toBe(reply.body.id);
    return last;
  };
  const account = (name: string) =>
    server.current.app.site.db
      .selectFrom('users')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
  const tokenOf = async (name: string) => {
    const { id } = await account(name);
    return bearer(
      (await mintTokenFor(server.current.app.site, Number(id), { label: name, days: 30 })).secret,
    );
  };
  const statusBy = async (headers: Record<string, string>) =>
    (await ask('GET', site.at('/rest/api/2/myself'), { headers })).status;
  const groupsOf = async (name: string) =>
    (
      await ask('GET', site.at(`/rest/api/2/user?username=${name}&expand=groups`), { headers: site.admin })
    ).body.groups.items
      .map((one: { name: string }) => one.name)
      .sort();

  test('names, addresses and groups follow; who signs in with what does not change', async () => {
    await slapd.change(slapd.dnOf('bob'), { cn: 'Robert Doe', mail: 'robert@corp.example' });
    await slapd.change(`cn=staff,${slapd.groups}`, { member: [slapd.dnOf('bob')] });
    const done = await sync();
    expect(done).toMatchObject({ outcome: 'done', problem: null });
    expect(done.counts).toEqual({ found: 4, linked: 4, updated: 2, deactivated: 0, activated: 0, left: 0 });
    expect(done.changes).toEqual([
      expect.objectContaining({ account: 'alice', did: 'updated', because: 'leaves jira-administrators' }),
      expect.objectContaining({
        account: 'bob',
        did: 'updated',
        because: 'e-mail address robert@corp.example; name Robert Doe; joins jira-administrators',
      }),
    ]);
    expect(await account('bob')).toMatchObject({ email: 'robert@corp.example', display_name: 'Robert Doe' });
    expect(await groupsOf('bob')).toEqual(['jira-administrators', 'jira-software-users']);
    expect(await groupsOf('alice')).toEqual(['jira-software-users']);
    expect((await sync()).counts.updated).toBe(0);
  });

  test('H10: who is gone from the directory has no session and no token from the next sync on', async () => {
    const token = await tokenOf('carol');
    const opened = await site.signIn('carol');
    const session = { Cookie: opened.headers.getSetCookie()[0]!.split(';')[0]! };
    expect([await statusBy(token), await statusBy(session)]).toEqual([200, 200]);
    await slapd.remove(slapd.dnOf('carol'));
    const done = await sync();
    expect(done.counts).toMatchObject({ deactivated: 1 });
    expect(done.changes).toEqual([
      expect.objectContaining({
        account: 'carol',
        did: 'deactivated',
        because: 'the directory has no such person any more',
      }),
    ]);
    expect([await statusBy(token), await statusBy(session)]).toEqual([401, 401]);
    expect((await site.myself('carol')).status).toBe(401);
    const sessions = await server.current.app.site.db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', (await account('carol')).id)
      .execute();
    expect(sessions).toEqual([]);
    const audit = await ask('GET', site.at('/rest/tessera/1/audit?event=user.changed&limit=5'), {
      headers: site.admin,
    });
    expect(audit.text).toContain('the directory has no such person any more');
  });

  test('who is closed there is deactivated, and active again when it is opened', async () => {
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: '000001010000Z' });
    expect((await sync()).counts).toMatchObject({ deactivated: 1, activated: 0 });
    expect((await account('dave')).active).toBe(0);
    expect((await sync()).counts).toMatchObject({ deactivated: 0, activated: 0 });
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: [] });
    expect((await sync()).counts).toMatchObject({ deactivated: 0, activated: 1 });
    expect((await site.myself('dave')).status).toBe(200);
  });

  test('a lock that passes by itself deactivates nobody', async () => {
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: '20260101000000Z' });
    expect((await sync()).counts).toMatchObject({ deactivated: 0 });
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: [] });
  });

  test('whom an administrator deactivated stays so', async () => {
    const off = await ask('PUT', site.at('/rest/api/2/user?username=dave'), {
      headers: site.admin,
      body: { active: false },
    });
    expect(off.status).toBe(200);
    expect((await sync()).counts).toMatchObject({ activated: 0 });
    expect((await account('dave')).active).toBe(0);
    await ask('PUT', site.at('/rest/api/2/user?username=dave'), {
      headers: site.admin,
      body: { active: true },
    });
  });

  test('whom a sync deactivated and an administrator touched since stays as the administrator left it', async () => {
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: '000001010000Z' });
    await sync();
    for (const active of [true, false]) {
      server.current.clock.advance(1000);
      await ask('PUT', site.at('/rest/api/2/user?username=dave'), { headers: site.admin, body: { active } });
    }
    await slapd.change(slapd.dnOf('dave'), { pwdAccountLockedTime: [] });
    expect((await sync()).counts).toMatchObject({ activated: 0 });
    expect((await account('dave')).active).toBe(0);
    await ask('PUT', site.at('/rest/api/2/user?username=dave'), {
      headers: site.admin,
      body: { active: true },
    });
  });

  test('a search that finds nobody, or fails, deactivates nobody', async () => {
    const active = async () => [(await account('alice')).active, (await account('bob')).active];
    for (const [settings, problem] of [
      [{ userFilter: '(uid=nobody-at-all)' }, 'The search found nobody, so nothing was changed.'],
      [{ baseDn: 'ou=elsewhere,dc=example,dc=com' }, expect.any(String)],
      [{ bindPassword: 'wrong' }, expect.any(String)],
      [{ caCertificates: '' }, expect.any(String)],
      [{ url: 'ldaps://127.0.0.1:1' }, expect.stringContaining('ECONNREFUSED')],
    ] as const) {
      await site.change({ settings: { groupBaseDn: slapd.groups, ...settings } });
      const failed = await sync();
      expect([settings, failed.outcome, failed.problem]).toEqual([settings, 'failed', problem]);
      expect(failed.counts.deactivated).toBe(0);
    }
    expect(await active()).toEqual([1, 1]);
    const health = await ask('GET', site.at('/rest/tessera/1/health'), { headers: site.admin });
    expect(health.text).toContain('The last sync of Corp failed');
    await site.change({ settings: { groupBaseDn: slapd.groups } });
    expect((await sync()).outcome).toBe('done');
  });

  test('the last administrator is left, and the sync says so', async () => {
    const { db } = server.current.app.site;
    await db
      .deleteFrom('group_members')
      .where('group_id', '=', builtIn.groups.administrators)
      .where('user_id', '!=', Number((await account('bob')).id))
      .execute();
    const bob = await tokenOf('bob');
    await slapd.change(slapd.dnOf('bob'), { pwdAccountLockedTime: '000001010000Z' });
    await ask('POST', `${site.path}/syncs`, { headers: bob });
    await server.current.app.directorySyncs.settled();
    const [last] = (await ask('GET', `${site.path}/syncs`, { headers: bob })).body;
    expect(last.changes).toEqual([expect.objectContaining({ account: 'bob', did: 'left' })]);
    expect((await account('bob')).active).toBe(1);
    await slapd.change(slapd.dnOf('bob'), { pwdAccountLockedTime: [] });
    await db
      .insertInto('group_members')
      .values({ group_id: builtIn.groups.administrators, user_id: Number((await account('admin')).id) })
      .execute();
  });

  test('it runs by the clock, as often as the directory is set to', async () => {
    const { directorySyncs } = server.current.app;
    const count = async () => {
      await site.signInAdmin();
      return (await syncs()).filter((one: { startedBy: string }) => one.startedBy === 'schedule').length;
    };
    await site.change({ settings: { groupBaseDn: slapd.groups, syncMinutes: 0 } });
    server.current.clock.advance(24 * hourMs);
    const before = await count();
    await directorySyncs.runDue();
    expect(await count()).toBe(before);
    await site.change({ settings: { groupBaseDn: slapd.groups, syncMinutes: 30 } });
    await directorySyncs.runDue();
    await directorySyncs.runDue();
    expect(await count()).toBe(before + 1);
    server.current.clock.advance(29 * 60_000);
    await directorySyncs.runDue();
    expect(await count()).toBe(before + 1);
    server.current.clock.advance(60_000);
    await directorySyncs.runDue();
    expect(await count()).toBe(before + 2);
  });

  test('of two nodes that are due at once, one syncs', async () => {
    const { site: parts, directorySyncs } = server.current.app;
    const another = startDirectorySyncs(parts);
    const before = (await parts.db.selectFrom('directory_syncs').select('id').execute()).map(({ id }) => id);
    server.current.clock.advance(hourMs);
    await Promise.all([directorySyncs.runDue(), another.runDue(), directorySyncs.runDue(), another.runDue()]);
    await another.close();
    const after = await parts.db.selectFrom('directory_syncs').select('id').execute();
    expect(after.filter(({ id }) => !before.includes(id))).toHaveLength(1);
  });

  test('a sync by hand is refused while one is under way; one that never ended is told so', async () => {
    await site.signInAdmin();
    const { db } = server.current.app.site;
    const now = server.current.clock.now();
    await db
      .updateTable('directory_sync_leases')
      .set({ holder: 'elsewhere', held_until: now + 1000 })
      .execute();
    const refused = await ask('POST', `${site.path}/syncs`, { headers: site.admin });
    expect([refused.status, refused.body.errorMessages]).toEqual([409, ['A sync of Corp is under way.']]);
    const [latest] = await syncs();
    await db
      .updateTable('directory_syncs')
      .set({ outcome: 'running' })
      .where('id', '=', Number(latest.id))
      .execute();
    server.current.clock.advance(1000);
    await sync();
    expect((await syncs())[1]).toMatchObject({
      id: latest.id,
      outcome: 'failed',
      problem: expect.stringContaining('did not end'),
    });
  });

  test('twenty are kept', async () => {
    for (let n = 0; n < 22; n++) await sync();
    expect(await syncs()).toHaveLength(20);
  });

  test('a directory of more people than a page shows, and the server gives at once, loses nobody', async () => {
    for (let n = 0; n < 1100; n++) {
      await slapd.add(`uid=crowd${n},${slapd.people}`, {
        objectClass: 'inetOrgPerson',
        uid: `crowd${n}`,
        cn: 'C',
        sn: 'C',
      });
    }
    const done = await sync();
    expect(done.counts).toMatchObject({ found: 1103, deactivated: 0 });
  }, 60_000);
});
