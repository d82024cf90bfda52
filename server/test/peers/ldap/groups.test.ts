import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../support/client.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { Slapd } from './support/slapd.ts';

/** What a directory says of its people; nothing of it is the database's. */
describe('groups of a directory', () => {
  const server = useServer({ engine: 'sqlite' });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    const odd = 'uid=o\\2Cdd (*),ou=people,dc=example,dc=com';
    await slapd.addPerson('alice');
    await slapd.add(odd, {
      objectClass: 'inetOrgPerson',
      uid: 'o,dd (*)',
      cn: 'Odd',
      sn: 'Odd',
      mail: 'odd@corp.example',
    });
    await slapd.addGroup('Inner', [slapd.dnOf('alice'), odd]);
    await slapd.addGroup('Middle', [`cn=Inner,${slapd.groups}`]);
    // A circle, and a second way to the same one.
    await slapd.addGroup('Outer', [`cn=Middle,${slapd.groups}`, `cn=Inner,${slapd.groups}`]);
    await slapd.change(`cn=Inner,${slapd.groups}`, {
      member: [slapd.dnOf('alice'), odd, `cn=Outer,${slapd.groups}`],
    });
    await slapd.add(`cn=Unique,${slapd.groups}`, {
      objectClass: 'groupOfUniqueNames',
      cn: 'Unique',
      uniqueMember: slapd.dnOf('alice'),
    });
    await slapd.add(`cn=Posix,${slapd.groups}`, {
      objectClass: 'posixGroup',
      cn: 'Posix',
      gidNumber: '5000',
      memberUid: 'alice',
    });
    await slapd.addGroup('Others', [slapd.service.dn]);
    site = await DirectorySite.create(server.current, slapd, { enabled: false });
  }, 60_000);
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const short = async (settings: object, accountRules: object = {}, name = 'alice') => {
    await site.change({ settings, accountRules, enabled: false });
    const reply = await ask('POST', `${site.path}/tests`, { headers: site.admin, body: { name } });
    expect(reply.body.outcome).toBe('understood');
    const { groups } = reply.body.person;
    return groups?.filter((one: string) => !one.includes('=')).sort();
  };

  test('direct ones, by each way that a group names its members', async () => {
    expect(await short({ groupBaseDn: slapd.groups })).toEqual(['Inner', 'Posix', 'Unique']);
  });

  test('groups in groups, where a circle ends and each is named once', async () => {
    const nested = { groupBaseDn: slapd.groups, nestedGroups: true };
    expect(await short(nested)).toEqual(['Inner', 'Middle', 'Outer', 'Posix', 'Unique']);
  });

  test('only those that the filter lets through', async () => {
    expect(await short({ groupBaseDn: slapd.groups, groupFilter: '(cn=In*)' })).toEqual(['Inner']);
  });

  test('a name with the characters of filters and of distinguished names is a name', async () => {
    expect(await short({ groupBaseDn: slapd.groups }, {}, 'o,dd (*)')).toEqual(['Inner']);
  });

  test('what the entry says of itself, where groups are not searched for', async () => {
    expect(await short({})).toEqual(['Inner']);
  });

  test('silence means nothing, unless the attribute is named', async () => {
    await slapd.addPerson('lonely');
    expect(await short({}, {}, 'lonely')).toBe(undefined);
    server.current.clock.advance(600_000);
    expect(await short({}, { attributes: { groups: 'memberOf' } }, 'lonely')).toEqual([]);
    expect(await short({ groupBaseDn: slapd.groups }, {}, 'lonely')).toEqual([]);
  });
});
