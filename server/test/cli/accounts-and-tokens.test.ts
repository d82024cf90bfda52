import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, basic, bearer } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { tessera } from './run-cli.ts';

const password = 'correct horse battery staple';

describe.each(engines)('beside a running server on %s', (engine) => {
  let server: RunningServer;
  let env: Record<string, string>;
  const cli = (args: string[], stdin?: string) =>
    tessera(args, { env, ...(stdin === undefined ? {} : { stdin }) });
  const must = async (args: string[], stdin?: string) => {
    const result = await cli([...args, '--json'], stdin);
    expect([result.code, result.err]).toEqual([0, '']);
    return result.json();
  };
  const statusAs = async (headers: Record<string, string>) =>
    (await ask('GET', `${server.url}/rest/api/2/myself`, { headers })).status;

  beforeAll(async () => {
    server = await startServer({ engine });
    const { dataFolder, databaseUrl } = server.app.site.config;
    env = {
      TESSERA_DATA: dataFolder,
      ...(databaseUrl === undefined ? {} : { TESSERA_DATABASE_URL: databaseUrl }),
      TESSERA_PASSWORD_MEMORY_KIB: '64',
      TESSERA_PASSWORD_PASSES: '1',
    };
  });
  afterAll(() => server.stop());

  test('the first account must be an administrator', async () => {
    const { code, err } = await cli(['user', 'add', '--email', 'a@example.com', '--name', 'a']);
    expect([code, err]).toEqual([1, expect.stringContaining('add --admin')]);
    expect((await cli(['user', 'list'])).out).toBe('There are no accounts yet.\n');
  });

  test('an administrator with a password from standard input signs in and administers', async () => {
    const added = await must(
      ['user', 'add', '--email', 'eve@example.com', '--name', 'eve', '--admin', '--password-stdin'],
      `${password}\n`,
    );
    expect(added).toEqual({
      key: expect.stringMatching(/^JIRAUSER\d+$/),
      accountId: expect.any(String),
      name: 'eve',
      emailAddress: 'eve@example.com',
      displayName: 'eve',
      active: true,
      administrator: true,
      hasPassword: true,
    });
    const reply = await ask('GET', `${server.url}/rest/tessera/1/settings`, {
      headers: basic('eve', password),
    });
    expect(reply.status).toBe(200);
  });

  test('an account without a password is no administrator, and no password opens it', async () => {
    const text = await cli([
      'user',
      'add',
      '--email',
      'ci@example.com',
      '--name',
      'ci',
      '--display-name',
      'Build server',
    ]);
    expect(text).toMatchObject({
      code: 0,
      out: 'Added account ci <ci@example.com>, without a password.\n',
      err: '',
    });
    expect(await statusAs(basic('ci', ''))).toBe(401);
    const { secret } = await must(['token', 'create', '--user', 'ci', '--label', 'probe']);
    const reply = await ask('GET', `${server.url}/rest/tessera/1/settings`, { headers: bearer(secret) });
    expect(reply.status).toBe(403);
    await must(['token', 'revoke', '--user', 'ci', '--all']);
  });

  test('user list shows both', async () => {
    expect(await must(['user', 'list'])).toEqual([
      expect.objectContaining({
        name: 'ci',
        displayName: 'Build server',
        administrator: false,
        hasPassword: false,
      }),
      expect.objectContaining({ name: 'eve', administrator: true, hasPassword: true, active: true }),
    ]);
    const { out } = await cli(['user', 'list']);
    const columns = out
      .split('\n')
      .slice(0, 3)
      .map((line) => line.indexOf('@example.com'));
    expect(columns[1]! + 1).toBe(columns[2]!);
    expect(out).toContain('2 accounts');
  });

  test.each([
    [['--email', 'x@example.com', '--name', 'EVE'], undefined, /username already exists/],
    [['--email', 'no address', '--name', 'x'], undefined, /valid email/],
    [['--email', 'x@example.com', '--name', 'x', '--password-stdin'], 'short\n', /at least 15/],
    [['--email', 'x@example.com', '--name', 'x', '--password-stdin'], '', /holds no password/],
  ])('user add %j is refused, and nothing is added', async (args, stdin, message) => {
    const { code, out, err } = await cli(['user', 'add', ...args], stdin);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
    expect(await must(['user', 'list'])).toHaveLength(2);
  });

  test('field errors are JSON by field', async () => {
    const { code, err } = await cli(['user', 'add', '--email', 'eve@example.com', '--name', 'a b', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(err)).toEqual({
      errorMessages: [],
      errors: { username: expect.any(String), emailAddress: expect.any(String) },
    });
  });

  test('a token works on the running server at once, by Basic and Bearer, until it is revoked', async () => {
    const token = await must([
      'token',
      'create',
      '--user',
      'ci@example.com',
      '--label',
      'Deploy',
      '--days',
      '30',
    ]);
    expect(token).toMatchObject({
      label: 'Deploy',
      user: 'ci',
      kind: 'minted',
      state: 'active',
      lastUsedAt: null,
    });
    expect(token.secret).toMatch(/^tsr_[0-9A-Za-z]{49}$/);
    expect(Date.parse(token.expiresAt) - Date.parse(token.createdAt)).toBe(30 * 86_400_000);
    expect(await statusAs(basic('ci@example.com', token.secret))).toBe(200);
    expect(await statusAs(bearer(token.secret))).toBe(200);

    expect(await must(['token', 'revoke', '--user', 'CI', '--id', String(token.id)])).toEqual({
      user: 'ci',
      revoked: 1,
    });
    expect(await statusAs(basic('ci@example.com', token.secret))).toBe(401);
    expect(await statusAs(bearer(token.secret))).toBe(401);
  });

  test('revoke --all ends every token of the account and of nobody else', async () => {
    const own = [
      await must(['token', 'create', '--user', 'ci', '--label', 'one']),
      await must(['token', 'create', '--user', 'ci', '--label', 'two']),
    ];
    const other = await must(['token', 'create', '--user', 'eve', '--label', 'three']);
    const { out } = await cli(['token', 'revoke', '--user', 'ci', '--all']);
    expect(out).toBe('Revoked 2 tokens of ci.\n');
    for (const { secret } of own) expect(await statusAs(bearer(secret))).toBe(401);
    expect(await statusAs(bearer(other.secret))).toBe(200);
  });

  test('token list tells label, times, last use and state', async () => {
    const { id, secret } = await must(['token', 'create', '--user', 'ci', '--label', 'Used']);
    expect(await statusAs(bearer(secret))).toBe(200);
    // Last uses are written in batches; the token's own page writes them before it reads.
    await ask('GET', `${server.url}/rest/pat/latest/tokens`, { headers: bearer(secret) });
    const tokens = await must(['token', 'list', '--user', 'ci']);
    expect(tokens.find((token: any) => token.id === id)).toMatchObject({
      label: 'Used',
      state: 'active',
      lastUsedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(tokens.filter((token: any) => token.state === 'revoked').length).toBeGreaterThan(2);
    expect(JSON.stringify(tokens)).not.toContain(secret);
    const { out } = await cli(['token', 'list', '--user', 'ci']);
    expect(out).toMatch(/^ID +LABEL +CREATED +EXPIRES +LAST USED +STATE +LIMITS$/m);
    expect(out).toMatch(new RegExp(`^${id} +Used .* UTC +active +none$`, 'm'));
  });

  test('a token is held to what is asked for, and rotated with an overlap', async () => {
    const made = ['token', 'create', '--user', 'ci', '--label', 'Report', '--days', 'never'];
    const old = await must([...made, '--scopes', 'read:jira-user', '--addresses', '127.0.0.0/8']);
    expect(old).toMatchObject({ expiresAt: null, scopes: ['read:jira-user'], addresses: ['127.0.0.0/8'] });
    expect(await statusAs(bearer(old.secret))).toBe(200);
    const id = String(old.id);
    const next = await must(['token', 'rotate', '--user', 'ci', '--id', id, '--overlap', '1', '--days', '5']);
    expect(next).toMatchObject({ id: old.id, scopes: ['read:jira-user'] });
    for (const secret of [old.secret, next.secret]) expect(await statusAs(bearer(secret))).toBe(200);
    await must(['token', 'rotate', '--user', 'ci', '--id', id]);
    for (const secret of [old.secret, next.secret]) expect(await statusAs(bearer(secret))).toBe(401);
    await must(['token', 'revoke', '--user', 'ci', '--id', id]);
    expect(await statusAs(bearer(old.secret))).toBe(401);
    const wrong = await cli([...made, '--scopes', 'everything', '--projects', 'NOPE', '--addresses', 'home']);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('No such scope: everything.');
    expect(wrong.err).toContain('No such project: NOPE.');
    expect(wrong.err).toContain('Neither an address nor a CIDR range');
  });

  test('an existing secret is registered from standard input, works and is not printed', async () => {
    const secret = randomBytes(24).toString('base64url');
    const args = ['token', 'create', '--user', 'ci', '--label', 'Old bot', '--secret-stdin'];
    const registered = await must(args, `${secret}\r\n`);
    expect(registered).toMatchObject({ kind: 'registered', state: 'active' });
    expect(registered).not.toHaveProperty('secret');
    expect(await statusAs(basic('ci@example.com', secret))).toBe(200);
    const again = await cli(args, secret);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('registered already')]);
    expect(again.out + again.err).not.toContain(secret);
  });

  test.each([
    [['create', '--user', 'ci', '--label', 'x', '--secret-stdin'], 'freds_api_token', /20 to 1024/],
    [['create', '--user', 'ci', '--label', 'x', '--secret-stdin'], 'a'.repeat(40), /guessable/],
    [['create', '--user', 'ci', '--label', ' '], undefined, /1 to 255 characters/],
    [['create', '--user', 'ci', '--label', 'x', '--days', '0'], undefined, /1 to 365/],
    [['create', '--user', 'nobody', '--label', 'x'], undefined, /no account 'nobody'/],
    [['list', '--user', 'nobody'], undefined, /no account 'nobody'/],
    [['revoke', '--user', 'ci', '--id', '1'], undefined, /no token 1/],
  ])('token %j is refused', async (args, stdin, message) => {
    const { code, out, err } = await cli(['token', ...args], stdin);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(message);
  });

  test("one account's token is not revoked under another's name", async () => {
    const { id, secret } = await must(['token', 'create', '--user', 'eve', '--label', 'Mine']);
    const { code } = await cli(['token', 'revoke', '--user', 'ci', '--id', String(id)]);
    expect(code).toBe(1);
    expect(await statusAs(bearer(secret))).toBe(200);
  });

  test('a label cannot steer the terminal that lists it', async () => {
    await must(['token', 'create', '--user', 'ci', '--label', 'red \u001b[31m\nline']);
    const { out } = await cli(['token', 'list', '--user', 'ci']);
    expect(out).not.toContain('\u001b');
    expect(out).toContain('red \ufffd[31m\ufffdline');
  });

  test('what was done is in the audit log, by the command line', async () => {
    const events = await server.app.site.db
      .selectFrom('audit_events')
      .select(['event', 'via'])
      .where('via', '=', 'command-line')
      .execute();
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['user.created', 'api-token.created', 'api-token.rotated', 'api-token.revoked']),
    );
  });
});

test('a database that cannot be reached is a clear line', async () => {
  const env = { TESSERA_DATABASE_URL: 'postgres://nobody:hunter2@127.0.0.1:9/none' };
  const { code, err } = await tessera(['user', 'list'], { env });
  expect(code).toBe(1);
  expect(err).toMatch(/^tessera: the database cannot be used: /);
  expect(err).not.toContain('hunter2');
});
