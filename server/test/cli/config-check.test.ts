import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settings } from '../../src/config-settings.ts';
import { tessera } from './run-cli.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tessera-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = ['config', 'check'];

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('shows every setting with its value and where it comes from', async () => {
  const env = {
    TESSERA_CONFIG: write('tessera.json', '{"workers": 3, "port": 1}'),
    TESSERA_PORT: '2990',
    TESSERA_DATABASE_URL_FILE: write('url', 'postgres://u:hunter2@h/n'),
  };
  const { code, out } = await tessera(check, { env });
  expect(code).toBe(0);
  expect(out).toMatch(/^TESSERA_PORT +2990 +environment$/m);
  expect(out).toMatch(/^TESSERA_WORKERS +3 +\S+tessera\.json, "workers"$/m);
  expect(out).toMatch(/^TESSERA_HOST +127\.0\.0\.1 +default$/m);
  expect(out).toMatch(/^TESSERA_DATABASE_URL +\*{8} +TESSERA_DATABASE_URL_FILE$/m);
  expect(out).toContain('No mistakes.');
  for (const { variable } of Object.values(settings)) expect(out).toContain(`${variable} `);
});

test('secrets are masked, right or wrong, in text and JSON', async () => {
  for (const url of ['postgres://u:hunter2@h/n', 'mysql://u:hunter2@h/n']) {
    for (const json of [[], ['--json']]) {
      const { out, err } = await tessera([...check, ...json], { env: { TESSERA_DATABASE_URL: url } });
      expect(out + err).not.toContain('hunter2');
      expect(out).toContain('********');
    }
  }
});

test('with mistakes it shows all of them and what it could read, and the exit code is 1', async () => {
  const env = { TESSERA_PORT: 'x', TESSERA_HOST: '0.0.0.0', TESSERA_PROT: '1' };
  const { code, out } = await tessera(check, { env });
  expect(code).toBe(1);
  expect(out).toContain('3 mistakes:');
  expect(out).toMatch(/TESSERA_PORT held "x": it may hold a whole number/);
  expect(out).toMatch(/TESSERA_PROT: there is no such setting; did you mean TESSERA_PORT\?/);
  expect(out).toMatch(/TESSERA_BASE_URL: it must be set/);
  expect(out).toMatch(/^TESSERA_HOST +0\.0\.0\.0 +environment$/m);
});

test('--json is one document', async () => {
  const result = await tessera([...check, '--json'], { env: { TESSERA_PORT: 'x' } });
  expect(result.code).toBe(1);
  const { ok, settings: shown, mistakes } = result.json();
  expect(ok).toBe(false);
  expect(mistakes).toEqual([
    { name: 'TESSERA_PORT', held: 'x', problem: `it may hold ${settings.port.allowed}` },
  ]);
  expect(shown).toHaveLength(Object.keys(settings).length);
  expect(shown).toContainEqual({
    name: 'TESSERA_PORT',
    fileKey: 'port',
    value: 'x',
    source: 'TESSERA_PORT',
    secret: false,
  });
});

test('a file that is no JSON is a mistake, beside those of the environment', async () => {
  const env = { TESSERA_CONFIG: write('broken.json', '{'), TESSERA_PORT: 'x' };
  const { code, out } = await tessera(check, { env });
  expect(code).toBe(1);
  expect(out).toContain('it is not valid JSON');
  expect(out).toContain('TESSERA_PORT held "x"');
});

test('makes no data folder', async () => {
  const data = join(folder, 'not-there');
  const { code } = await tessera(check, { env: { TESSERA_DATA: data } });
  expect(code).toBe(0);
  expect((await tessera(['user', 'list'], { env: { TESSERA_DATA: data } })).err).toContain('no database');
});
