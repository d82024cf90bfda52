import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { keepNonces } from '../../src/auth/oauth1/nonces.ts';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { addLink, header, problemOf, signedParameters } from './application.ts';

describe.each(engines)('O3: replays, on two nodes with %s', (engine) => {
  // Both are asked under one name, as they would be behind a proxy.
  const server = useServer({ engine, env: { TESSERA_BASE_URL: 'http://localhost:2990' } });
  let world: World;
  let nodes: string[];
  const others: App[] = [];
  let linkId: string;

  const startNode = async (): Promise<string> => {
    const { site } = server.current.app;
    const app = await createApp(site.config, { clock: server.current.clock, log: site.log });
    others.push(app);
    await app.server.listen({ host: '127.0.0.1', port: 0 });
    return `http://127.0.0.1:${(app.server.server.address() as AddressInfo).port}`;
  };
  const signed = () =>
    header(
      signedParameters(server.current, 'GET', 'http://localhost:2990/rest/api/2/myself', {
        oauth: { oauth_token: '' },
      }),
    );
  const send = (node: string, headers: Record<string, string>) =>
    ask('GET', `${node}/rest/api/2/myself`, { headers });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    linkId = (await addLink(server.current, { twoLeggedAccount: world.fred.user.accountId })).id;
    nodes = [server.current.url, await startNode()];
  });
  afterAll(() => Promise.all(others.map((app) => app.close())));

  test('of twenty at once, one is accepted, ten times over', async () => {
    for (let round = 0; round < 10; round++) {
      const headers = signed();
      const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => send(nodes[n % 2]!, headers)));
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const reply of replies.filter(({ status }) => status !== 200)) {
        expect(problemOf(reply)).toEqual([401, 'nonce_used']);
      }
    }
  });

  test('none after a restart, and not when the clock was set back meanwhile', async () => {
    const headers = signed();
    expect((await send(nodes[0]!, headers)).status).toBe(200);
    expect(problemOf(await send(await startNode(), headers))).toEqual([401, 'nonce_used']);
    server.current.clock.advance(-200_000);
    expect(problemOf(await send(await startNode(), headers))).toEqual([401, 'nonce_used']);
    server.current.clock.advance(200_000);
  });

  test('of a request that is dated ahead, none as long as it would be good', async () => {
    const at = Math.floor(server.current.clock.now() / 1000) + 299;
    const headers = header(
      signedParameters(server.current, 'GET', 'http://localhost:2990/rest/api/2/myself', {
        oauth: { oauth_token: '', oauth_timestamp: String(at) },
      }),
    );
    expect((await send(nodes[0]!, headers)).status).toBe(200);
    for (const seconds of [1, 298, 298]) {
      server.current.clock.advance(seconds * 1000);
      // Something else is signed, so that what is old is forgotten.
      expect((await send(nodes[1]!, signed())).status).toBe(200);
      expect(problemOf(await send(nodes[1]!, headers))).toEqual([401, 'nonce_used']);
    }
    server.current.clock.advance(10_000);
    expect(problemOf(await send(nodes[1]!, headers))).toEqual([401, 'timestamp_refused']);
  });

  test('what is old is forgotten, and an application has room for so many', async () => {
    const { site } = server.current.app;
    const count = async () => (await site.db.selectFrom('oauth1_nonces').select('use_hash').execute()).length;
    expect(await count()).toBeGreaterThan(0);
    server.current.clock.advance(1_000_000);
    expect((await send(nodes[0]!, signed())).status).toBe(200);
    expect(await count()).toBe(1);
    const nonces = keepNonces(site, { mostOfLink: 100, countEvery: 10 });
    const timestamp = Math.floor(server.current.clock.now() / 1000);
    const use = (n: number) => nonces.use(Number(linkId), { token: '', timestamp, nonce: `n${n}` });
    let accepted = 0;
    await expect(
      (async () => {
        for (let n = 0; n < 1000; n++) if (await use(n)) accepted++;
      })(),
    ).rejects.toThrow(/Wait a minute/);
    expect(accepted).toBeGreaterThanOrEqual(99);
    expect(accepted).toBeLessThanOrEqual(110);
    server.current.clock.advance(601_000);
    expect(await use(2000)).toBe(true);
  });
});
