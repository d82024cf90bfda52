import { randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { type EngineName, engines } from '../support/engines.ts';
import { onOwnConnection } from './one-connection.ts';
import { addProject, preparedData } from './prepared-data.ts';
import { killGroup, type ServeProcess, serve, startTimeoutMs } from './serve-process.ts';

const rounds = Number(process.env.TESSERA_TEST_KILL_ROUNDS ?? 3);
const writers = 8;

const sites: [EngineName, number][] = [
  ['sqlite', 1],
  ['postgres', 1],
  ['sqlite', 2],
];

describe.each(sites.filter(([engine]) => engines.includes(engine)))(
  'kill -9 on %s, %d process(es)',
  (engine, workers) => {
    test(`loses no acknowledged issue in ${rounds} rounds`, {
      timeout: startTimeoutMs + rounds * 30_000,
    }, async () => {
      const { env, admin, database } = await preparedData(engine);
      const start = () => serve({ env: { ...env, TESSERA_WORKERS: String(workers) } });
      let acknowledged = 0;
      const keys = new Set<string>();
      let server = await start();
      await addProject(server.url, admin, 'LOAD');
      for (let round = 1; round <= rounds; round++) {
        const issues = await loadUntilKilled(server, admin, round);
        server = await start();
        for (const { key, summary } of issues) {
          const { status, body } = await ask('GET', `${server.url}/rest/api/2/issue/${key}`, {
            headers: admin,
          });
          expect([key, status, body?.fields?.summary]).toEqual([key, 200, summary]);
          expect(keys.has(key)).toBe(false);
          keys.add(key);
        }
        acknowledged += issues.length;
      }
      // Otherwise nothing has been tested.
      expect(acknowledged).toBeGreaterThan(rounds * 5);
      await server.kill('SIGTERM');
      await database.drop();
    });
  },
);

interface Written {
  readonly key: string;
  readonly summary: string;
}

/** Creates issues in several loops and kills the server under them; returns those it said 201 to, whole. */
async function loadUntilKilled(
  server: ServeProcess,
  headers: Record<string, string>,
  round: number,
): Promise<Written[]> {
  const written: Written[] = [];
  const write = async (writer: number): Promise<void> => {
    for (let n = 1; ; n++) {
      const summary = `Round ${round}, writer ${writer}, issue ${n}`;
      const body = { fields: { project: { key: 'LOAD' }, issuetype: { name: 'Task' }, summary } };
      const request = onOwnConnection('POST', `${server.url}/rest/api/2/issue`, { headers, body });
      const answer = await request.catch(() => undefined);
      if (answer === undefined) return;
      expect(answer.status).toBe(201);
      written.push({ key: answer.body.key, summary });
    }
  };
  const loops = Array.from({ length: writers }, (_, writer) => write(writer));
  while (written.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, randomInt(20, 400)));
  killGroup(server.pid);
  await Promise.all(loops);
  await server.ended;
  return written;
}
