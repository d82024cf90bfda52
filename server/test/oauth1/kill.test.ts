import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { insertLink } from '../../src/auth/oauth1/link-store.ts';
import { connectDatabase } from '../../src/db/database.ts';
import { onOwnConnection } from '../cli/one-connection.ts';
import { preparedData } from '../cli/prepared-data.ts';
import { serve, startTimeoutMs } from '../cli/serve-process.ts';
import type { FreshDatabase } from '../support/databases.ts';
import { type EngineName, engines } from '../support/engines.ts';
import { TestClock } from '../support/server.ts';
import { header, publicPem, signedParameters } from './application.ts';

const rounds = Number(process.env.TESSERA_TEST_KILL_ROUNDS ?? 3);
const base = 'http://localhost:2990';
const myself = '/rest/api/2/myself';

const signed = () =>
  header(signedParameters({ clock: new TestClock() }, 'GET', base + myself, { oauth: { oauth_token: '' } }));

/** An application that acts as the administrator whom the command line made. */
async function letIn({ url, folder }: FreshDatabase): Promise<void> {
  const database = await connectDatabase({ url, folder, log: pino({ level: 'silent' }) });
  const { id } = await database.db.selectFrom('users').select('id').executeTakeFirstOrThrow();
  const link = { consumerKey: 'app', name: 'App', publicKey: publicPem, keyBits: 2048, callback: null };
  await insertLink(database.db, { ...link, twoLeggedUserId: id, impersonation: false }, Date.now());
  // Replays of one address are what this is about.
  const setting = { key: 'signInFailuresPerNetwork', value: 'null', updated_at: Date.now() };
  await database.db.insertInto('settings').values(setting).execute();
  await database.close();
}

const sites: [EngineName, number][] = [
  ['sqlite', 1],
  ['sqlite', 2],
  ['postgres', 2],
];

describe.each(sites.filter(([engine]) => engines.includes(engine)))(
  'O3: kill -9 on %s, %d process(es)',
  (engine, workers) => {
    test(`what was taken before is taken again after none of ${rounds} kills`, {
      timeout: startTimeoutMs + rounds * 30_000,
    }, async () => {
      const { env, database } = await preparedData(engine);
      await letIn(database);
      const start = () =>
        serve({ env: { ...env, TESSERA_WORKERS: String(workers), TESSERA_BASE_URL: base } });
      let server = await start();
      for (let round = 0; round < rounds; round++) {
        const headers = signed();
        const send = () => onOwnConnection('GET', server.listening + myself, { headers });
        const answers = await Promise.all(Array.from({ length: 20 }, send));
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        await server.kill('SIGKILL');
        server = await start();
        expect((await send()).status).toBe(401);
        expect((await onOwnConnection('GET', server.listening + myself, { headers: signed() })).status).toBe(
          200,
        );
      }
      await server.kill('SIGTERM');
      await database.drop();
    });
  },
);
