import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { onOwnConnection, processOf } from './one-connection.ts';
import { type PreparedData, preparedData } from './prepared-data.ts';
import { tessera } from './run-cli.ts';
import { killGroup, type ServeProcess, serve, startTimeoutMs } from './serve-process.ts';

const rounds = Number(process.env.TESSERA_TEST_KILL_ROUNDS ?? 3);
const cheap = { TESSERA_PASSWORD_MEMORY_KIB: '64', TESSERA_PASSWORD_PASSES: '1' };

describe.each(engines)('the lock over several processes on %s', { timeout: startTimeoutMs }, (engine) => {
  let data: PreparedData;
  let env: Record<string, string>;
  let server: ServeProcess;
  const wrong = (n: number) =>
    onOwnConnection('GET', `${server.url}/rest/api/2/myself`, { headers: basic('eve', `guess ${n}`) });
  const lock = async (args: string[]) => {
    const result = await tessera(['lock', ...args, '--json'], { env });
    expect([result.code, result.err]).toEqual([0, '']);
    return result.json();
  };

  beforeAll(async () => {
    data = await preparedData(engine);
    env = { ...data.env, ...cheap };
    server = await serve({ env: { ...env, TESSERA_WORKERS: '2' } });
  }, startTimeoutMs);
  afterAll(async () => {
    await server.kill('SIGTERM');
    await data.database.drop();
  });

  test('P2: of 200 parallel wrong guesses two processes look at three', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => wrong(n)));
    expect(new Set(answers.map(processOf)).size).toBe(2);
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(403)]).toEqual([3, 197]);
  });

  test('tessera lock list shows it, tessera lock clear lifts it for the running server', async () => {
    expect(await lock(['list'])).toEqual([
      expect.objectContaining({
        username: 'eve',
        account: true,
        kind: 'pair',
        address: '127.0.0.1',
        failures: 3,
      }),
    ]);
    const text = await tessera(['lock', 'list'], { env });
    expect(text.out).toMatch(
      /^NAME +LOCK +FROM +FAILURES +SINCE +LAST FAILURE\neve +CAPTCHA +127\.0\.0\.1 +3 /,
    );
    expect(await lock(['clear', '--user', 'eve@example.com'])).toEqual({
      user: 'eve@example.com',
      cleared: true,
    });
    expect(await lock(['list'])).toEqual([]);
    expect(await lock(['clear', '--user', 'eve'])).toEqual({ user: 'eve', cleared: false });
    expect((await wrong(1)).status).toBe(401);
    await lock(['clear', '--user', 'eve']);
  });
});

describe.each(engines)('P4: a counted failure on %s', { timeout: startTimeoutMs }, (engine) => {
  test(`outlives kill -9 right after its answer, ${rounds} times`, {
    timeout: startTimeoutMs + rounds * 20_000,
  }, async () => {
    const data = await preparedData(engine);
    const env = { ...data.env, ...cheap, TESSERA_LOGIN_ATTEMPTS: '' };
    const lenient = await serve({ env });
    // A network's allowance is for people who guess once; here each round does.
    const unlimited = await ask('PUT', `${lenient.url}/rest/tessera/1/settings`, {
      headers: data.admin,
      body: { signInFailuresPerNetwork: null, signInAlarmFactor: null },
    });
    expect(unlimited.status).toBe(200);
    await lenient.kill('SIGTERM');
    for (let round = 1; round <= rounds; round++) {
      const server = await serve({ env });
      const reply = await ask('GET', `${server.url}/rest/api/2/myself`, {
        headers: basic('eve', `guess ${round}`),
      });
      killGroup(server.pid);
      await server.ended;
      expect(reply.status).toBe(401);
    }
    const server = await serve({ env });
    const { body } = await ask('GET', `${server.url}/rest/tessera/1/locks?username=eve`, {
      headers: data.admin,
    });
    expect(body.counts.map(({ failures }: { failures: number }) => failures)).toEqual([rounds, rounds]);
    await server.kill('SIGTERM');
    await data.database.drop();
  });
});
