import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What each folder of server/src may import, besides itself. The arrow never turns round. */
const allowed: Record<string, readonly string[]> = {
  lib: [],
  db: ['lib'],
  http: ['lib'],
  outbound: ['lib'],
  audit: ['db', 'lib'],
  mail: ['audit', 'db', 'lib'],
  permissions: ['audit', 'db', 'lib'],
  settings: ['permissions', 'audit', 'db', 'lib'],
  users: ['permissions', 'audit', 'db', 'lib'],
  workflows: ['permissions', 'audit', 'db', 'lib'],
  projects: ['workflows', 'users', 'permissions', 'audit', 'db', 'lib'],
  issues: ['projects', 'workflows', 'users', 'permissions', 'settings', 'audit', 'db', 'lib'],
  search: ['issues', 'projects', 'workflows', 'users', 'permissions', 'settings', 'audit', 'db', 'lib'],
  auth: ['users', 'permissions', 'mail', 'outbound', 'settings', 'audit', 'http', 'db', 'lib'],
  admin: ['auth', 'users', 'permissions', 'mail', 'settings', 'audit', 'db', 'lib'],
};
/** Files beside the folders that anybody may import: plain declarations. */
const open = ['errors.ts', 'identity.ts', 'wire.ts', 'site.ts', 'config.ts', 'config-settings.ts'];

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
);

function imports(path: string): string[] {
  const text = readFileSync(join(src, path), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) =>
    relative(src, join(src, dirname(path), match[1]!)),
  );
}

const folderOf = (path: string): string => (path.includes('/') ? path.split('/')[0]! : '');

test('no import goes against the arrow', () => {
  const reversed = files.flatMap((path) => {
    const folder = folderOf(path);
    const may = allowed[folder];
    if (may === undefined) return [];
    return imports(path)
      .filter((target) => {
        if (folderOf(target) === '') return !open.includes(target);
        if (folderOf(target) === folder || may.includes(folderOf(target))) return false;
        return !(folderOf(target) === 'http' && path.endsWith('-routes.ts'));
      })
      .map((target) => `${path} imports ${target}`);
  });
  expect(reversed).toEqual([]);
});

test('a domain calls another through its rules, never its routes', () => {
  const reached = files.flatMap((path) =>
    imports(path)
      .filter((target) => target.endsWith('-routes.ts') && folderOf(target) !== folderOf(path))
      .filter(() => path !== 'app.ts')
      .map((target) => `${path} imports ${target}`),
  );
  expect(reached).toEqual([]);
});

test('the environment is read by the configuration and the command line alone', () => {
  const readers = files.filter(
    (path) => readFileSync(join(src, path), 'utf8').includes('process.env') && folderOf(path) !== 'cli',
  );
  expect(readers).toEqual([]);
});

test('every folder has a place in the arrow', () => {
  const folders = new Set(files.map(folderOf));
  for (const top of ['', 'cli']) folders.delete(top);
  expect([...folders].filter((folder) => allowed[folder] === undefined)).toEqual([]);
});
