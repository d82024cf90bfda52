import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { type RunningServer, startServer } from '../support/server.ts';

const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe.each([
  ['at the root', undefined, '/'],
  ['under a context path', 'http://localhost:2990/jira', '/jira/'],
])('pages %s', (_, baseUrl, base) => {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-web-'));
  let server: RunningServer;
  const get = (path: string, headers: Record<string, string> = browser) =>
    ask('GET', server.url + path, { headers });

  beforeAll(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><html><head><title>T</title></head></html>');
    writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'export {}');
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    server = await startServer({
      engine: 'sqlite',
      webFolder: folder,
      ...(baseUrl === undefined ? {} : { env: { TESSERA_BASE_URL: baseUrl } }),
    });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  test('every address of the router is answered with the page, which knows its base', async () => {
    const router = readFileSync(
      fileURLToPath(new URL('../../../web/src/router.tsx', import.meta.url)),
      'utf8',
    );
    const paths = [...router.matchAll(/path: '(\/[^']*)'/g)].map((match) =>
      match[1]!.replace(/\$\w+/g, 'QA-1'),
    );
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) {
      const reply = await get(path);
      expect([path, reply.status]).toEqual([path, 200]);
      expect(reply.text).toContain(`<base href="${base}">`);
    }
  });

  test('scripts come from this site only, and nobody else may frame it', async () => {
    const policy = (await get('/')).headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("object-src 'none'");
  });

  test('built files are kept by the browser for ever, the page never unasked', async () => {
    expect((await get('/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable');
    const page = await get('/');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const again = await get('/', { ...browser, 'If-None-Match': page.headers.get('etag')! });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('an unknown address is a 404: a page for people, JSON for programs', async () => {
    const page = await get('/no/such/page');
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html;charset=UTF-8']);
    const program = await get('/no/such/page', { Accept: 'application/json' });
    expect([program.status, program.body.errors]).toEqual([404, {}]);
    expect((await get('/rest/api/2/nothing')).body.errors).toEqual({});
  });

  test('no path leads out of the folder', async () => {
    for (const path of [
      '/assets/../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/..%2fpackage.json',
    ]) {
      expect((await get(path, { Accept: '*/*' })).status).toBe(404);
    }
  });
});
