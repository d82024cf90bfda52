import { connect } from 'node:net';
import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { showCaptcha } from '../../src/auth/captcha/captcha.ts';
import { ceiling } from '../../src/auth/locks/lock-rules.ts';
import { ask, basic, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

/** Counts the real thing, and how many run at once. */
const argon2 = vi.hoisted(() => ({ runs: 0, now: 0, most: 0 }));
vi.mock('../../src/auth/passwords/argon2id.ts', async (original) => {
  const real = await original<typeof import('../../src/auth/passwords/argon2id.ts')>();
  return {
    ...real,
    argon2idMatches: async (...args: Parameters<typeof real.argon2idMatches>) => {
      argon2.runs++;
      argon2.most = Math.max(argon2.most, ++argon2.now);
      try {
        return await real.argon2idMatches(...args);
      } finally {
        argon2.now--;
      }
    },
  };
});

describe.each(engines)('floods on %s', (engine) => {
  // Real hashes: what they cost is the point.
  const server = useServer({
    engine,
    limits: true,
    env: {
      TESSERA_TRUSTED_PROXIES: '127.0.0.1',
      TESSERA_PASSWORD_MEMORY_KIB: '19456',
      TESSERA_PASSWORD_PASSES: '2',
    },
  });
  let world: World;
  const myself = (headers: Record<string, string>) =>
    ask('GET', `${server.current.url}/rest/api/2/myself`, { headers });
  const network = (n: number) => ({ 'X-Forwarded-For': `198.${18 + (n >> 8)}.${n & 255}.1` });

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('H2: of two hundred passwords at once few are hashed at once, the rest waits or is told to come again; tokens go on', async () => {
    argon2.runs = 0;
    const flood = Array.from({ length: 200 }, (_, n) =>
      myself({ ...basic(`nobody${n}`, `wrong ${n}`), ...network(n) }),
    );
    const tokens: Reply[] = [];
    for (let n = 0; n < 30; n++) tokens.push(await myself(world.fred.auth));
    const replies = await Promise.all(flood);
    const looked = replies.filter(({ status }) => status === 401);
    const busy = replies.filter(({ status }) => status === 503);
    expect(looked.length + busy.length).toBe(200);
    expect(busy.length).toBeGreaterThan(0);
    expect(looked.length).toBe(argon2.runs);
    expect(argon2.most).toBeLessThanOrEqual(Math.max(1, Math.min(3, availableParallelism() - 1)));
    for (const reply of busy) expect(reply.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(tokens.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  test('L3: a machine that reads every picture is bounded by its network, and by the ceiling of a hundred over many', async () => {
    const { site } = server.current.app;
    const signIn = async (n: number) => {
      const visit = { secure: false, contextPath: '', cookieHeader: undefined, address: '198.51.100.1' };
      const { answer, cookie } = await showCaptcha(site, 'picture', visit);
      return ask('POST', `${server.current.url}/rest/tessera/1/session`, {
        headers: { ...network(n), Cookie: cookie.split(';')[0]! },
        body: { username: 'wilma', password: `guess number ${made++}`, captcha: answer },
      });
    };
    let made = 0;
    const statuses: number[] = [];
    for (let n = 0; n < 30; n++) statuses.push((await signIn(1000)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.slice(20)).toEqual(Array(10).fill(429));
    argon2.runs = 0;
    const spread: number[] = [];
    for (let n = 0; n < 2 * ceiling; n++) spread.push((await signIn(2000 + n)).status);
    expect(argon2.runs).toBe(ceiling - 20);
    expect(spread.slice(ceiling - 20)).toEqual(Array(ceiling + 20).fill(403));
    // Its owner's programs notice nothing.
    expect((await myself(world.wilma.auth)).status).toBe(200);
  }, 120_000);
});

describe('H9, B8: headers of any size and shape', () => {
  const server = useServer({ engine: engines[0]! });
  let world: World;
  /** Raw bytes in, the status line's number out; undefined: the connection was closed without one. */
  const send = (bytes: Buffer | string): Promise<number | undefined> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(server.current.url);
      const socket = connect(Number(port), hostname);
      let text = '';
      const done = () => {
        socket.destroy();
        const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
        resolve(status === undefined ? undefined : Number(status));
      };
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (text.includes('\r\n\r\n')) done();
      });
      socket.on('error', done).on('close', done);
      socket.write(bytes);
    });
  const request = (lines: string) =>
    Buffer.from(
      `GET /rest/api/2/myself HTTP/1.1\r\nHost: ${new URL(server.current.url).host}\r\n${lines}\r\n`,
      'latin1',
    );
  const allowed = [200, 400, 401, 431, undefined];

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('from one byte to a mebibyte', async () => {
    for (let n = 0; n <= 20; n++) {
      const size = 2 ** n;
      for (const name of ['Authorization: Basic ', 'Authorization: Bearer ', 'Cookie: ', 'X-Other: ']) {
        const status = await send(request(`${name}${'a'.repeat(size)}\r\n`));
        expect(allowed).toContain(status);
        if (size > 16_384) expect([431, undefined]).toContain(status);
      }
    }
    expect(
      (await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: world.fred.auth })).status,
    ).toBe(200);
  });

  test('ten thousand lines, bytes that are no UTF-8, control characters', async () => {
    expect([431, undefined]).toContain(await send(request('X-A: b\r\n'.repeat(10_000))));
    for (const odd of ['\xff\xfe\x80', '\x00', '\x01\x02', '\x7f', '\xc3\x28']) {
      for (const name of [
        'Authorization: Basic ',
        'Authorization: Bearer ',
        'Cookie: JSESSIONID=',
        'X-Odd: ',
      ]) {
        expect(allowed).toContain(await send(request(`${name}${odd}\r\n`)));
      }
    }
    expect(
      (await ask('GET', `${server.current.url}/rest/api/2/myself`, { headers: world.fred.auth })).status,
    ).toBe(200);
  });

  test('slow headers are cut at twenty seconds, slow bodies at sixty', () => {
    const http = server.current.app.server.server;
    expect([http.headersTimeout, http.requestTimeout]).toEqual([20_000, 60_000]);
  });
});
