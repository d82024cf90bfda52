import http from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';
import { addAccount, createWorld, type World } from '../support/world.ts';

/** Counts the real thing: nothing here may answer without a hash where one is due, or with one where none is. */
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

const seraph = (reply: { headers: Headers }) => reply.headers.get('x-seraph-loginreason');
const dayMs = 24 * 3_600_000;

/** A request from another loopback address: another source. */
function askFrom(
  localAddress: string,
  url: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; headers: Headers }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { localAddress, headers, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString(),
            headers: new Headers(response.headers as Record<string, string>),
          }),
        );
      })
      .on('error', reject);
  });
}

describe.each(engines)('the lock on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = (headers: Record<string, string>) => ask('GET', rest('api/2/myself'), { headers });
  const statuses = async (count: number, headers: Record<string, string>) => {
    const found: number[] = [];
    for (let n = 0; n < count; n++) found.push((await myself(headers)).status);
    return found;
  };
  const settings = (changes: Record<string, unknown>) =>
    ask('PUT', rest('tessera/1/settings'), { headers: world.admin.auth, body: changes });
  const failuresOf = async (name: string) => {
    const reply = await ask('GET', rest(`tessera/1/locks?username=${encodeURIComponent(name)}`), {
      headers: world.admin.auth,
    });
    return reply.body.counts.reduce((sum: number, one: { failures: number }) => sum + one.failures, 0);
  };
  const expectDenied = (reply: { status: number; headers: Headers }) => {
    expect(reply.status).toBe(403);
    expect(seraph(reply)).toBe('AUTHENTICATION_DENIED');
    expect(reply.headers.get('x-authentication-denied-reason')).toBe(
      `CAPTCHA_CHALLENGE; login-url=${server.current.url}/login.jsp`,
    );
  };

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });
  beforeEach(() => {
    argon2.runs = 0;
  });
  afterEach(async () => {
    await settings({
      loginAttempts: 3,
      accountLockFailures: 10,
      accountLockNetworks: 3,
      lockSparesTokens: false,
      strictLock: false,
    });
    await forgetFailures(server.current);
  });

  test('27, 28, P1: after three wrong passwords the fourth is refused unchecked, with both headers', async () => {
    const wrong = basic('fred', 'wrong');
    expect(await statuses(3, wrong)).toEqual([401, 401, 401]);
    expect(argon2.runs).toBe(3);
    const fourth = await myself(wrong);
    expectDenied(fourth);
    expect(fourth.body.errorMessages).toHaveLength(1);
    expect(argon2.runs).toBe(3);
  });

  test('29: the right password is refused alike while locked, and not looked at', async () => {
    await statuses(3, basic('fred', 'wrong'));
    argon2.runs = 0;
    expectDenied(await myself(basic('fred', 'fred')));
    expect(argon2.runs).toBe(0);
  });

  test('30: tokens from there too; not sessions, not others, not other sources', async () => {
    const signedIn = await ask('POST', rest('auth/1/session'), {
      body: { username: 'fred', password: 'fred' },
    });
    const Cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    await statuses(4, basic('fred', 'wrong'));
    expectDenied(await myself(world.fred.auth));
    expect((await myself({ Cookie })).status).toBe(200);
    expect((await myself(basic('wilma', 'wilma'))).status).toBe(200);
    for (const headers of [world.fred.auth, bearer(world.fred.token), basic('fred', 'fred')]) {
      expect((await askFrom('127.0.0.2', rest('api/2/myself'), headers)).status).toBe(200);
    }
    // What goes well elsewhere opens nothing here.
    expectDenied(await myself(world.fred.auth));
  });

  test('31, L5, N1: a name that nobody has walks the same way', async () => {
    const walk = async (name: string) => {
      const replies: Reply[] = [];
      for (let n = 0; n < 5; n++) replies.push(await myself(basic(name, 'wrong')));
      return replies.map(({ status, text, headers }) => [
        status,
        text,
        [...headers].filter(([key]) => !['date', 'x-arequestid'].includes(key)),
      ]);
    };
    await addAccount(server.current, 'disabled');
    await ask('PUT', rest('api/2/user?username=disabled'), {
      headers: world.admin.auth,
      body: { active: false },
    });
    const known = await walk('fred');
    expect(await walk('nobody')).toEqual(known);
    expect(await walk('disabled')).toEqual(known);
    expect(known.map(([status]) => status)).toEqual([401, 401, 401, 403, 403]);
  });

  test('34: an administrator clears the counts', async () => {
    await statuses(4, basic('fred', 'wrong'));
    const listed = await ask('GET', rest('tessera/1/locks'), { headers: world.admin.auth });
    expect(listed.body.locks).toEqual([
      expect.objectContaining({ username: 'fred', kind: 'pair', address: '127.0.0.1', failures: 3 }),
    ]);
    const cleared = await ask('DELETE', rest('tessera/1/locks?username=fred'), {
      headers: world.admin.auth,
    });
    expect(cleared.status).toBe(204);
    expect(await failuresOf('fred')).toBe(0);
    expect((await myself(basic('fred', 'fred'))).status).toBe(200);
  });

  test('34: only an administrator sees and clears locks', async () => {
    for (const method of ['GET', 'DELETE']) {
      const path = rest('tessera/1/locks?username=fred');
      expect((await ask(method, path, { headers: world.fred.auth })).status).toBe(403);
      expect((await ask(method, path)).status).toBe(401);
    }
  });

  test('35, P1: with a blank threshold ten failures close nothing, and a hundred do', async () => {
    await settings({ loginAttempts: null });
    const wrong = basic('wilma', 'wrong');
    expect(new Set(await statuses(100, wrong))).toEqual(new Set([401]));
    argon2.runs = 0;
    expectDenied(await myself(wrong));
    expectDenied(await myself(basic('wilma', 'wilma')));
    expect(argon2.runs).toBe(0);
  });

  test('36, P8: a success ends the failures in a row; the total goes on', async () => {
    const wrong = basic('fred', 'wrong');
    for (const right of [basic('fred', 'fred'), world.fred.auth]) {
      await forgetFailures(server.current);
      expect(await statuses(2, wrong)).toEqual([401, 401]);
      expect((await myself(right)).status).toBe(200);
      expect(await statuses(2, wrong)).toEqual([401, 401]);
      expect((await myself(right)).status).toBe(200);
    }
    const info = await ask('POST', rest('auth/1/session'), { body: { username: 'fred', password: 'fred' } });
    expect(info.body.loginInfo.failedLoginCount).toBeGreaterThanOrEqual(8);
  });

  test('37: HEAD is refused with the same headers and no body', async () => {
    await statuses(3, basic('fred', 'wrong'));
    const reply = await ask('HEAD', rest('api/2/myself'), { headers: basic('fred', 'wrong') });
    expectDenied(reply);
    expect(reply.text).toBe('');
  });

  test('38, L4, T7: wrong tokens lock the pair, without a hash and without touching the account', async () => {
    const wrong = world.fred.token.replace(/.{10}$/, 'AAAAAAAAAA');
    expect(await statuses(4, basic('fred@example.com', wrong))).toEqual([401, 401, 401, 403]);
    expectDenied(await myself(basic('fred@example.com', world.fred.token)));
    expect(argon2.runs).toBe(0);
    const wide = await server.current.app.site.db
      .selectFrom('sign_in_failures')
      .select('failures')
      .where('source', '=', '')
      .where('failures', '>', 0)
      .execute();
    expect(wide).toEqual([]);
  });

  test('40: cookie sign-in is denied with its own words', async () => {
    const signIn = (password: string) =>
      ask('POST', rest('auth/1/session'), { body: { username: 'fred', password } });
    for (let n = 0; n < 3; n++) {
      const reply = await signIn('wrong');
      expect(reply.status).toBe(401);
      expect(reply.body).toEqual({ errorMessages: ['Login failed'], errors: {} });
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
    const denied = await signIn('fred');
    expectDenied(denied);
    expect(denied.body).toEqual({ errorMessages: ['Login denied'], errors: {} });
    expect(denied.headers.getSetCookie()).toEqual([]);
  });

  test('P2: of 200 parallel wrong guesses exactly three are looked at', async () => {
    const replies = await Promise.all(
      Array.from({ length: 200 }, (_, n) => myself(basic('fred', `guess ${n}`))),
    );
    const count = (status: number) => replies.filter((reply) => reply.status === status).length;
    expect([count(401), count(403)]).toEqual([3, 197]);
    expect(argon2.runs).toBe(3);
  });

  test('P2: 200 parallel wrong tokens as well', async () => {
    const replies = await Promise.all(
      Array.from({ length: 200 }, () => myself(basic('fred', world.wilma.token))),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(3);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(197);
  });

  test('P2: with the threshold off, 50 parallel wrong guesses count 50', async () => {
    await settings({ loginAttempts: null });
    const replies: Reply[] = [];
    // As many at once as the queue of hashes takes.
    for (let n = 0; n < 50; n += 25) {
      replies.push(
        ...(await Promise.all(Array.from({ length: 25 }, (_, i) => myself(basic('fred', `off ${n + i}`))))),
      );
    }
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(50);
    const rows = await server.current.app.site.db
      .selectFrom('sign_in_failures')
      .select(['source', 'failures', 'reserved'])
      .orderBy('source')
      .execute();
    expect(rows).toEqual([
      { source: '', failures: 50, reserved: 0 },
      { source: '127.0.0.1', failures: 50, reserved: 0 },
    ]);
  });

  test('P3: of 50 parallel right sign-ins none is refused, and nothing is counted', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => myself(basic('wilma', 'wilma'))));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(50);
    expect(await server.current.app.site.db.selectFrom('sign_in_failures').selectAll().execute()).toEqual([]);
  });

  test('P3: right and wrong at once: the right ones are answered until the lock closes', async () => {
    const replies = await Promise.all([
      ...Array.from({ length: 20 }, () => myself(basic('wilma', 'wilma'))),
      ...Array.from({ length: 2 }, (_, n) => myself(basic('wilma', `guess ${n}`))),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([...Array(20).fill(200), 401, 401]);
  });

  test('P6: every spelling of an account shares one count', async () => {
    await addAccount(server.current, 'ｋｅｌｌｙ'.normalize('NFKC'), { email: 'Kelly@Example.com' });
    const spellings = [
      'kelly',
      'KELLY',
      'kelly@example.com',
      'KELLY@EXAMPLE.COM',
      'ｋｅｌｌｙ',
      '\u212Aelly',
      ' kelly',
      'kelly ',
      'Kelly@example.COM ',
      '\u00A0kelly',
    ];
    const found: number[] = [];
    for (const name of spellings) found.push((await myself(basic(name, `wrong for ${name}`))).status);
    expect(found).toEqual([401, 401, 401, ...Array(7).fill(403)]);
    expect(argon2.runs).toBe(3);
  });

  test('a day without a failure, and the lock is gone', async () => {
    await statuses(3, basic('fred', 'wrong'));
    server.current.clock.advance(dayMs - 1000);
    expectDenied(await myself(basic('fred', 'fred')));
    server.current.clock.advance(1000);
    expect((await myself(basic('fred', 'fred'))).status).toBe(200);
  });

  test('the password lock: ten different guesses from three networks close passwords everywhere, and nothing else', async () => {
    const guess = (n: number, from: string) =>
      askFrom(from, rest('api/2/myself'), basic('wilma', `tenfold ${n}`));
    // Two networks, however many guesses: only their own sources close.
    for (let n = 0; n < 11; n++) expect((await guess(n, `127.${n % 2}.1.${10 + n}`)).status).toBe(401);
    expect((await askFrom('127.9.0.1', rest('api/2/myself'), basic('wilma', 'wilma'))).status).toBe(200);
    for (let n = 20; n < 29; n++) expect((await guess(n, `127.${n % 2}.1.${10 + n}`)).status).toBe(401);
    expect((await guess(29, '127.2.1.1')).status).toBe(401);
    expectDenied(await askFrom('127.9.0.1', rest('api/2/myself'), basic('wilma', 'wilma')));
    for (const headers of [world.wilma.auth, bearer(world.wilma.token)]) {
      expect((await askFrom('127.9.0.1', rest('api/2/myself'), headers)).status).toBe(200);
    }
    const listed = await ask('GET', rest('tessera/1/locks'), { headers: world.admin.auth });
    expect(listed.body.locks).toEqual([
      expect.objectContaining({ username: 'wilma', kind: 'account', address: null, failures: 10 }),
    ]);
    server.current.clock.advance(dayMs);
    expect((await askFrom('127.9.0.1', rest('api/2/myself'), basic('wilma', 'wilma'))).status).toBe(200);
  });

  test('P2: parallel guesses from many networks buy no more than the password lock allows', async () => {
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        askFrom(`127.${n}.1.1`, rest('api/2/myself'), basic('wilma', `spread ${n}`)),
      ),
    );
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(replies.filter(({ status }) => status === 403)).toHaveLength(50);
    expect(argon2.runs).toBe(10);
  });

  test('L1: whatever is guessed from elsewhere, the bot with its token is answered', async () => {
    const guesses = Promise.all(
      Array.from({ length: 300 }, (_, n) =>
        askFrom(`127.${n % 100}.2.1`, rest('api/2/myself'), basic('fred', `flood ${n}`)),
      ),
    );
    const bot = await Promise.all(
      Array.from({ length: 100 }, () => askFrom('127.200.0.1', rest('api/2/myself'), world.fred.auth)),
    );
    expect(bot.filter(({ status }) => status === 200)).toHaveLength(100);
    await guesses;
    expect((await askFrom('127.200.0.1', rest('api/2/myself'), world.fred.auth)).status).toBe(200);
    expectDenied(await askFrom('127.200.0.1', rest('api/2/myself'), basic('fred', 'fred')));
  });

  test('a setting spares tokens', async () => {
    await settings({ lockSparesTokens: true });
    await statuses(3, basic('fred', 'wrong'));
    expectDenied(await myself(basic('fred', 'fred')));
    expect((await myself(world.fred.auth)).status).toBe(200);
  });

  test('the strict switch counts per account, wherever attempts come from', async () => {
    await settings({ strictLock: true });
    for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      expect((await askFrom(address, rest('api/2/myself'), basic('fred', 'wrong'))).status).toBe(401);
    }
    expectDenied(await askFrom('127.0.0.4', rest('api/2/myself'), world.fred.auth));
    // Switched off again, other sources are open at once.
    await settings({ strictLock: false });
    expect((await askFrom('127.0.0.4', rest('api/2/myself'), world.fred.auth)).status).toBe(200);
  });

  test('the same wrong password again and again locks its own source alone', async () => {
    await settings({ accountLockFailures: 2, accountLockNetworks: 1 });
    for (const address of ['127.0.0.1', '127.0.0.2', '127.0.0.3']) {
      for (let n = 0; n < 3; n++) {
        await askFrom(address, rest('api/2/myself'), basic('wilma', 'last year’s password'));
      }
    }
    expectDenied(await myself(basic('wilma', 'wilma')));
    expect((await askFrom('127.0.0.4', rest('api/2/myself'), basic('wilma', 'wilma'))).status).toBe(200);
  });

  test('H3: a password that was right a moment ago is not hashed again, until the account changes', async () => {
    const holly = await addAccount(server.current, 'holly');
    expect(await statuses(5, basic('holly', 'holly'))).toEqual(Array(5).fill(200));
    expect(argon2.runs).toBe(1);
    server.current.clock.advance(60_000);
    await myself(basic('holly', 'holly'));
    expect(argon2.runs).toBe(2);
    await ask('PUT', rest('api/2/user?username=holly'), {
      headers: world.admin.auth,
      body: { displayName: 'Holly H.' },
    });
    server.current.clock.advance(1);
    await myself(basic('holly', 'holly'));
    expect((await myself(basic('holly', 'wrong'))).status).toBe(401);
    await ask('PUT', rest('api/2/user?username=holly'), {
      headers: world.admin.auth,
      body: { active: false },
    });
    expect((await myself(basic('holly', 'holly'))).status).toBe(401);
    expect(holly.name).toBe('holly');
  });
});
