import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectDatabase } from '../../src/db/database.ts';
import { ask, basic, bearer } from '../support/client.ts';
import { freshDatabase } from '../support/databases.ts';
import { engines } from '../support/engines.ts';
import { tessera } from './run-cli.ts';
import { type ServeProcess, serve, serveRefused, startTimeoutMs } from './serve-process.ts';

const demo = ['--demo'];
const fred = basic('fred@example.com', 'freds_api_token');
const wilma = basic('wilma@example.com', 'wilmas_api_token');
const admin = basic('admin@example.com', 'admins_api_token');

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'tessera-demo-test-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(engines)('the demonstration on %s', (engine) => {
  let server: ServeProcess;
  let temporary: string;
  let drop: () => Promise<void>;
  const get = (path: string, headers: Record<string, string> = {}) =>
    ask('GET', `${server.url}${path}`, { headers });

  beforeAll(async () => {
    temporary = join(scratch, engine);
    mkdirSync(temporary);
    const database = await freshDatabase(engine, 'empty');
    drop = database.drop;
    server = await serve({
      args: demo,
      env: {
        TMPDIR: temporary,
        ...(database.url === undefined ? {} : { TESSERA_DATABASE_URL: database.url }),
      },
    });
  }, startTimeoutMs);
  afterAll(async () => {
    await server.kill('SIGTERM');
    await drop();
  });

  test("the page's two examples answer 200 as they stand", async () => {
    const json = { 'Content-Type': 'application/json' };
    const first = await get('/rest/api/2/issue/createmeta', { ...fred, ...json });
    expect(first.status).toBe(200);
    expect(first.body.projects.map((project: any) => project.key).sort()).toEqual(['PUB', 'QA']);
    const second = await get('/rest/api/2/issue/QA-31', { Authorization: 'Basic ZnJlZDpmcmVk', ...json });
    expect([second.status, second.body.key]).toEqual([200, 'QA-31']);
  });

  test('QA is for its members, PUB for everyone', async () => {
    const status = async (path: string, headers = {}) =>
      (await get(`/rest/api/2/issue/${path}`, headers)).status;
    expect(await status('QA-31', fred)).toBe(200);
    expect(await status('QA-31', admin)).toBe(200);
    expect(await status('QA-31', wilma)).toBe(403);
    expect(await status('QA-31', basic('wilma', 'wilma'))).toBe(403);
    expect(await status('QA-31')).toBe(401);
    for (const who of [fred, admin, wilma, {}]) expect(await status('PUB-2', who)).toBe(200);
  });

  test.each([
    ['fred', fred, ['PUB', 'QA']],
    ['wilma', wilma, ['PUB']],
    ['admin', admin, ['PUB', 'QA']],
    ['nobody', {}, ['PUB']],
  ])('%s sees the projects they should', async (_, headers, keys) => {
    const { body } = await get('/rest/api/2/project', headers);
    expect(body.map((project: any) => project.key).sort()).toEqual(keys);
  });

  test.each([
    ['fred', 'QA-31', fred, 201],
    ['fred', 'PUB-2', fred, 201],
    ['wilma', 'PUB-2', wilma, 201],
    ['wilma', 'QA-31', wilma, 403],
    ['nobody', 'PUB-2', {}, 401],
  ])('%s comments on %s', async (_, key, headers, status) => {
    const url = `${server.url}/rest/api/2/issue/${key}/comment`;
    const { status: got } = await ask('POST', url, { headers, body: { body: 'Seen it too.' } });
    expect(got).toBe(status);
  });

  test('fred edits and deletes what he made; wilma administers nothing', async () => {
    const api = `${server.url}/rest/api/2`;
    const fields = { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'One more' };
    const made = await ask('POST', `${api}/issue`, { headers: fred, body: { fields } });
    expect(made.status).toBe(201);
    const path = `${api}/issue/${made.body.key}`;
    const edit = await ask('PUT', path, { headers: fred, body: { fields: { summary: 'Changed' } } });
    expect(edit.status).toBe(204);
    expect((await ask('DELETE', path, { headers: fred })).status).toBe(204);
    expect((await get('/rest/tessera/1/settings', wilma)).status).toBe(403);
    expect((await get('/rest/tessera/1/settings', fred)).status).toBe(403);
    expect((await get('/rest/tessera/1/settings', admin)).status).toBe(200);
  });

  test.each([
    ['fred', 'freds_api_token'],
    ['wilma', 'wilmas_api_token'],
    ['admin', 'admins_api_token'],
  ])('%s signs in by password, and by token as Bearer', async (name, token) => {
    expect((await get('/rest/api/2/myself', basic(name, name))).body.name).toBe(name);
    expect((await get('/rest/api/2/myself', bearer(token))).body.emailAddress).toBe(`${name}@example.com`);
  });

  test('there are issues of every type, status and priority, with people, labels and comments', async () => {
    const issues = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => (await get(`/rest/api/2/issue/QA-${i + 1}`, fred)).body),
    );
    const distinct = (read: (fields: any) => string | undefined) =>
      new Set(issues.map(({ fields }) => read(fields))).size;
    expect(distinct((fields) => fields.issuetype.name)).toBe(5);
    expect(distinct((fields) => fields.status.name)).toBe(3);
    expect(distinct((fields) => fields.priority.name)).toBe(5);
    expect(distinct((fields) => fields.assignee?.name)).toBe(3);
    expect(distinct((fields) => fields.resolution?.name)).toBeGreaterThanOrEqual(4);
    expect(distinct((fields) => fields.summary)).toBe(40);
    expect(issues.filter(({ fields }) => fields.labels.length > 0).length).toBeGreaterThan(35);
    expect(issues.filter(({ fields }) => fields.comment.total > 0).length).toBeGreaterThan(10);
    expect(issues.every(({ fields }) => Date.parse(fields.created) <= Date.parse(fields.updated))).toBe(true);
    expect(issues.every(({ fields }) => Date.parse(fields.updated) <= Date.now())).toBe(true);
    for (let n = 1; n <= 12; n++) expect((await get(`/rest/api/2/issue/PUB-${n}`)).status).toBe(200);
  });

  test('what it prints are the accounts and requests with the true URL', () => {
    const out = server.out();
    for (const name of ['fred', 'wilma', 'admin']) {
      expect(out).toMatch(new RegExp(`${name}@example\\.com +${name} / ${name} +${name}s_api_token`));
    }
    expect(out).toContain(
      `curl -D- -u fred@example.com:freds_api_token -X GET -H "Content-Type: application/json" ${server.url}/rest/api/2/issue/createmeta`,
    );
    expect(out).toContain(
      `curl -D- -X GET -H "Authorization: Basic ZnJlZDpmcmVk" -H "Content-Type: application/json" "${server.url}/rest/api/2/issue/QA-31"`,
    );
  });

  test('SIGTERM ends it with 0 and removes the temporary folder', async () => {
    expect(readdirSync(temporary).filter((name) => name.startsWith('tessera-demo-'))).toHaveLength(1);
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(readdirSync(temporary).filter((name) => name.startsWith('tessera-demo-'))).toEqual([]);
    // The first start in a checkout builds the web app, and says so there.
    expect(server.err().replace(/^Web app built in [\d.]+ s\n/, '')).toBe('');
  });
});

describe('data of its own', { timeout: startTimeoutMs }, () => {
  const folder = (name: string, ...files: string[]) => {
    const path = join(scratch, name);
    mkdirSync(path, { recursive: true });
    for (const file of files) writeFileSync(join(path, file), 'mine');
    return path;
  };

  test('is kept in the folder that TESSERA_DATA names, and gone on with', async () => {
    const env = { TESSERA_DATA: join(scratch, 'kept') };
    const first = await serve({ args: demo, env });
    expect(first.out()).toContain(`kept in ${env.TESSERA_DATA}`);
    const path = '/rest/api/2/issue/QA-31';
    const fields = { summary: 'Changed before the restart' };
    expect((await ask('PUT', first.url + path, { headers: fred, body: { fields } })).status).toBe(204);
    expect((await first.kill('SIGTERM')).code).toBe(0);
    const second = await serve({ args: demo, env });
    const { body } = await ask('GET', second.url + path, { headers: fred });
    expect(body.fields.summary).toBe(fields.summary);
    expect((await second.kill('SIGTERM')).code).toBe(0);

    const refused = await serveRefused({ env });
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/holds demonstration data.*--demo/);
    // Managing its accounts harms nobody.
    expect((await tessera(['user', 'list'], { env })).out).toContain('wilma@example.com');
  });

  test.each([
    ['another file', () => folder('files', 'thesis.doc')],
    ['a hidden file', () => folder('hidden', '.keep')],
  ])('a folder with %s is refused and left alone', async (_, make) => {
    const path = make();
    const before = readdirSync(path);
    const { code, err } = await serveRefused({ args: demo, env: { TESSERA_DATA: path } });
    expect(code).toBe(1);
    expect(err).toMatch(/^tessera: the data folder .* is not empty/);
    expect(readdirSync(path)).toEqual(before);
  });

  test('an empty folder is filled', async () => {
    const server = await serve({ args: demo, env: { TESSERA_DATA: folder('empty') } });
    expect((await ask('GET', `${server.url}/rest/api/2/issue/QA-31`, { headers: fred })).status).toBe(200);
    await server.kill('SIGTERM');
  });

  test.each(engines)(
    'a real site on %s is refused, whether it has accounts or not, and left alone',
    async (engine) => {
      const database = await freshDatabase(engine);
      const env: Record<string, string> = {
        TESSERA_DATA: database.folder,
        ...(database.url === undefined ? {} : { TESSERA_DATABASE_URL: database.url }),
      };
      try {
        for (const prepare of [false, true]) {
          if (prepare) {
            const args = ['user', 'add', '--email', 'real@example.com', '--name', 'real', '--admin'];
            expect((await tessera(args, { env })).code).toBe(0);
          }
          const { code, err } = await serveRefused({ args: demo, env });
          expect(code).toBe(1);
          expect(err).toMatch(
            /^tessera: the database .* is not empty, and what it holds is not demonstration data/,
          );
        }
        const db = await connectDatabase({
          folder: database.folder,
          ...(database.url && { url: database.url }),
        });
        const users = await db.db.selectFrom('users').select('name').execute();
        await db.close();
        expect(users).toEqual([{ name: 'real' }]);
      } finally {
        await database.drop();
      }
    },
  );

  test("another program's tables are refused", async () => {
    const database = await freshDatabase('sqlite', 'empty');
    const opened = await connectDatabase({ folder: database.folder });
    await opened.db.schema.createTable('theirs').addColumn('id', 'integer').execute();
    await opened.close();
    const { code } = await serveRefused({ args: demo, env: { TESSERA_DATA: database.folder } });
    expect(code).toBe(1);
    await database.drop();
  });

  test('beyond loopback it is refused', async () => {
    const env = { TESSERA_HOST: '0.0.0.0', TESSERA_BASE_URL: 'https://demo.example.com' };
    const { code, err } = await serveRefused({ args: demo, env });
    expect(code).toBe(1);
    expect(err).toContain('--demo listens on loopback only');
  });
});

test('--json prints one document, with the accounts', { timeout: startTimeoutMs }, async () => {
  const server = await serve({ args: ['--demo', '--json'] });
  const document = JSON.parse(server.out());
  expect(document).toMatchObject({ state: 'RUNNING', url: server.url, demonstration: { temporary: true } });
  expect(document.demonstration.accounts).toHaveLength(3);
  expect(existsSync(document.demonstration.dataFolder)).toBe(true);
  await server.kill('SIGTERM');
  expect(existsSync(document.demonstration.dataFolder)).toBe(false);
});
