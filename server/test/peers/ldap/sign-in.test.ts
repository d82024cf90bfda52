import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { passwordOf, Slapd } from './support/slapd.ts';

describe.each(engines)('signing in through OpenLDAP on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    for (const uid of ['alice', 'bob', 'fred']) await slapd.addPerson(uid);
    site = await DirectorySite.create(server.current, slapd);
  });
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  test('a newcomer signs in over Basic with the directory password, and has an account from then on', async () => {
    const reply = await site.myself('alice');
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({
      name: 'alice',
      emailAddress: 'alice@corp.example',
      displayName: 'Alice Doe',
    });
    expect((await site.myself('alice@corp.example', passwordOf('alice'))).body.key).toBe(reply.body.key);
  });

  test('a newcomer signs in on the web page', async () => {
    const reply = await site.signIn('bob');
    expect(reply.status).toBe(200);
    const Cookie = reply.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await ask('GET', site.at('/rest/api/2/myself'), { headers: { Cookie } })).body.name).toBe('bob');
  });

  test('a wrong and an empty password, and a name that nobody has, are refused alike', async () => {
    const replies = [
      await site.myself('alice', 'wrong'),
      await site.myself('alice', ''),
      await site.myself('nobody', 'wrong'),
      await site.myself('fred', passwordOf('fred')),
    ];
    for (const reply of replies) {
      expect(reply.status).toBe(401);
      expect(reply.text).toBe(replies[0]!.text);
    }
  });

  test('who is named like an account here is not let into it', async () => {
    expect((await site.myself('fred', passwordOf('fred'))).status).toBe(401);
    expect((await site.myself('fred', 'fred')).status).toBe(200);
  });
});
