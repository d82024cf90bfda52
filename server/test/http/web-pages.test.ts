import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { webFolder } from '../support/web-folder.ts';

const browser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe.each([
  ['at the root', undefined, '/'],
  ['under a context path', 'http://localhost:2990/jira', '/jira/'],
])('pages %s', (_, baseUrl, base) => {
  const built = webFolder();
  let server: RunningServer;
  const get = (path: string, headers: Record<string, string> = browser) =>
    ask('GET', server.url + path, { headers });

  beforeAll(async () => {
    server = await startServer({
      engine: 'sqlite',
      webFolder: built.folder,
      ...(baseUrl === undefined ? {} : { env: { TESSERA_BASE_URL: baseUrl } }),
    });
  });
  afterAll(async () => {
    await server.stop();
    built.remove();
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
      expect(reply.text).toContain(`<meta name="tessera-path" content="${base}" />`);
      expect(reply.text).toContain(` src="${base}assets/app-1a2b.js"`);
    }
  });

  test('S7, H7: scripts run by the nonce of this one answer, and nobody may frame the page', async () => {
    const nonceOf = async () => {
      const reply = await get('/');
      const policy = reply.headers.get('content-security-policy')!;
      const nonce = /(?:^|; )script-src 'nonce-([\w-]{22})';/.exec(policy)?.[1];
      expect(reply.text.match(/nonce="[^"]*"/g)).toEqual(Array(3).fill(`nonce="${nonce}"`));
      for (const part of [
        "default-src 'none'",
        `style-src 'self' 'nonce-${nonce}'`,
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy.split('; ')).toContain(part);
      }
      return nonce;
    };
    expect(new Set([await nonceOf(), await nonceOf(), await nonceOf()]).size).toBe(3);
  });

  test('built files are kept by the browser for ever, the page never: its nonce is used up', async () => {
    const file = await get('/assets/app-1a2b.js');
    expect(file.headers.get('cache-control')).toContain('immutable');
    const again = await get('/assets/app-1a2b.js', {
      ...browser,
      'If-None-Match': file.headers.get('etag')!,
    });
    expect([again.status, again.text]).toEqual([304, '']);
    const page = await get('/');
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(page.headers.get('etag')).toBeNull();
  });

  test('HEAD is answered wherever GET is, without a body', async () => {
    for (const path of ['/', '/browse/QA-1', '/icon.svg', '/assets/app-1a2b.js']) {
      const reply = await ask('HEAD', server.url + path, { headers: browser });
      expect([path, reply.status, reply.text]).toEqual([path, 200, '']);
    }
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
