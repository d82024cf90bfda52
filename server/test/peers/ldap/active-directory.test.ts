import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { guidOfBytes } from '../../../src/auth/ldap/person.ts';
import { ask } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

/** OpenLDAP with Active Directory's names for things: what is read is the same, what the server does by itself is not. */
describe.each(engines)('a directory with the names of Active Directory on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;
  const guid = randomBytes(16);
  const dn = () => `cn=Ann (Ops)\\, Ltd,${slapd.people}`;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    // Every byte that text could break on.
    guid.set([0x00, 0x28, 0x2a, 0x5c, 0xff, 0xc3], 0);
    await slapd.add(dn(), {
      objectClass: 'user',
      objectCategory: 'person',
      cn: 'Ann (Ops), Ltd',
      sn: 'Ops',
      displayName: 'Ann Ops',
      sAMAccountName: 'ann',
      userPrincipalName: 'ann@ad.example',
      mail: 'ann.ops@corp.example',
      objectGUID: guid,
      userAccountControl: '512',
      accountExpires: '9223372036854775807',
      userPassword: passwordOf('ann'),
    });
    await slapd.addGroup('Operators', [dn()]);
    site = await DirectorySite.create(server.current, slapd, {
      settings: { flavour: 'activeDirectory' },
      accountRules: { groups: [{ theirs: 'Operators', ours: 'jira-administrators' }] },
    });
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const sync = async () => {
    await site.signInAdmin();
    await ask('POST', `${site.path}/syncs`, { headers: site.admin });
    await server.current.app.directorySyncs.settled();
    return (await ask('GET', `${site.path}/syncs`, { headers: site.admin })).body[0];
  };

  test('people sign in by sAMAccountName, principal name or address, and are known by their objectGUID', async () => {
    const reply = await site.myself('ann');
    expect(reply.body).toMatchObject({
      name: 'ann',
      emailAddress: 'ann.ops@corp.example',
      displayName: 'Ann Ops',
    });
    expect((await site.myself('ann@ad.example', passwordOf('ann'))).body.name).toBe('ann');
    expect((await site.myself('ann.ops@corp.example', passwordOf('ann'))).body.name).toBe('ann');
    const linked = await ask('GET', site.at(`/rest/tessera/1/users/${reply.body.accountId}/identities`), {
      headers: site.admin,
    });
    expect(linked.body[0].subject).toBe(guidOfBytes(guid));
    expect((await site.myself('ann', 'wrong')).status).toBe(401);
  });

  test('memberOf gives groups', async () => {
    const groups = await ask('GET', site.at('/rest/api/2/user?username=ann&expand=groups'), {
      headers: site.admin,
    });
    expect(groups.body.groups.items.map((one: { name: string }) => one.name)).toContain(
      'jira-administrators',
    );
  });

  test('a disabled account is refused with the right password, and deactivated by the next sync', async () => {
    await slapd.change(dn(), { userAccountControl: '514' });
    server.current.clock.advance(61_000);
    const refused = await site.myself('ann');
    expect([refused.status, refused.text]).toEqual([401, (await site.myself('nobody')).text]);
    const id = refused.headers.get('x-arequestid')!;
    await site.signInAdmin();
    const why = await ask('GET', site.at(`/rest/tessera/1/refusals/${id}`), { headers: site.admin });
    expect(why.body.step).toBe('directory-closed');
    expect((await sync()).changes).toEqual([expect.objectContaining({ account: 'ann', did: 'deactivated' })]);
    await slapd.change(dn(), { userAccountControl: '512' });
    expect((await sync()).changes).toEqual([expect.objectContaining({ account: 'ann', did: 'activated' })]);
    await forgetFailures(server.current);
    expect((await site.myself('ann')).status).toBe(200);
  });

  test('an account that has expired is closed, by the clock of the site', async () => {
    const filetime = (ms: number) => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
    await slapd.change(dn(), { accountExpires: filetime(server.current.clock.now() + 60_000) });
    expect((await sync()).counts.deactivated).toBe(0);
    server.current.clock.advance(60_000);
    expect((await sync()).counts.deactivated).toBe(1);
  });
});
