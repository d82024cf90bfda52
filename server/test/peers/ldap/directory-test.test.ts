import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld, type World } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

describe.each(engines)('the test of a directory on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    await slapd.addPerson('alice', {
      description: 'On the second floor',
      jpegPhoto: Buffer.from([0xff, 0xd8, 0xff]),
    });
    await slapd.addPerson('fred');
    await slapd.addGroup('staff', [slapd.dnOf('alice')]);
    site = await DirectorySite.create(server.current, slapd, {
      enabled: false,
      settings: { groupBaseDn: slapd.groups },
      accountRules: { groups: [{ theirs: 'staff', ours: 'jira-administrators' }] },
    });
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const tryOut = (body: object) => ask('POST', `${site.path}/tests`, { headers: site.admin, body });
  const everything = async () => {
    const { db } = server.current.app.site;
    return [
      await db.selectFrom('users').selectAll().orderBy('id').execute(),
      await db.selectFrom('external_identities').selectAll().execute(),
      await db.selectFrom('group_members').selectAll().orderBy('user_id').orderBy('group_id').execute(),
      await db.selectFrom('sessions').select(['id', 'user_id']).orderBy('id').execute(),
    ];
  };

  test('shows what was found and what would be done, while it is still off, and changes nothing', async () => {
    const before = await everything();
    const reply = await tryOut({ name: 'alice', password: passwordOf('alice') });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      outcome: 'understood',
      authenticated: null,
      passwordTried: true,
      closed: false,
      person: {
        subject: await slapd.subjectOf(slapd.dnOf('alice')),
        userName: 'alice',
        email: 'alice@corp.example',
        displayName: 'Alice Doe',
        groups: ['staff', `cn=staff,${slapd.groups}`],
      },
      attributes: expect.objectContaining({
        dn: [slapd.dnOf('alice')],
        uid: ['alice'],
        description: ['On the second floor'],
      }),
      wouldDo: {
        does: 'create',
        account: { name: 'alice', email: 'alice@corp.example', displayName: 'Alice Doe' },
        changes: expect.anything(),
        joins: expect.arrayContaining(['jira-administrators', 'jira-software-users']),
        leaves: [],
        missingGroups: [],
      },
    });
    expect(await everything()).toEqual(before);
  });

  test('shows nothing that is like a password, even to who asks for it as a name', async () => {
    // The manager may read hashes.
    const manager = { bindDn: 'cn=manager,dc=example,dc=com', bindPassword: 'manager-secret' };
    await site.change({
      enabled: false,
      settings: manager,
      accountRules: {
        attributes: { displayName: 'userPassword', groups: 'userPassword', email: 'userPassword' },
      },
    });
    const reply = await tryOut({ name: 'alice' });
    expect(reply.body.outcome).toBe('understood');
    expect(reply.body.attributes).not.toHaveProperty('userPassword');
    expect(reply.text).not.toContain(passwordOf('alice'));
    expect(reply.text).not.toContain('SSHA');
    await site.change({
      enabled: false,
      settings: { groupBaseDn: slapd.groups },
      accountRules: { attributes: {}, groups: [] },
    });
  });

  test('says what is wrong: the name, the password, the account, the directory', async () => {
    await slapd.addPerson('closed');
    await slapd.change(slapd.dnOf('closed'), { pwdAccountLockedTime: '000001010000Z' });
    const steps = async (body: object) => {
      const reply = await tryOut(body);
      expect(reply.status).toBe(200);
      return [reply.body.outcome, reply.body.step];
    };
    expect(await steps({ name: 'nobody' })).toEqual(['refused', 'unknown-name']);
    expect(await steps({ name: '*' })).toEqual(['refused', 'unknown-name']);
    expect(await steps({ name: 'alice', password: 'wrong' })).toEqual(['refused', 'directory-wrong']);
    expect(await steps({ name: 'closed' })).toEqual(['refused', 'directory-closed']);
    expect((await tryOut({ name: 'fred' })).body.wouldDo).toEqual({
      does: 'refuse',
      step: 'sso-account-not-linked',
    });
    await slapd.halt();
    const down = await tryOut({ name: 'alice' });
    expect(down.body).toMatchObject({
      step: 'directory-unavailable',
      problem: expect.stringContaining('ECONNREFUSED'),
    });
    await slapd.run();
  });

  test('is for the session of an administrator, with a password three times in ten minutes, and on record', async () => {
    const body = { name: 'alice', password: 'Guess-number-1' };
    const by = (headers: Record<string, string>) => ask('POST', `${site.path}/tests`, { headers, body });
    expect((await by(world.fred.auth)).status).toBe(403);
    expect((await by(world.admin.auth)).status).toBe(403);
    const statuses: number[] = [];
    const from = (await slapd.log()).length;
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        statuses.push((await tryOut(body)).status);
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(statuses.filter((status) => status === 429)).toHaveLength(17);
    expect(await slapd.binds(slapd.dnOf('alice'), from)).toBe(3);
    expect((await tryOut({ name: 'alice' })).status).toBe(200);
    const audit = await ask('GET', site.at('/rest/tessera/1/audit?event=directory.tested&limit=20'), {
      headers: site.admin,
    });
    expect(audit.text).toContain('"alice"');
    expect(audit.text).not.toContain('Guess-number-1');
    // Signing in is another matter.
    expect((await site.myself('fred', 'fred')).status).toBe(200);
  });
});
