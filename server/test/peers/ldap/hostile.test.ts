import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

describe.each(engines)('guessing at people of a directory on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    for (const uid of ['alice', 'newcomer', 'bob']) await slapd.addPerson(uid);
    site = await DirectorySite.create(server.current, slapd);
    expect((await site.myself('alice')).status).toBe(200);
  });
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  /** How often the directory was asked about the person while `work` was done. */
  const bindsDuring = async (uid: string, work: () => Promise<unknown>) => {
    const from = (await slapd.log()).length;
    await work();
    return slapd.binds(slapd.dnOf(uid), from);
  };
  const guesses = (names: readonly string[], count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => site.myself(names[n % names.length]!, `guess ${n}`)));

  test('P2: of 200 guesses at once, three reach the directory', async () => {
    const binds = await bindsDuring('alice', async () => {
      const statuses = (await guesses(['alice'], 200)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 401)).toHaveLength(3);
      expect(statuses.filter((status) => status !== 401 && status !== 403 && status !== 503)).toEqual([]);
    });
    expect(binds).toBe(3);
    expect((await site.myself('alice')).status).toBe(403);
  });

  test('P6: the names that somebody without an account has in the directory share one allowance', async () => {
    const names = ['newcomer', 'NewComer', 'newcomer@corp.example', ' newcomer', 'newcomer '];
    const binds = await bindsDuring('newcomer', async () => {
      for (let n = 0; n < 12; n++) await site.myself(names[n % names.length]!, `guess ${n}`);
      await guesses(names, 20);
    });
    expect(binds).toBeLessThanOrEqual(3);
    expect((await site.myself('newcomer')).status).toBe(403);
  });

  test('P6: so do the names of somebody who has one', async () => {
    await slapd.change(slapd.dnOf('alice'), { mail: 'renamed@corp.example' });
    const names = ['alice', 'alice@corp.example', 'renamed@corp.example'];
    const binds = await bindsDuring('alice', async () => {
      for (let n = 0; n < 9; n++) await site.myself(names[n % 3]!, `guess ${n}`);
    });
    await slapd.change(slapd.dnOf('alice'), { mail: 'alice@corp.example' });
    expect(binds).toBe(3);
  });

  test('P6: spellings that the directory takes for the same name are other names', async () => {
    const names = ['al\u00adice', 'alice\u200b', 'a\u200dlice', 'alice\u00a0', '\u2000alice'];
    const binds = await bindsDuring('alice', async () => {
      for (const name of names) expect((await site.myself(name, passwordOf('alice'))).status).toBe(401);
    });
    expect(binds).toBe(0);
  });

  test('nothing that is typed for a name is taken for a part of the filter', async () => {
    const names = [
      '*',
      'ali*',
      'alice*',
      '*)(uid=*',
      'alice)(objectClass=*',
      'alice))(|(uid=*',
      '\\61lice',
      'alice\\2a',
      'alice\u0001',
      'x)(|(uid=alice)',
      'uid=alice,ou=people,dc=example,dc=com',
      '(uid=alice)',
      '&',
      '|(uid=alice)',
    ];
    const binds = await bindsDuring('alice', async () => {
      for (const name of names) {
        await forgetFailures(server.current);
        const reply = await site.signIn(name, passwordOf('alice'));
        expect([name, reply.status]).toEqual([name, 401]);
      }
    });
    expect(binds).toBe(0);
  });

  test('an empty password is never sent: directories sign everybody in with it', async () => {
    const binds = await bindsDuring('alice', async () => {
      expect((await site.myself('alice', '')).status).toBe(401);
      expect((await site.signIn('alice', '')).status).not.toBe(200);
    });
    expect(binds).toBe(0);
    expect(await slapd.log()).not.toContain('unauthenticated');
  });

  test('one sign-in is one bind, and the next minute none', async () => {
    const binds = await bindsDuring('bob', async () => {
      for (let n = 0; n < 5; n++) expect((await site.myself('bob')).status).toBe(200);
    });
    expect(binds).toBe(1);
  });

  test('an unknown name is answered like a wrong password, and costs a bind as well', async () => {
    const from = (await slapd.log()).length;
    const unknown = await site.myself('nobody-at-all', 'wrong');
    const binds = (await slapd.log()).slice(from).match(/BIND dn="cn=[0-9a-f]{16},ou=people/g);
    expect(binds).toHaveLength(1);
    const wrong = await site.myself('bob', 'wrong');
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
    const headers = (reply: { headers: Headers }) => [...reply.headers.keys()].sort();
    expect(headers(unknown)).toEqual(headers(wrong));
  });

  test('K5: no password of a directory is logged or on record', async () => {
    const typed = 'Typed-into-the-wrong-site-7';
    await site.signIn('bob', typed);
    await site.signIn('nobody-at-all', typed);
    await forgetFailures(server.current);
    await site.signIn('bob');
    const audit = await ask('GET', site.at('/rest/tessera/1/audit?limit=100'), { headers: site.admin });
    for (const secret of [typed, passwordOf('bob'), slapd.service.password]) {
      expect(server.current.logged()).not.toContain(secret);
      expect(audit.text).not.toContain(secret);
    }
    const settings = await ask('GET', site.path, { headers: site.admin });
    expect(settings.body).toMatchObject({ hasSecrets: true, secrets: ['bindPassword'] });
    expect(settings.text).not.toContain(slapd.service.password);
  });
});
