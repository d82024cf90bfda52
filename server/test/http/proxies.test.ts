import { beforeAll, describe, expect, test } from 'vitest';
import { recordsOf } from '../audit/trail.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const [engine] = engines;

/** The address that a request counts for, as the audit log has it. */
describe('H4: whose X-Forwarded-For counts', () => {
  const trusting = useServer({
    engine: engine!,
    env: { TESSERA_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8, 2001:db8:ffff::/48' },
  });
  const plain = useServer({ engine: engine! });
  let n = 0;
  const sourceOf = async (server: typeof plain, header: Record<string, string>) => {
    const reply = await ask('GET', `${server.current.url}/rest/api/2/myself`, {
      headers: { ...basic(`nobody${++n}`, 'wrong'), ...header },
    });
    expect(reply.status).toBe(401);
    return (await recordsOf(server.current, reply))[0]!.address;
  };

  test.each([
    ['one hop', '203.0.113.9', '203.0.113.9'],
    ['what the client wrote stands left', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
    ['many forged ones', '127.0.0.1, 10.0.0.1, 8.8.8.8, 203.0.113.9', '203.0.113.9'],
    ['a forged trusted one on the left', '10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['two trusted hops', '203.0.113.9, 10.2.2.2', '203.0.113.9'],
    ['three trusted hops', '203.0.113.9, 10.3.3.3, 10.2.2.2', '203.0.113.9'],
    ['only trusted hops', '10.3.3.3, 10.2.2.2', '10.3.3.3'],
    ['no spaces', '1.2.3.4,203.0.113.9', '203.0.113.9'],
    ['many spaces', '1.2.3.4  ,   203.0.113.9  ', '203.0.113.9'],
    ['IPv6', '2001:db8::7', '2001:db8::7'],
    ['IPv6 behind a trusted IPv6 hop', '2001:db8::7, 2001:db8:ffff::1', '2001:db8::7'],
    ['IPv4 mapped into IPv6', '::ffff:203.0.113.9', '203.0.113.9'],
    ['junk', 'junk', '127.0.0.1'],
    ['junk on the right', '203.0.113.9, junk', '127.0.0.1'],
    ['junk on the left', 'junk, 203.0.113.9', '203.0.113.9'],
    ['an empty entry on the right', '203.0.113.9, ', '127.0.0.1'],
    ['a host name', 'evil.example', '127.0.0.1'],
    ['a port', '203.0.113.9:1234', '127.0.0.1'],
    ['an address in brackets', '[2001:db8::7]', '127.0.0.1'],
    ['unknown', 'unknown', '127.0.0.1'],
    ['very long', `${'1.2.3.4, '.repeat(400)}203.0.113.9`, '203.0.113.9'],
  ])('%s', async (_what, header, address) => {
    expect(await sourceOf(trusting, { 'X-Forwarded-For': header })).toBe(address);
  });

  test('no other header names a client, and by default none does', async () => {
    for (const header of ['X-Real-IP', 'Forwarded', 'X-Client-IP', 'True-Client-IP', 'CF-Connecting-IP']) {
      expect(await sourceOf(trusting, { [header]: '203.0.113.9' })).toBe('127.0.0.1');
    }
    expect(await sourceOf(plain, { 'X-Forwarded-For': '203.0.113.9' })).toBe('127.0.0.1');
  });
});

describe.each(engines)('the health page on %s', (name) => {
  const server = useServer({ engine: name });
  let world: World;
  const check = async (id: string) => {
    const reply = await ask('GET', `${server.current.url}/rest/tessera/1/health`, {
      headers: world.admin.auth,
    });
    return reply.body.checks.find((one: { id: string }) => one.id === id);
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('H4: a proxy that nobody named is reported, with the variable that mends it, and once in the log', async () => {
    expect((await check('proxies')).state).toBe('ok');
    for (let i = 0; i < 3; i++) {
      await ask('GET', `${server.current.url}/status`, { headers: { 'X-Forwarded-For': '203.0.113.9' } });
    }
    await expect.poll(() => check('proxies')).toMatchObject({ state: 'warning' });
    expect((await check('proxies')).text).toContain('TESSERA_TRUSTED_PROXIES=127.0.0.1');
    expect(server.current.logged().match(/X-Forwarded-For came from a peer/g)).toHaveLength(1);
    // Mended, or gone for a day: no more of it.
    server.current.clock.advance(24 * 3_600_000);
    expect((await check('proxies')).state).toBe('ok');
  });

  test('what is set up unsafely is told', async () => {
    const set = (body: object) =>
      ask('PUT', `${server.current.url}/rest/tessera/1/settings`, { headers: world.admin.auth, body });
    expect((await check('lock')).state).toBe('ok');
    await set({ loginAttempts: null, sessionIdleMinutes: 300 });
    expect([(await check('lock')).state, (await check('sessions')).state]).toEqual(['warning', 'warning']);
    await set({ loginAttempts: 3, sessionIdleMinutes: 60, signInFailuresPerNetwork: 20 });
    expect([(await check('lock')).state, (await check('failures')).state]).toEqual(['ok', 'ok']);
  });
});
