import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, basic } from '../support/client.ts';
import { childrenOf, isRunning, killGroup, serve, startTimeoutMs, until } from './serve-process.ts';

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tessera-stop-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const demo = { args: ['--demo'] };
const leftovers = () => readdirSync(scratch).filter((name) => name.startsWith('tessera-demo-'));

describe('at SIGTERM', { timeout: startTimeoutMs }, () => {
  test('idle connections do not keep the server', async () => {
    const server = await serve(demo);
    // fetch keeps its connection for later requests.
    await ask('GET', `${server.url}/status`);
    const from = Date.now();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - from).toBeLessThan(4_000);
  });

  test('what is running is finished', async () => {
    const server = await serve(demo);
    const body = '{"body": "Begun before the signal, finished after it."}';
    const headers = {
      ...basic('fred@example.com', 'freds_api_token'),
      'Content-Type': 'application/json',
      'Content-Length': String(body.length),
    };
    const sending = request(`${server.url}/rest/api/2/issue/QA-31/comment`, { method: 'POST', headers });
    const answered = once(sending, 'response');
    sending.write(body.slice(0, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ended = server.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 500));
    sending.end(body.slice(10));
    const [response] = (await answered) as [IncomingMessage];
    expect(response.statusCode).toBe(201);
    response.resume();
    expect(await ended).toEqual({ code: 0, signal: null });
  });

  test('a client that never finishes its request is cut off, within 10 s', async () => {
    const server = await serve(demo);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.once('error', () => {});
    socket.write(
      'POST /rest/api/2/issue HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    const from = Date.now();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(Date.now() - from).toBeLessThan(10_000);
    await closed;
  });

  test('during the start it ends all the same', async () => {
    const server = serve({ ...demo, env: { TMPDIR: scratch } });
    await new Promise((resolve) => setTimeout(resolve, 400));
    // Ready or not by now: the process answers to its group.
    const pids = childrenOf(process.pid);
    for (const pid of pids) killGroup(pid, 'SIGTERM');
    await server.then(
      async (ready) => expect((await ready.ended).code).toBe(0),
      (error: Error) => expect(error.message).toMatch(/ended with (0|SIGTERM) before/),
    );
    expect(leftovers()).toEqual([]);
  });
});

describe('under npm', { timeout: startTimeoutMs }, () => {
  const npm = { command: ['npm', 'start', '--silent', '--'], ...demo } as const;

  test('SIGTERM to npm ends the server with 0 and leaves no orphan', async () => {
    const server = await serve({ ...npm, env: { TMPDIR: scratch } });
    const below = descendants(server.pid);
    expect(below.length).toBeGreaterThan(0);
    expect((await ask('GET', `${server.url}/status`)).body).toEqual({ state: 'RUNNING' });
    const ended = await server.kill('SIGTERM');
    expect(ended).toEqual({ code: 0, signal: null });
    await until(() => !below.some(isRunning), 'the server is gone');
    expect(leftovers()).toEqual([]);
  });

  test('Ctrl-C, which reaches both and is passed on as well, ends it cleanly', async () => {
    const server = await serve({ ...npm, env: { TMPDIR: scratch } });
    killGroup(server.pid, 'SIGINT');
    await server.ended;
    await until(() => leftovers().length === 0, 'the temporary folder is removed');
    expect(server.err()).not.toMatch(/Error/);
  });
});

test('readiness is told at the root and under the context path', { timeout: startTimeoutMs }, async () => {
  const env = { TESSERA_BASE_URL: 'http://localhost:2990/jira' };
  const server = await serve({ ...demo, env });
  expect(server.url).toBe('http://localhost:2990/jira');
  for (const path of ['/status', '/jira/status']) {
    const { status, body } = await ask('GET', server.listening + path);
    expect([path, status, body]).toEqual([path, 200, { state: 'RUNNING' }]);
  }
  expect((await ask('GET', `${server.listening}/rest/api/2/serverInfo`)).status).toBe(404);
  const { body } = await ask('GET', `${server.listening}/jira/rest/api/2/serverInfo`);
  expect(body.baseUrl).toBe('http://localhost:2990/jira');
  expect(server.out()).toContain('http://localhost:2990/jira/rest/api/2/issue/createmeta');
  expect((await server.kill('SIGTERM')).code).toBe(0);
});

test('on a site without accounts the set-up link is printed', { timeout: startTimeoutMs }, async () => {
  const server = await serve({ env: { TESSERA_DATA: join(scratch, 'fresh') } });
  await until(() => server.out().includes('/setup?code='), 'the link');
  const code = /\/setup\?code=(\S+)/.exec(server.out())![1];
  const { body } = await ask('GET', `${server.url}/rest/tessera/1/setup?code=${code}`);
  expect(body).toEqual({ valid: true });
  await server.kill('SIGTERM');
});

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}
