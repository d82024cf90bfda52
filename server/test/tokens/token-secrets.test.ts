import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, createApp } from '../../src/app.ts';
import { isIntactSecret, makeSecret } from '../../src/lib/secret-format.ts';
import { createdToken } from '../support/api.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const src = fileURLToPath(new URL('../../src', import.meta.url));
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => [path, readFileSync(join(src, path), 'utf8')] as const);

test('T1: one double-click word; whatever one character is changed, it is refused by its checksum', () => {
  const secret = makeSecret('tsr');
  expect(secret).toMatch(/^tsr_[0-9A-Za-z]{49}$/);
  for (let at = 4; at < secret.length; at++) {
    for (const sign of alphabet) {
      if (sign === secret[at]) continue;
      expect(isIntactSecret('tsr', secret.slice(0, at) + sign + secret.slice(at + 1))).toBe(false);
    }
  }
});

test('T2: secrets come from the system, and no two are alike', () => {
  const guessable = sources.filter(([, text]) => /Math\.random\(\)/.test(text)).map(([path]) => path);
  // Waiting a little longer before something is tried again, and nothing else.
  expect(guessable.sort()).toEqual(['db/sqlite/thread-queue.ts', 'db/transaction.ts']);
  expect(new Set(Array.from({ length: 10_000 }, () => makeSecret('tsr'))).size).toBe(10_000);
});

test('T5: no secret is compared sign by sign: it is looked up by its hash, or in constant time', () => {
  const compared =
    /\b(secret|password|tokenHash|token_hash|codeHash|rawToken|hash)\b\s*(===|!==)\s*(?!null|undefined|''|0)[\w.]/;
  // Both come from one person; names of algorithms.
  const harmless = ['wanted.password === wanted.currentPassword', 'hash !== maskHash'];
  const found = sources.flatMap(([path, text]) =>
    text
      .split('\n')
      .filter((line) => compared.test(line) && !harmless.some((one) => line.includes(one)))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

describe.each(engines)('secrets of API tokens on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  let other: App;
  let elsewhere: string;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
    const { site } = server.current.app;
    other = await createApp(site.config, { clock: server.current.clock, log: site.log });
    await other.server.listen({ host: '127.0.0.1', port: 0 });
    elsewhere = `http://127.0.0.1:${(other.server.server.address() as AddressInfo).port}`;
  });
  afterAll(() => other.close());

  test('T8: a right token under another account is refused like a wrong one, byte for byte', async () => {
    const seen = ({ status, text, headers }: Reply) => [
      status,
      text,
      [...headers].filter(([name]) => !['date', 'x-arequestid'].includes(name)),
    ];
    const as = async (secret: string) => {
      await forgetFailures(server.current);
      const headers = basic('wilma@example.com', secret);
      return seen(await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers }));
    };
    expect(await as(world.fred.token)).toEqual(await as(makeSecret('tsr')));
    await forgetFailures(server.current);
  });

  test('T9: 200 tokens, revoked on one node, are refused by the very next request on another', async () => {
    const fred = basic('fred', 'fred');
    let late = 0;
    for (let round = 0; round < 200; round++) {
      const { id, rawToken } = await createdToken(server.current, fred, { name: `round ${round}` });
      const use = () => ask('GET', `${elsewhere}/rest/api/2/myself`, { headers: bearer(rawToken) });
      expect((await use()).status).toBe(200);
      await ask('DELETE', `${server.current.url}/rest/pat/latest/tokens/${id}`, { headers: fred });
      if ((await use()).status !== 401) late++;
      if (round % 20 === 0) await forgetFailures(server.current);
    }
    expect(late).toBe(0);
  });
});
