import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/engines.ts';
import { onOwnConnection, processOf } from './one-connection.ts';
import { addProject, type PreparedData, preparedData } from './prepared-data.ts';
import { childrenOf, isRunning, type ServeProcess, serve, startTimeoutMs, until } from './serve-process.ts';

describe.each(engines)('two workers on %s', { timeout: 60_000 }, (engine) => {
  let data: PreparedData;
  let server: ServeProcess;
  const issue = (summary: string) =>
    onOwnConnection('POST', `${server.url}/rest/api/2/issue`, {
      headers: data.admin,
      body: { fields: { project: { key: 'LOAD' }, issuetype: { name: 'Task' }, summary } },
    });

  beforeAll(async () => {
    data = await preparedData(engine);
    server = await serve({ env: { ...data.env, TESSERA_WORKERS: '2' } });
    await addProject(server.url, data.admin, 'LOAD');
  }, startTimeoutMs);
  afterAll(async () => {
    await server.kill('SIGTERM');
    await data.database.drop();
  });

  test('are two processes, and one ready line', () => {
    expect(childrenOf(server.pid)).toHaveLength(2);
    expect(server.out().match(/Tessera ready on/g)).toHaveLength(1);
  });

  test('both take writes, and no number is given twice', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => issue(`Issue ${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(processOf)).size).toBe(2);
    expect(new Set(answers.map(({ body }) => body.key)).size).toBe(40);
  });

  test("what one changed counts on the other's next request", async () => {
    // Configuration is cached by every process; a new project must be known to both at once.
    await addProject(server.url, data.admin, `NEW`);
    const seen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const answer = await onOwnConnection('GET', `${server.url}/rest/api/2/project/NEW`, {
        headers: data.admin,
      });
      expect(answer.status).toBe(200);
      seen.add(processOf(answer));
    }
    expect(seen.size).toBe(2);
  });

  test('one that is killed is replaced, and the other answers meanwhile', async () => {
    const before = childrenOf(server.pid);
    process.kill(before[0]!, 'SIGKILL');
    await until(() => !isRunning(before[0]!), 'the worker ends');
    expect((await issue('Meanwhile')).status).toBe(201);
    await until(() => childrenOf(server.pid).length === 2, 'a new worker');
    const after = childrenOf(server.pid);
    expect(after).toContain(before[1]);
    expect(after).not.toContain(before[0]);
    const seen = new Set<string>();
    await until(async () => {
      const answer = await issue('Afterwards');
      expect(answer.status).toBe(201);
      return seen.add(processOf(answer)).size === 2;
    }, 'the new worker answers too');
    expect(server.err()).toContain('a worker ended');
  });

  test('SIGTERM ends all of them, with 0', async () => {
    const workers = childrenOf(server.pid);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(workers.filter(isRunning)).toEqual([]);
  });
});

describe('when things go wrong', { timeout: startTimeoutMs }, () => {
  test('workers that keep dying end the server, with 1', async () => {
    const server = await serve({ args: ['--demo'], env: { TESSERA_WORKERS: '2' } });
    let done = false;
    void server.ended.then(() => {
      done = true;
    });
    await until(() => {
      for (const worker of done ? [] : childrenOf(server.pid)) process.kill(worker, 'SIGKILL');
      return done;
    }, 'the server gives up');
    expect((await server.ended).code).toBe(1);
    expect(server.err()).toContain('giving up');
  });

  test('workers do not outlive a killed primary', async () => {
    const data = await preparedData('sqlite');
    const server = await serve({ env: { ...data.env, TESSERA_WORKERS: '2' } });
    const workers = childrenOf(server.pid);
    expect(workers).toHaveLength(2);
    await server.kill('SIGKILL');
    await until(() => !workers.some(isRunning), 'the workers end');
    await data.database.drop();
  });

  test('a port that is taken is one clear line, with one process or two', async () => {
    const data = await preparedData('sqlite');
    const first = await serve({ env: data.env });
    const { port } = new URL(first.url);
    for (const workers of ['1', '2']) {
      const env = { ...data.env, TESSERA_PORT: port, TESSERA_WORKERS: workers };
      await expect(serve({ env })).rejects.toThrow(/ended with 1 .*another program listens on this port/s);
    }
    await first.kill('SIGTERM');
    await data.database.drop();
  });
});
