import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { recordsOf, webSession } from '../audit/trail.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { changeSetting, useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

/** Counts the real thing. */
const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock('../../src/auth/passwords/argon2id.ts', async (original) => {
  const real = await original<typeof import('../../src/auth/passwords/argon2id.ts')>();
  return {
    ...real,
    argon2idMatches: (...args: Parameters<typeof real.argon2idMatches>) => {
      argon2.runs++;
      return real.argon2idMatches(...args);
    },
  };
});

const minuteMs = 60_000;
let made = 0;
/** A name that no account has; another one each time, so that no lock of a name is met. */
const someName = () => `nobody-${++made}`;

describe.each(engines)('limits on sign-in on %s', (engine) => {
  const server = useServer({ engine, limits: true, env: { TESSERA_TRUSTED_PROXIES: '127.0.0.1' } });
  let world: World;
  const from = (address: string) => ({ 'X-Forwarded-For': address });
  const myself = (headers: Record<string, string>) =>
    ask('GET', `${server.current.url}/rest/api/2/myself`, { headers });
  const guess = (address: string, name = someName()) => myself({ ...basic(name, 'wrong'), ...from(address) });
  const session = (address: string, username: string, password: string) =>
    ask('POST', `${server.current.url}/rest/tessera/1/session`, {
      headers: from(address),
      body: { username, password },
    });
  const statuses = (replies: readonly Reply[]) => {
    const counts: Record<number, number> = {};
    for (const { status } of replies) counts[status] = (counts[status] ?? 0) + 1;
    return counts;
  };
  const inTurn = async <T>(count: number, one: (n: number) => Promise<T>): Promise<T[]> => {
    const results: T[] = [];
    for (let n = 0; n < count; n++) results.push(await one(n));
    return results;
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  afterEach(async () => {
    await forgetFailures(server.current);
    await server.current.app.site.db.deleteFrom('sign_in_failure_hours').execute();
    argon2.runs = 0;
  });

  test('75, H1: one guess on each of many names: twenty are looked at, the rest is 429 before any hash', async () => {
    argon2.runs = 0;
    const replies = await inTurn(30, () => guess('192.0.2.7'));
    expect(statuses(replies)).toEqual({ 401: 20, 429: 10 });
    expect(argon2.runs).toBe(20);
    const refused = replies.at(-1)!;
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect(refused.headers.get('x-ratelimit-limit')).toBe('20');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(refused.headers.get('x-ratelimit-fillrate')).toBe('1');
    expect(refused.headers.get('x-ratelimit-interval-seconds')).toBe('30');
    expect(Date.parse(refused.headers.get('x-ratelimit-reset')!)).toBeGreaterThan(server.current.clock.now());
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(refused.body.errorMessages).toHaveLength(1);
    // The same for a name that exists and for one that does not.
    const known = await guess('192.0.2.7', 'fred');
    expect([known.status, known.text]).toEqual([429, refused.text]);
    // One more after the wait that was promised.
    server.current.clock.advance(Number(refused.headers.get('retry-after')) * 1000);
    expect(statuses(await inTurn(2, () => guess('192.0.2.7')))).toEqual({ 401: 1, 429: 1 });
  });

  test('H1, P2: as many at once buy no more', async () => {
    argon2.runs = 0;
    const replies = await Promise.all(Array.from({ length: 100 }, () => guess('192.0.2.8')));
    const counts = statuses(replies);
    expect(counts[401]).toBeLessThanOrEqual(20);
    expect(argon2.runs).toBeLessThanOrEqual(20);
    expect(counts[200]).toBeUndefined();
    expect(Object.keys(counts).every((status) => ['401', '429', '503'].includes(status))).toBe(true);
  });

  test('P3: right passwords at once are never refused for it', async () => {
    const headers = { ...basic('fred', 'fred'), ...from('192.0.2.9') };
    const replies = await Promise.all(Array.from({ length: 30 }, () => myself(headers)));
    expect(statuses(replies)).toEqual({ 200: 30 });
    expect(statuses(await inTurn(20, () => guess('192.0.2.9')))).toEqual({ 401: 20 });
  });

  test.each([
    ['an IPv4 /24', (n: number) => `198.51.100.${n + 1}`],
    ['an IPv6 /64', (n: number) => `2001:db8:1:1::${n + 1}`],
    ['an IPv6 /48', (n: number) => `2001:db8:2:${(n + 1).toString(16)}::1`],
  ])('H1: %s is one network', async (_what, address) => {
    const replies = await inTurn(25, (n) => guess(address(n)));
    expect(statuses(replies)).toEqual({ 401: 20, 429: 5 });
  });

  test('H1: another network is not held up, and successes give nothing back', async () => {
    await inTurn(19, () => guess('203.0.113.5'));
    expect((await myself({ ...basic('fred', 'fred'), ...from('203.0.113.5') })).status).toBe(200);
    expect(statuses(await inTurn(3, () => guess('203.0.113.5')))).toEqual({ 401: 1, 429: 2 });
    expect((await guess('203.0.114.5')).status).toBe(401);
  });

  test('tokens that are right, sessions and proven passwords go on from there; wrong tokens do not', async () => {
    const known = { ...basic('wilma', 'wilma'), ...from('203.0.113.9') };
    expect((await myself(known)).status).toBe(200);
    const cookies = await session('203.0.113.9', 'wilma', 'wilma');
    const Cookie = cookies.headers.getSetCookie()[0]!.split(';')[0]!;
    await inTurn(21, () => guess('203.0.113.9'));
    expect((await myself({ ...world.fred.auth, ...from('203.0.113.9') })).status).toBe(200);
    expect((await myself({ ...bearer(world.fred.token), ...from('203.0.113.9') })).status).toBe(200);
    expect((await myself({ Cookie, ...from('203.0.113.9') })).status).toBe(200);
    expect((await myself(known)).status).toBe(200);
    expect((await myself({ ...bearer('not-a-token-of-ours'), ...from('203.0.113.9') })).status).toBe(429);
    const wrongToken = basic('wilma', world.fred.token);
    expect((await myself({ ...wrongToken, ...from('203.0.113.9') })).status).toBe(429);
  });

  test('wrong Bearer secrets name no account: their network alone is limited', async () => {
    const replies = await inTurn(25, (n) =>
      myself({ ...bearer(`wrong-secret-${n}`), ...from('192.0.2.200') }),
    );
    expect(statuses(replies)).toEqual({ 401: 20, 429: 5 });
    const rows = await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute();
    expect(rows).toEqual([]);
  });

  test('the lock of a name comes first, and what it refuses draws nothing', async () => {
    const replies = await inTurn(60, () => guess('192.0.2.77', 'fred'));
    expect(statuses(replies)).toEqual({ 401: 3, 403: 57 });
    expect(statuses(await inTurn(18, () => guess('192.0.2.77')))).toEqual({ 401: 17, 429: 1 });
    expect((await guess('192.0.2.77', 'fred')).status).toBe(403);
  });

  test('it is on record once, and explained', async () => {
    const replies = await inTurn(22, () => guess('192.0.2.99'));
    const events = await Promise.all(replies.map((reply) => recordsOf(server.current, reply)));
    expect(events.flat().filter(({ event }) => event === 'sign-in.network-limited')).toHaveLength(1);
    expect(events.at(-1)).toEqual([]);
    const id = replies.at(-1)!.headers.get('x-arequestid')!;
    const why = await ask('GET', `${server.current.url}/rest/tessera/1/refusals/${id}`, {
      headers: world.admin.auth,
    });
    expect([why.status, why.body.step]).toEqual([200, 'too-many-failures']);
  });

  test('an administrator changes the limit, or switches it off', async () => {
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 2);
    expect(statuses(await inTurn(4, () => guess('192.0.2.33')))).toEqual({ 401: 2, 429: 2 });
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', null);
    expect(statuses(await inTurn(30, () => guess('192.0.2.34')))).toEqual({ 401: 30 });
    await changeSetting(server.current.app, 'signInFailuresPerNetwork', 20);
  });

  test('H1: far more failures than usual, from everywhere: strangers type the picture, others go on', async () => {
    await changeSetting(server.current.app, 'signInAlarmFailures', 40);
    // Failures are counted by the hour: none ends while this looks.
    const hourMs = 60 * minuteMs;
    server.current.clock.advance(hourMs - (server.current.clock.now() % hourMs));
    // Who was here before: a browser, and a script with a password.
    const browser = await webSession(server.current, 'fred', 'fred');
    const script = { ...basic('wilma', 'wilma'), ...from('198.18.0.1') };
    expect((await myself(script)).status).toBe(200);
    await ask('GET', `${server.current.url}/rest/tessera/1/password-use`, { headers: world.admin.auth });
    await inTurn(40, (n) => guess(`198.19.${n}.1`));
    // A minute later the proofs of passwords are over, and they are looked at again.
    server.current.clock.advance(2 * minuteMs);
    const stranger = await session('198.20.0.1', 'fred', 'fred');
    expect(stranger.status).toBe(403);
    expect(stranger.body.errors.captcha).toBeDefined();
    const moved = await myself({ ...basic('wilma', 'wilma'), ...from('198.21.0.1') });
    expect([moved.status, moved.headers.get('x-seraph-loginreason')]).toEqual([403, 'AUTHENTICATION_DENIED']);
    expect((await myself(script)).status).toBe(200);
    expect((await myself({ ...world.fred.auth, ...from('198.21.0.1') })).status).toBe(200);
    const again = await ask('POST', `${server.current.url}/rest/tessera/1/session`, {
      headers: { Cookie: browser.Cookie!, Origin: browser.Origin! },
      body: { username: 'fred', password: 'fred' },
    });
    expect(again.status).toBe(200);
    const raised = await server.current.app.site.db
      .selectFrom('audit_events')
      .select('id')
      .where('event', '=', 'sign-in.alarm')
      .execute();
    expect(raised).toHaveLength(1);
    server.current.clock.advance(3 * 60 * minuteMs);
    expect((await session('198.20.0.1', 'fred', 'fred')).status).toBe(200);
    await changeSetting(server.current.app, 'signInAlarmFailures', 200);
  });

  test('75: an account that asks too much is told how long to wait; the pages and others are not', async () => {
    const plain = await myself(world.fred.auth);
    expect(plain.headers.get('x-ratelimit-limit')).toBeNull();
    await changeSetting(server.current.app, 'requestsPerMinute', 10);
    const replies = await inTurn(12, () => myself(world.fred.auth));
    expect(statuses(replies)).toEqual({ 200: 10, 429: 2 });
    expect(replies[0]!.headers.get('x-ratelimit-remaining')).toBe('9');
    expect(replies[0]!.headers.get('retry-after')).toBeNull();
    const refused = replies.at(-1)!;
    expect(refused.headers.get('retry-after')).toBe('6');
    expect(refused.headers.get('x-ratelimit-interval-seconds')).toBe('6');
    expect((await myself(world.wilma.auth)).status).toBe(200);
    const page = await webSession(server.current, 'fred', 'fred');
    expect(statuses(await inTurn(15, () => myself(page)))).toEqual({ 200: 15 });
    server.current.clock.advance(6_000);
    expect((await myself(world.fred.auth)).status).toBe(200);
    await changeSetting(server.current.app, 'requestsPerMinute', null);
  });
});
