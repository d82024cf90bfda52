import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewHash } from '../../src/auth/passwords/renew-hash.ts';
import { tessera } from '../cli/run-cli.ts';
import { ask, basic } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { createWorld } from '../support/world.ts';

/** Of 'grüner Dachs', by bcrypt (libxcrypt agrees) and by Python's hashlib in Atlassian's form. */
const hashes = {
  bcrypt: '$2b$04$7D7X2A7ymJRqyIr0yScx..Xg7s9NCEDn9MBj6iXNxSZM7TB.f/5sO',
  pkcs5s2: '{PKCS5S2}AAECAwQFBgcICQoLDA0ODz0YoDBtzU3jwJa4iSVyLxQMif5MrVMSZBxkDyW0IcVY',
};
const password = 'grüner Dachs';
const source = { address: '127.0.0.1', userAgent: '', requestId: 'x' };
let accounts = 0;

describe.each(engines)('accounts that move in on %s', (engine) => {
  let server: RunningServer;
  let env: Record<string, string>;
  const cli = (args: string[], stdin: string) => tessera(args, { env, stdin });
  const status = async (headers: Record<string, string>) =>
    (await ask('GET', `${server.url}/rest/api/2/myself`, { headers })).status;
  const stored = async (name: string) => {
    const { db } = server.app.site;
    return db
      .selectFrom('users')
      .select(['id', 'name', 'password_hash'])
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
  };
  const moveIn = async (hash: string): Promise<string> => {
    const name = `mover${++accounts}`;
    const args = ['user', 'add', '--email', `${name}@example.com`, '--name', name, '--password-hash-stdin'];
    const result = await cli(args, `${hash}\n`);
    expect([result.code, result.err]).toEqual([0, '']);
    return name;
  };

  beforeAll(async () => {
    server = await startServer({ engine });
    await createWorld(server, { issues: 1 });
    const { dataFolder, databaseUrl } = server.app.site.config;
    env = {
      TESSERA_DATA: dataFolder,
      ...(databaseUrl === undefined ? {} : { TESSERA_DATABASE_URL: databaseUrl }),
      TESSERA_PASSWORD_MEMORY_KIB: '64',
      TESSERA_PASSWORD_PASSES: '1',
    };
  });
  afterAll(() => server.stop());

  test.each(Object.entries(hashes))(
    'P13: with a hash of %s, signs in and is re-hashed by it',
    async (_, hash) => {
      const name = await moveIn(hash);
      expect((await stored(name)).password_hash).toBe(hash);
      expect(await status(basic(name, 'grüner dachs'))).toBe(401);
      expect((await stored(name)).password_hash).toBe(hash);
      await forgetFailures(server);
      expect(await status(basic(name, password))).toBe(200);
      expect((await stored(name)).password_hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
      expect([await status(basic(name, password)), await status(basic(name, 'wrong'))]).toEqual([200, 401]);
    },
  );

  test('P13: many sign-ins at once store one new hash, and all are let in', async () => {
    const name = await moveIn(hashes.pkcs5s2);
    const statuses = await Promise.all(Array.from({ length: 10 }, () => status(basic(name, password))));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await stored(name)).password_hash).toMatch(/^\$argon2id/);
    const { n } = await server.app.site.db
      .selectFrom('audit_events')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('event', '=', 'password-hash.renewed')
      .where('subject', '=', name)
      .executeTakeFirstOrThrow();
    expect(Number(n)).toBe(1);
  });

  test('P13: storing it again never overwrites a newer password', async () => {
    const name = await moveIn(hashes.pkcs5s2);
    const { id } = await stored(name);
    const newer = 'plum orbit vexes quartz';
    await cli(['user', 'set-password', '--user', name, '--password-stdin'], `${newer}\n`);
    const account = { userId: id, name, storedHash: hashes.pkcs5s2 };
    expect(await renewHash(server.app.site, account, password, source)).toBeUndefined();
    expect([await status(basic(name, newer)), await status(basic(name, password))]).toEqual([200, 401]);
  });

  test('what cannot be taken over is refused, and told', async () => {
    const args = ['user', 'add', '--email', 'z@example.com', '--name', 'z', '--password-hash-stdin'];
    for (const hash of ['5f4dcc3b5aa765d61d8327deb882cf99', 'plain text', `$2b$20$${'a'.repeat(53)}`]) {
      const { code, err } = await cli(args, `${hash}\n`);
      expect([code, err]).toEqual([1, expect.stringContaining('bcrypt')]);
      expect(err).not.toContain(hash);
    }
    const both = await cli([...args, '--password-stdin'], 'x\n');
    expect(both.code).toBe(2);
  });

  test('an account that is there takes over a hash or a password; its sessions end and it is told', async () => {
    const name = await moveIn(hashes.bcrypt);
    const opened = await ask('POST', `${server.url}/rest/auth/1/session`, {
      body: { username: name, password },
    });
    const session = { Cookie: `JSESSIONID=${opened.body.session.value}` };
    const set = await cli(
      ['user', 'set-password', '--user', `${name}@example.com`, '--password-hash-stdin'],
      hashes.pkcs5s2,
    );
    expect(set).toMatchObject({ code: 0, out: `Set the password of ${name} <${name}@example.com>.\n` });
    expect([await status(session), await status(basic(name, password))]).toEqual([401, 200]);
    // The command line goes by the real time, which has gone on meanwhile.
    server.clock.advance(3_600_000);
    expect((await mailsOf(server, `${name}@example.com`)).map(({ subject }) => subject)).toEqual([
      'Your password was changed (Tessera)',
    ]);
    const weak = await cli(['user', 'set-password', '--user', name, '--password-stdin'], 'short\n');
    expect([weak.code, weak.err]).toEqual([1, expect.stringContaining('at least 15')]);
    expect((await cli(['user', 'set-password', '--user', 'nobody', '--password-stdin'], 'x\n')).code).toBe(1);
    expect((await cli(['user', 'set-password', '--user', name], '')).code).toBe(2);
  });

  test('the list of accounts names old hashes until their owners have signed in', async () => {
    const name = await moveIn(hashes.bcrypt);
    const line = async () =>
      (await cli(['user', 'list'], '')).out.split('\n').find((text) => text.startsWith(`${name} `));
    expect(await line()).toContain('bcrypt');
    await status(basic(name, password));
    expect(await line()).not.toContain('bcrypt');
  });
});
