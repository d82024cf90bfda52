import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { mintTokenFor } from '../../src/auth/api-tokens/api-tokens.ts';
import { issueSetupCode } from '../../src/auth/setup/setup.ts';
import { ask, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { startServer, useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

const argon2 = vi.hoisted(() => ({ runs: 0 }));
vi.mock('../../src/auth/passwords/argon2id.ts', async (original) => {
  const real = await original<typeof import('../../src/auth/passwords/argon2id.ts')>();
  return {
    ...real,
    argon2idHash: (...args: Parameters<typeof real.argon2idHash>) => {
      argon2.runs++;
      return real.argon2idHash(...args);
    },
    argon2idMatches: (...args: Parameters<typeof real.argon2idMatches>) => {
      argon2.runs++;
      return real.argon2idMatches(...args);
    },
  };
});

const steps = vi.hoisted((): string[] => []);
vi.mock('../../src/auth/sign-in-store.ts', async (original) => {
  const real = await original<typeof import('../../src/auth/sign-in-store.ts')>();
  return {
    ...real,
    findAccountForSignIn: (...args: Parameters<typeof real.findAccountForSignIn>) => {
      steps.push('look-up');
      return real.findAccountForSignIn(...args);
    },
    noteFailedSignIn: (...args: Parameters<typeof real.noteFailedSignIn>) => {
      steps.push('failure');
      return real.noteFailedSignIn(...args);
    },
  };
});

const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]!.split(';')[0]!;

describe.each(engines)('attacks on the door on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const rest = (path: string) => `${server.current.url}/rest/${path}`;
  const myself = (headers: Record<string, string>) => ask('GET', rest('api/2/myself'), { headers });
  const signIn = (username: string, password: string) =>
    ask('POST', rest('auth/1/session'), { body: { username, password } });
  const signInToPages = (username: string) =>
    ask('POST', rest('tessera/1/session'), {
      headers: { Origin: new URL(server.current.url).origin },
      body: { username, password: username },
    });
  const hashRuns = async (work: () => Promise<unknown>) => {
    const before = argon2.runs;
    await work();
    return argon2.runs - before;
  };

  beforeEach(() => forgetFailures(server.current));

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  test('T11: a token makes no token by way of a session, nor allows itself to', async () => {
    const Cookie = cookieOf(await signIn('admin', world.admin.token));
    const minted = await ask('POST', rest('pat/latest/tokens'), {
      headers: { Cookie },
      body: { name: 'more' },
    });
    expect(minted.status).toBe(403);
    for (const headers of [{ Cookie }, world.admin.auth]) {
      const body = { tokensMayMintTokens: true };
      expect((await ask('PUT', rest('tessera/1/settings'), { headers, body })).status).toBe(403);
    }
    const own = { Cookie: cookieOf(await signIn('admin', 'admin')) };
    const made = await ask('POST', rest('pat/latest/tokens'), { headers: own, body: { name: 'mine' } });
    expect(made.status).toBe(201);
  });

  test('S3: signing out ends every session that the browser shows, not one of two', async () => {
    const web = cookieOf(await signInToPages('fred'));
    const script = cookieOf(await signIn('fred', 'fred'));
    const both = { Cookie: `${web}; ${script}`, Origin: new URL(server.current.url).origin };
    const out = await ask('DELETE', rest('tessera/1/session'), { headers: both });
    expect([out.status, out.headers.getSetCookie().length]).toEqual([204, 2]);
    expect((await myself({ Cookie: script })).status).toBe(401);
    expect((await myself({ Cookie: web })).status).toBe(401);
  });

  test('a dead session is told even when a live one of another account lies beside it', async () => {
    const web = cookieOf(await signInToPages('fred'));
    const own = new URL(server.current.url).origin;
    await ask('DELETE', rest('tessera/1/session'), { headers: { Cookie: web, Origin: own } });
    const planted = cookieOf(await signIn('wilma', 'wilma'));
    expect((await myself({ Cookie: `${web}; ${planted}` })).status).toBe(401);
  });

  test('P2: 25 tokens are 25, also when they are asked for at once', async () => {
    const { site } = server.current.app;
    const live = await site.db
      .selectFrom('api_tokens')
      .select('id')
      .where('user_id', '=', world.wilma.user.id)
      .execute();
    for (let n = live.length; n < 20; n++)
      await mintTokenFor(site, world.wilma.user.id, { label: 'x', days: 1 });
    const headers = { Cookie: cookieOf(await signIn('wilma', 'wilma')) };
    const asked = Array.from({ length: 24 }, () =>
      ask('POST', rest('pat/latest/tokens'), { headers, body: { name: 'race' } }),
    );
    const made = (await Promise.all(asked)).filter(({ status }) => status === 201);
    expect(made.length).toBe(5);
  });

  test('B3: what is too long to be a name or a secret is hashed by nobody', async () => {
    const longSecret = await hashRuns(async () =>
      expect((await signIn('fred', '\ufdfa'.repeat(100_000))).status).toBe(401),
    );
    const longName = await hashRuns(async () =>
      expect((await signIn('\ufdfa'.repeat(100_000), 'fred')).status).toBe(401),
    );
    expect([longSecret, longName]).toEqual([0, 0]);
  });

  test('N1: a known and an unknown name cost the same steps and hashes', async () => {
    const costs = async (name: string, secret: string) => {
      steps.length = 0;
      const runs = await hashRuns(() => myself(basic(name, secret)));
      return [runs, ...steps];
    };
    const tokenShaped = `${world.wilma.token.slice(0, -1)}!`;
    for (const secret of ['wrong-password', tokenShaped, world.wilma.token, 'w']) {
      expect(await costs('fred', secret)).toEqual(await costs('nobody', secret));
    }
  });

  test('secrets in the place of the name are not kept, names of accounts are', async () => {
    const { site } = server.current.app;
    const names = ['Xy7-qK29-really-my-password!', ` ${world.fred.token}`, 'fred', 'somebody@example.com'];
    for (const name of names) await signIn(name, 'wrong');
    const rows = await site.db
      .selectFrom('audit_events')
      .select('actor_name')
      .where('event', '=', 'sign-in.failed')
      .orderBy('id', 'desc')
      .limit(4)
      .execute();
    const kept = rows.map((row) => row.actor_name).reverse();
    expect(kept).toEqual(['(not recorded)', '(not recorded)', 'fred', 'somebody@example.com']);
  });

  test('M6: with passwords off none is looked at, over Basic; right and wrong leave the same record', async () => {
    const change = (passwordsOverRest: boolean) =>
      ask('PUT', rest('tessera/1/settings'), { headers: world.admin.auth, body: { passwordsOverRest } });
    const failures = async () => {
      const { db } = server.current.app.site;
      const rows = await db
        .selectFrom('audit_events')
        .select('id')
        .where('event', '=', 'sign-in.failed')
        .execute();
      return rows.length;
    };
    await change(false);
    const before = await failures();
    const replies: Reply[] = [];
    const runs = await hashRuns(async () => {
      for (const secret of ['fred', 'wrong-password']) replies.push(await myself(basic('fred', secret)));
    });
    expect(replies.map(({ status }) => status)).toEqual([403, 403]);
    expect([runs, (await failures()) - before]).toEqual([0, 2]);
    expect((await myself(world.fred.auth)).status).toBe(200);
    await change(true);
    expect((await myself(basic('fred', 'fred'))).status).toBe(200);
  });

  test("a right token under another's name, or damaged, is a wrong one, byte for byte", async () => {
    const shown = ({ status, text, headers }: Reply) => [
      status,
      text,
      [...headers].filter(([name]) => !['date', 'x-arequestid'].includes(name)),
    ];
    const wrong = shown(await myself(basic('fred', 'wrong')));
    expect(shown(await myself(basic('fred', world.wilma.token)))).toEqual(wrong);
    expect(shown(await myself(bearer(`${world.fred.token}x`)))).toEqual(wrong);
  });
});

describe.each(engines)('attacks on the set-up on %s', (engine) => {
  test('P15: one code makes one administrator, and junk costs no hash', async () => {
    const server = await startServer({ engine });
    const code = await issueSetupCode(server.app.site);
    const setUp = (name: string, value: string) =>
      ask('POST', `${server.url}/rest/tessera/1/setup`, {
        body: {
          code: value,
          email: `${name}@example.com`,
          username: name,
          displayName: name,
          password: 'long enough for anybody',
        },
      });
    const before = argon2.runs;
    expect((await setUp('mallory', 'junk')).status).toBe(400);
    expect(argon2.runs).toBe(before);
    const raced = await Promise.all(['ann', 'ben', 'cid', 'dee'].map((name) => setUp(name, code)));
    expect(raced.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
    const users = await server.app.site.db.selectFrom('users').select('name').execute();
    expect(users.length).toBe(1);
    expect((await setUp('eve', code)).status).toBe(400);
    await server.stop();
  });
});
