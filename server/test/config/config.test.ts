import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  inspectConfig,
  inspectEnvironment,
  type Mistake,
  readConfig,
} from '../../src/config.ts';
import { settings } from '../../src/config-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'tessera-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(content: string, name = 'value'): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const mistakesOf = (
  env: Record<string, string>,
  more: { file?: unknown; demo?: boolean } = {},
): readonly Mistake[] => inspectConfig({ env, ...more }).mistakes;

test('without anything said, every setting has its default', () => {
  expect(readConfig({ env: {} })).toEqual({
    host: '127.0.0.1',
    port: 8080,
    dataFolder: resolve('data'),
    workers: 1,
    trustedProxies: [],
    corsOrigins: [],
    outboundNetworks: [],
    profile: 'datacenter',
    maxBodyBytes: 1_048_576,
    passwordMemoryKib: 19_456,
    passwordPasses: 2,
    logLevel: 'warn',
    demo: false,
  });
});

test('the configuration cannot be changed afterwards', () => {
  expect(Object.isFrozen(readConfig({ env: {} }))).toBe(true);
});

describe('mistakes', () => {
  test('are all reported at once, each with its name, what it held and what it may hold', () => {
    const mistakes = mistakesOf(
      {
        TESSERA_PORT: '80a',
        TESSERA_WORKERS: '0',
        TESSERA_PROFILE: 'server',
        TESSERA_TRUSTED_PROXIES: '0.0.0.0/0',
      },
      { file: { logLevel: 'loud', maxBodyBytes: 5 } },
    );
    expect(mistakes).toEqual(
      expect.arrayContaining([
        { name: 'TESSERA_PORT', held: '80a', problem: expect.stringContaining('0 to 65535') },
        { name: 'TESSERA_WORKERS', held: '0', problem: expect.stringContaining('1 to 64') },
        { name: 'TESSERA_PROFILE', held: 'server', problem: expect.stringContaining('datacenter or cloud') },
        { name: 'TESSERA_TRUSTED_PROXIES', held: '0.0.0.0/0', problem: expect.stringContaining('CIDR') },
        { name: 'tessera.config.json, "logLevel"', held: 'loud', problem: expect.stringContaining('silent') },
        { name: 'tessera.config.json, "maxBodyBytes"', held: '5', problem: expect.stringContaining('1024') },
      ]),
    );
    expect(mistakes).toHaveLength(6);
  });

  test('are one error with all of them in its message', () => {
    const error = thrownBy(() => readConfig({ env: { TESSERA_PORT: 'x', TESSERA_HOST: 'a b' } }));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('2 mistakes');
    expect(error.message).toContain('TESSERA_PORT held "x"');
    expect(error.message).toContain('TESSERA_HOST held "a b"');
  });

  test('of values that are unsafe together are told beside the others', () => {
    const names = mistakesOf({ TESSERA_HOST: '0.0.0.0', TESSERA_PORT: 'x' }).map(({ name }) => name);
    expect(names).toEqual(['TESSERA_PORT', 'TESSERA_BASE_URL']);
  });

  // Every setting that does not take any text, with something it does not take.
  test.each([
    ['TESSERA_HOST', 'not a host'],
    ['TESSERA_HOST', ''],
    ['TESSERA_PORT', '65536'],
    ['TESSERA_PORT', '-1'],
    ['TESSERA_PORT', ' 80'],
    ['TESSERA_DATA', ''],
    ['TESSERA_BASE_URL', 'issues.example.com'],
    ['TESSERA_BASE_URL', 'ftp://example.com'],
    ['TESSERA_BASE_URL', 'https://example.com/?a=1'],
    ['TESSERA_BASE_URL', 'https://example.com/a//b'],
    ['TESSERA_DATABASE_URL', 'mysql://localhost/x'],
    ['TESSERA_WORKERS', '65'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TESSERA_TRUSTED_PROXIES', 'proxy.example.com'],
    ['TESSERA_TRUSTED_PROXIES', '*'],
    ['TESSERA_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['TESSERA_TRUSTED_PROXIES', '0.0.0.0/1,128.0.0.0/1'],
    ['TESSERA_TRUSTED_PROXIES', '::/0'],
    ['TESSERA_TRUSTED_PROXIES', '2000::/3'],
    ['TESSERA_TRUSTED_PROXIES', '::ffff:0.0.0.0/96'],
    ['TESSERA_TRUSTED_PROXIES', '::ffff:128.0.0.0/97'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/08.5'],
    ['TESSERA_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['TESSERA_LOGIN_ATTEMPTS', '101'],
    ['TESSERA_LOGIN_ATTEMPTS', '0'],
    ['TESSERA_PROFILE', ''],
    ['TESSERA_ADMIN_EMAIL', 'nobody'],
    ['TESSERA_ADMIN_PASSWORD', 'fourteen chars'],
    ['TESSERA_MAX_BODY_BYTES', '1e9'],
    ['TESSERA_PASSWORD_MEMORY_KIB', '7'],
    ['TESSERA_PASSWORD_PASSES', '17'],
    ['TESSERA_LOG_LEVEL', 'WARN'],
  ])('%s may not hold %j', (name, value) => {
    const setting = Object.values(settings).find(({ variable }) => variable === name)!;
    expect(mistakesOf({ [name]: value })).toContainEqual({
      name,
      held: setting.secret ? undefined : value,
      problem: `it may hold ${setting.allowed}`,
    });
  });

  test.each([
    ['TESSERA_HOST', '::1', 'host', '::1'],
    ['TESSERA_HOST', '[::1]', 'host', '::1'],
    ['TESSERA_HOST', 'localhost', 'host', 'localhost'],
    ['TESSERA_PORT', '0', 'port', 0],
    ['TESSERA_DATA', '/srv/x', 'dataFolder', '/srv/x'],
    [
      'TESSERA_TRUSTED_PROXIES',
      '127.0.0.1, 10.0.0.0/8,fd00::/8',
      'trustedProxies',
      ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    ],
    ['TESSERA_LOGIN_ATTEMPTS', '', 'loginAttempts', null],
    ['TESSERA_LOGIN_ATTEMPTS', '5', 'loginAttempts', 5],
    ['TESSERA_DATABASE_URL', 'postgres://u:p@h/n', 'databaseUrl', 'postgres://u:p@h/n'],
    ['TESSERA_PROFILE', 'cloud', 'profile', 'cloud'],
  ])('%s may hold %j', (variable, text, name, value) => {
    expect(readConfig({ env: { [variable]: text } })).toMatchObject({ [name]: value });
  });

  test('the base URL keeps its path and says nothing about the port', () => {
    const config = readConfig({
      env: { TESSERA_PORT: '2990', TESSERA_BASE_URL: 'http://localhost:7000/jira' },
    });
    expect(config.baseUrl?.href).toBe('http://localhost:7000/jira');
    expect(config.port).toBe(2990);
  });
});

describe('unknown names', () => {
  test('of variables are a mistake, with what was probably meant', () => {
    expect(mistakesOf({ TESSERA_PROT: '80', TESSERA_BASEURL: 'x' })).toEqual([
      {
        name: 'TESSERA_PROT',
        held: undefined,
        problem: 'there is no such setting; did you mean TESSERA_PORT?',
      },
      {
        name: 'TESSERA_BASEURL',
        held: undefined,
        problem: 'there is no such setting; did you mean TESSERA_BASE_URL?',
      },
    ]);
  });

  test('of the file are a mistake too', () => {
    expect(mistakesOf({}, { file: { prot: 80 } })).toEqual([
      {
        name: 'tessera.config.json, "prot"',
        held: undefined,
        problem: 'there is no such setting; did you mean "port"?',
      },
    ]);
  });

  test('without anything near get no suggestion', () => {
    expect(mistakesOf({ TESSERA_SOMETHING_ELSE_ENTIRELY: '1' })[0]!.problem).toBe('there is no such setting');
  });

  test('a setting that is no secret has no _FILE twin', () => {
    expect(mistakesOf({ TESSERA_PORT_FILE: '/x' })).toHaveLength(1);
  });

  test('variables of others are none of ours', () => {
    expect(mistakesOf({ PATH: '/bin', TESSERACT: '1' })).toEqual([]);
  });
});

describe('secrets', () => {
  test('are never shown', () => {
    const shown = thrownBy(() =>
      readConfig({
        env: { TESSERA_DATABASE_URL: 'mysql://u:hunter2@h/n', TESSERA_ADMIN_PASSWORD: 'hunter3' },
      }),
    ).message;
    expect(shown).toContain('TESSERA_DATABASE_URL: it may hold');
    expect(shown).not.toContain('hunter');
  });

  test('are not shown when they stand in a URL that may not hold any', () => {
    expect(mistakesOf({ TESSERA_BASE_URL: 'https://me:hunter2@example.com' })).toEqual([
      { name: 'TESSERA_BASE_URL', held: 'https://…@example.com', problem: expect.any(String) },
    ]);
  });

  test('may come from the file that the _FILE twin names, whose last line break does not count', () => {
    const env = { TESSERA_DATABASE_URL_FILE: fileWith('postgres://u:p@h/n\n') };
    expect(readConfig({ env }).databaseUrl).toBe('postgres://u:p@h/n');
  });

  test('a wrong value in that file is told by the name of the twin', () => {
    const [mistake] = mistakesOf({ TESSERA_DATABASE_URL_FILE: fileWith('hunter2') });
    expect(mistake).toEqual({
      name: 'TESSERA_DATABASE_URL_FILE',
      held: undefined,
      problem: expect.stringContaining('postgres://'),
    });
  });

  test('a file that cannot be read is a mistake', () => {
    const path = join(folder, 'missing');
    expect(mistakesOf({ TESSERA_DATABASE_URL_FILE: path })).toEqual([
      { name: 'TESSERA_DATABASE_URL_FILE', held: path, problem: 'the file cannot be read (ENOENT)' },
    ]);
  });

  test('may not come from both', () => {
    const env = {
      TESSERA_DATABASE_URL: 'postgres://u:p@h/n',
      TESSERA_DATABASE_URL_FILE: fileWith('postgres://u:p@h/m'),
    };
    expect(mistakesOf(env)[0]).toMatchObject({
      name: 'TESSERA_DATABASE_URL_FILE',
      problem: expect.stringContaining('not both'),
    });
  });
});

describe('the file', () => {
  const inFolder = (name: string, content: string) => ({ TESSERA_CONFIG: fileWith(content, name) });

  test('counts before the default and after the environment', () => {
    const file = { port: 1, workers: 3 };
    expect(readConfig({ env: { TESSERA_PORT: '2' }, file })).toMatchObject({ port: 2, workers: 3 });
  });

  test('may say lists, numbers and nothing', () => {
    const file = { trustedProxies: ['127.0.0.1', '10.0.0.0/8'], loginAttempts: null, port: 0 };
    expect(readConfig({ env: {}, file })).toMatchObject({
      trustedProxies: ['127.0.0.1', '10.0.0.0/8'],
      loginAttempts: null,
      port: 0,
    });
  });

  test('is told with a value of the wrong shape as it stands', () => {
    expect(mistakesOf({}, { file: { port: { number: 1 } } })).toEqual([
      { name: 'tessera.config.json, "port"', held: '{"number":1}', problem: expect.any(String) },
    ]);
  });

  test('must hold an object', () => {
    expect(mistakesOf({}, { file: [1] })).toEqual([
      { name: 'tessera.config.json', held: undefined, problem: 'it must hold one JSON object' },
    ]);
  });

  test('named by TESSERA_CONFIG is read, and named in its mistakes', () => {
    const env = inFolder('right.json', '{"port": 4000}');
    expect(inspectEnvironment(env).config).toMatchObject({ port: 4000 });
    const wrong = inFolder('wrong.json', '{"port": "x"}');
    expect(inspectEnvironment(wrong).mistakes[0]!.name).toBe(`${wrong.TESSERA_CONFIG}, "port"`);
  });

  test('that is missing or no JSON is told together with the mistakes of the environment', () => {
    for (const env of [inFolder('broken.json', '{'), { TESSERA_CONFIG: join(folder, 'none.json') }]) {
      const { mistakes, config } = inspectEnvironment({ ...env, TESSERA_PORT: 'x' });
      expect(config).toBeUndefined();
      expect(mistakes.map(({ name }) => name)).toHaveLength(2);
      expect(mistakes[1]!.name).toBe('TESSERA_PORT');
    }
  });

  test('keys that every object has are no settings', () => {
    const file = JSON.parse('{"__proto__": {"port": 1}, "constructor": 1}');
    expect(mistakesOf({}, { file }).map(({ name }) => name)).toEqual([
      'tessera.config.json, "__proto__"',
      'tessera.config.json, "constructor"',
    ]);
  });
});

describe('beyond loopback', () => {
  const beyond = { TESSERA_HOST: '0.0.0.0' };
  const named = { TESSERA_BASE_URL: 'https://example.com' };
  const names = (env: Record<string, string>, more: { file?: unknown; demo?: boolean } = {}) =>
    mistakesOf({ ...beyond, ...env }, more).map(({ name }) => name);

  test('C3, B5: the base URL must be set, and https', () => {
    expect(names({})).toEqual(['TESSERA_BASE_URL']);
    expect(names({ TESSERA_BASE_URL: 'http://example.com' })).toEqual(['TESSERA_BASE_URL']);
    expect(names({ TESSERA_BASE_URL: 'https://example.com' })).toEqual([]);
  });

  test('C3: the demonstration, whose secrets everybody knows, is refused', () => {
    expect(names(named, { demo: true })).toEqual(['TESSERA_HOST']);
  });

  test('C3: weak password hashes are refused', () => {
    const env = { ...named, TESSERA_PASSWORD_MEMORY_KIB: '64' };
    expect(names(env)).toEqual(['TESSERA_PASSWORD_MEMORY_KIB']);
    expect(names({ ...env, TESSERA_PASSWORD_PASSES: '1' })).toContain('TESSERA_PASSWORD_PASSES');
  });

  test('C3: a key that is not random is refused', () => {
    const key = (bytes: Buffer) => ({ ...named, TESSERA_SECRET_KEY: bytes.toString('base64') });
    for (const bytes of [Buffer.alloc(32), Buffer.from('0123456789abcdef'.repeat(2))]) {
      expect(names(key(bytes))).toEqual(['TESSERA_SECRET_KEY']);
      expect(mistakesOf(key(bytes))).toEqual([]);
    }
    for (let n = 0; n < 1000; n++) expect(names(key(randomBytes(32)))).toEqual([]);
  });

  test('C3: a file with a secret that everybody on the machine can read is refused', () => {
    const password = fileWith('postgres://u:p@h/n', 'open-secret');
    const env = { ...named, TESSERA_DATABASE_URL_FILE: password };
    for (const mode of [0o644, 0o604, 0o444]) {
      chmodSync(password, mode);
      expect(names(env)).toEqual(['TESSERA_DATABASE_URL_FILE']);
      expect(mistakesOf(env)).toEqual([]);
    }
    for (const mode of [0o600, 0o400, 0o640]) {
      chmodSync(password, mode);
      expect(names(env)).toEqual([]);
    }
  });

  test('C3: so is a configuration file that holds one', () => {
    const path = fileWith('{"databaseUrl": "postgres://u:p@h/n"}', 'open.json');
    const harmless = fileWith('{"port": 2990}', 'harmless.json');
    const at = (TESSERA_CONFIG: string) => {
      const { mistakes } = inspectEnvironment({ ...beyond, ...named, TESSERA_CONFIG });
      return mistakes.map(({ name }) => name);
    };
    for (const file of [path, harmless]) chmodSync(file, 0o644);
    expect(at(path)).toEqual([`${path}, "databaseUrl"`]);
    expect(at(harmless)).toEqual([]);
    chmodSync(path, 0o600);
    expect(at(path)).toEqual([]);
  });

  test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'a.localhost'])('%s is loopback', (host) => {
    const env = { TESSERA_HOST: host, TESSERA_PASSWORD_PASSES: '1' };
    expect(mistakesOf(env, { demo: true })).toEqual([]);
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', 'example.com', '127.0.0.1.example.com', '::ffff:10.0.0.1'])(
    '%s is not',
    (host) => {
      expect(mistakesOf({ TESSERA_HOST: host })).not.toEqual([]);
    },
  );
});

test('the first administrator needs both e-mail and password', () => {
  expect(mistakesOf({ TESSERA_ADMIN_EMAIL: 'a@b.example' })[0]!.name).toBe('TESSERA_ADMIN_PASSWORD');
  expect(mistakesOf({ TESSERA_ADMIN_PASSWORD: 'long enough, surely' })[0]!.name).toBe('TESSERA_ADMIN_EMAIL');
});

test('where each value comes from is known', () => {
  const env = { TESSERA_PORT: '1', TESSERA_DATABASE_URL_FILE: fileWith('postgres://h/n') };
  const { found } = inspectConfig({ env, file: { workers: 2 } });
  const from = Object.fromEntries(found.map((one) => [one.name, one.from]));
  expect(from).toMatchObject({
    port: 'TESSERA_PORT',
    databaseUrl: 'TESSERA_DATABASE_URL_FILE',
    workers: 'tessera.config.json, "workers"',
    host: undefined,
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
