import { expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { version } from '../../src/settings/version.ts';
import { tessera } from './run-cli.ts';

const names = commands.map(({ words }) => words.join(' '));

test('the commands of the contract are there', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      'serve',
      'user add',
      'user list',
      'token create',
      'token list',
      'token revoke',
      'config check',
    ]),
  );
});

test.each([[[]], [['--help']], [['help']]])('%j lists every command', async (args) => {
  const { code, out, err } = await tessera(args);
  expect([code, err]).toEqual([0, '']);
  for (const name of names) expect(out).toContain(`  ${name}`);
});

test.each(names)('%s --help tells every option, and does nothing', async (name) => {
  const command = commands.find(({ words }) => words.join(' ') === name)!;
  const { code, out, err } = await tessera([...command.words, '--help'], { env: { TESSERA_PORT: 'wrong' } });
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`Usage: tessera ${name}`);
  for (const option of [...Object.keys(command.options), 'json', 'help'])
    expect(out).toContain(`--${option}`);
  for (const line of out.split('\n').slice(1)) {
    if (!line.startsWith('  tessera ') && !line.startsWith('  TESSERA_'))
      expect(line.length).toBeLessThanOrEqual(100);
  }
});

test('the first word alone lists what may follow it', async () => {
  const asked = await tessera(['user', '--help']);
  expect(asked.code).toBe(0);
  expect(asked.out).toContain('user add');
  expect(asked.out).not.toContain('token create');
  const alone = await tessera(['user']);
  expect([alone.code, alone.out]).toEqual([2, '']);
  expect(alone.err).toContain("'user' needs another word");
});

test('--version', async () => {
  expect(await tessera(['--version'])).toMatchObject({ code: 0, out: `tessera ${version}\n`, err: '' });
  expect((await tessera(['--version', '--json'])).json()).toEqual({ version });
});

test.each([
  [['usr'], "there is no command 'usr'"],
  [['user', 'remove'], "there is no command 'user remove'"],
  [['--verbose'], 'there is no option --verbose'],
  [['user', 'list', '--verbose'], '--verbose'],
  [['user', 'list', 'extra'], 'extra'],
  [['user', 'add', '--name', 'x'], 'needs --email'],
  [['user', 'add'], 'needs --email, --name'],
  [['token', 'create', '--user', 'x', '--label'], '--label'],
  [['token', 'create', '--user', 'x', '--label', 'y', '--days', 'ten'], '--days must be a whole number'],
  [['token', 'revoke', '--user', 'x'], 'either --id or --all'],
  [['token', 'revoke', '--user', 'x', '--id', '1', '--all'], 'either --id or --all'],
  [['token', 'revoke', '--user', 'x', '--id', 'one'], '--id must be a whole number'],
])('%j is a mistake of the caller: exit code 2, nothing on standard output', async (args, message) => {
  const text = await tessera(args);
  expect([text.code, text.out]).toEqual([2, '']);
  expect(text.err).toMatch(/^tessera: /);
  expect(text.err).toContain(message);
  const json = await tessera([...args, '--json']);
  expect([json.code, json.out]).toEqual([2, '']);
  expect(JSON.parse(json.err)).toEqual({ errorMessages: [expect.any(String)], errors: {} });
});

test('no option takes a secret as its value', () => {
  const taking = commands.flatMap(({ options }) =>
    Object.entries(options).filter(([, { value }]) => value !== undefined),
  );
  for (const [name] of taking) expect(name).not.toMatch(/password|secret|token/);
});

test('a wrong configuration is told whole, by every command that reads it', async () => {
  const env = { TESSERA_PORT: 'x', TESSERA_WORKERS: '0' };
  for (const args of [['user', 'list'], ['serve'], ['token', 'list', '--user', 'x']]) {
    const { code, err, out } = await tessera(args, { env });
    expect([args, code, out]).toEqual([args, 1, '']);
    expect(err).toContain('TESSERA_PORT held "x"');
    expect(err).toContain('TESSERA_WORKERS held "0"');
  }
});
