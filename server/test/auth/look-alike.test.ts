import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultAccountRules } from '../../src/auth/single-sign-on/provider.ts';
import { insertProvider } from '../../src/auth/single-sign-on/provider-store.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { ask, askForm, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld } from '../support/world.ts';

/** Names of one length each, so that what differs is not the name itself. */
const classes = {
  unknown: { name: 'ursula', secret: 'ursula' },
  'a wrong password': { name: 'wendel', secret: 'wrongs' },
  disabled: { name: 'damian', secret: 'damian' },
  'single sign-on only': { name: 'samuel', secret: 'samuel' },
  'never set a password': { name: 'nikola', secret: 'nikola' },
} as const;

describe.each(engines)('N1: who is refused on %s', (engine) => {
  const server = useServer({ engine });
  const at = (path: string) => `${server.current.url}${path}`;

  beforeAll(async () => {
    await createWorld(server.current, { issues: 1 });
    const { site } = server.current.app;
    for (const name of ['wendel', 'damian', 'nikola']) await addAccount(server.current, name);
    await addAccount(server.current, 'samuel', { email: 'samuel@corp.example' });
    await site.db.updateTable('users').set({ active: 0 }).where('name', '=', 'damian').execute();
    await site.db.updateTable('users').set({ password_hash: null }).where('name', '=', 'nikola').execute();
    await inTransaction(site.db, async (trx) => {
      await bumpRevision(trx);
      await insertProvider(
        trx,
        {
          kind: 'oidc',
          name: 'Corp',
          enabled: true,
          position: 0,
          settings: {},
          sealed: null,
          accountRules: defaultAccountRules,
          requiredDomains: ['corp.example'],
        },
        site.clock.now(),
      );
    });
  });
  beforeEach(() => forgetFailures(server.current));

  const channels: Record<string, (name: string, secret: string) => Promise<Reply>> = {
    Basic: (name, secret) => ask('GET', at('/rest/api/2/myself'), { headers: basic(name, secret) }),
    'Basic with an e-mail address': (name, secret) =>
      ask('GET', at('/rest/api/2/myself'), {
        headers: basic(`${name}@${name === 'samuel' ? 'corp.example' : 'example.com'}`, secret),
      }),
    'a REST session': (username, password) =>
      ask('POST', at('/rest/auth/1/session'), { body: { username, password } }),
    'a session of the pages': (username, password) =>
      ask('POST', at('/rest/tessera/1/session'), { body: { username, password } }),
    'the form': (os_username, os_password) => askForm(at('/login.jsp'), { os_username, os_password }),
  };

  test.each(Object.entries(channels))(
    'N1: by %s all five kinds get one status, one body, one set of headers, five times, into the lock',
    async (_, channel) => {
      const walks = new Map<string, unknown>();
      for (const [what, { name, secret }] of Object.entries(classes)) {
        const walk = [];
        for (let n = 0; n < 5; n++) {
          const { status, text, headers } = await channel(name, secret);
          const kept = [...headers].filter(([key]) => !['date', 'x-arequestid'].includes(key));
          walk.push([status, text.replaceAll(name, 'NAME'), kept]);
        }
        walks.set(what, walk);
      }
      const [first, ...others] = walks;
      for (const [what, walk] of others) expect([what, walk]).toEqual([what, first![1]]);
      expect(JSON.stringify(first![1])).toContain('AUTHENTICATION_DENIED');
    },
  );

  test('N1: all five are counted alike', async () => {
    const { db } = server.current.app.site;
    const counts = async () => {
      const rows = await db
        .selectFrom('sign_in_failures')
        .select(['source', 'failures', 'password_failures', 'locked_at'])
        .orderBy('source')
        .execute();
      return rows.map((row) => ({ ...row, locked_at: row.locked_at === null }));
    };
    const kept = new Map<string, unknown>();
    for (const [what, { name, secret }] of Object.entries(classes)) {
      await forgetFailures(server.current);
      for (let n = 0; n < 3; n++) await channels.Basic!(name, secret);
      kept.set(what, await counts());
    }
    const [first, ...others] = kept;
    for (const [what, rows] of others) expect([what, rows]).toEqual([what, first![1]]);
    expect(first![1]).not.toEqual([]);
  });
});
