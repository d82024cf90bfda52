import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { mintTokenFor } from '../../../src/auth/api-tokens/api-tokens.ts';
import { ask, bearer } from '../../support/client.ts';
import { engines } from '../../support/databases.ts';
import { forgetFailures } from '../../support/failures.ts';
import { useServer } from '../../support/server.ts';
import { createWorld } from '../../support/world.ts';
import { DirectorySite } from './support/directory-site.ts';
import { Slapd } from './support/slapd.ts';

describe.each(engines)('a directory that is down on %s', (engine) => {
  const server = useServer({ engine });
  let slapd: Slapd;
  let site: DirectorySite;
  let token: Record<string, string>;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    slapd = await Slapd.start();
    for (const uid of ['alice', 'bob']) await slapd.addPerson(uid);
    site = await DirectorySite.create(server.current, slapd);
    const { accountId } = (await site.myself('alice')).body;
    const user = await server.current.app.site.db
      .selectFrom('users')
      .select('id')
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow();
    token = bearer((await mintTokenFor(server.current.app.site, user.id, { label: 'T', days: 30 })).secret);
    server.current.clock.advance(61_000);
    await slapd.halt();
  });
  beforeEach(() => forgetFailures(server.current));
  afterAll(() => slapd?.stop());

  const failures = async () =>
    (await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute()).length;

  test('its people are told so, on both channels, and nothing is counted', async () => {
    for (let n = 0; n < 5; n++) {
      for (const reply of [await site.myself('alice'), await site.signIn('alice', 'wrong')]) {
        expect(reply.status).toBe(503);
        expect(reply.headers.get('retry-after')).toBe('10');
        expect(reply.body.errorMessages[0]).toContain('directory');
      }
    }
    expect(await failures()).toBe(0);
  });

  test('names that it might know are told the same', async () => {
    expect((await site.myself('bob')).status).toBe(503);
    expect((await site.myself('nobody-at-all')).status).toBe(503);
    expect(await failures()).toBe(0);
  });

  test('accounts with a password here sign in, and are refused, as ever', async () => {
    expect((await site.myself('fred', 'fred')).status).toBe(200);
    expect((await site.signIn('fred', 'fred')).status).toBe(200);
    expect((await site.myself('fred', 'wrong')).status).toBe(401);
  });

  test('API tokens of its people go on working', async () => {
    expect((await ask('GET', site.at('/rest/api/2/myself'), { headers: token })).body.name).toBe('alice');
  });

  test('administrators find the reason in the log, and the step with the request', async () => {
    const reply = await site.myself('alice');
    const id = reply.headers.get('x-arequestid')!;
    const why = await ask('GET', site.at(`/rest/tessera/1/refusals/${id}`), { headers: site.admin });
    expect(why.body.step).toBe('directory-unavailable');
    expect(server.current.logged()).toContain('ECONNREFUSED');
  });

  test('when it is back, so are they', async () => {
    await slapd.run();
    expect((await site.myself('alice')).status).toBe(200);
  });
});
