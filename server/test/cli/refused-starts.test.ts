import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve, serveRefused, startTimeoutMs } from './serve-process.ts';

/** Starts that would be unsafe: where others reach the server, a wrong setting is told, not lived with. */
describe('C3: a start beyond loopback is refused', { timeout: startTimeoutMs }, () => {
  let folder: string;
  let readable: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-start-'));
    readable = join(folder, 'secret');
    writeFileSync(readable, 'postgres://u:p@127.0.0.1:1/n');
    chmodSync(readable, 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const production = () => ({
    TESSERA_HOST: '0.0.0.0',
    TESSERA_DATA: join(folder, 'data'),
    TESSERA_BASE_URL: 'https://issues.example.com',
    TESSERA_PASSWORD_MEMORY_KIB: '19456',
    TESSERA_PASSWORD_PASSES: '2',
  });
  const cases: [string, () => Record<string, string>, RegExp][] = [
    [
      'with the secrets of the demonstration',
      () => ({}),
      /TESSERA_HOST held "0\.0\.0\.0": demonstration accounts/,
    ],
    ['without a base URL', () => ({ TESSERA_BASE_URL: '' }), /TESSERA_BASE_URL/],
    ['with a base URL in clear text', () => ({ TESSERA_BASE_URL: 'http://x.example' }), /must be https/],
    [
      'with a secret that everybody can read',
      () => ({ TESSERA_DATABASE_URL_FILE: readable }),
      /TESSERA_DATABASE_URL_FILE held .*: every user of this machine can read the file/,
    ],
    [
      'with a key that is none',
      () => ({ TESSERA_SECRET_KEY: Buffer.alloc(32).toString('base64') }),
      /no random key/,
    ],
    [
      'that trusts every proxy',
      () => ({ TESSERA_TRUSTED_PROXIES: '0.0.0.0/0' }),
      /TESSERA_TRUSTED_PROXIES held/,
    ],
    ['with an open debugger', () => ({ NODE_OPTIONS: '--inspect=127.0.0.1:0' }), /a debugger is open/],
  ];
  test.each(cases)('%s: exit code 1 and one clear line', async (what, env, line) => {
    const args = what.includes('demonstration') ? ['--demo'] : [];
    const { code, out, err } = await serveRefused({ args, env: { ...production(), ...env() } });
    expect([code, out]).toEqual([1, '']);
    const lines = err.split('\n').filter((text) => line.test(text));
    expect([err, lines.length]).toEqual([err, 1]);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('what it stores is for its owner alone, also in a folder that others may read', async () => {
    const open = mkdtempSync(join(tmpdir(), 'tessera-open-'));
    chmodSync(open, 0o755);
    const server = await serve({ env: { TESSERA_DATA: open } });
    for (const name of ['tessera.db', 'tessera.db-wal', 'tessera.db-shm']) {
      expect([name, (statSync(join(open, name)).mode & 0o777).toString(8)]).toEqual([name, '600']);
    }
    await server.kill('SIGTERM');
    rmSync(open, { recursive: true });
  });
});
