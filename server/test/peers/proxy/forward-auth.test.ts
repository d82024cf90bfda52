import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../web/support/browser.ts';
import { basic } from '../web/support/rest.ts';
import { useSite } from '../web/support/site.ts';

/** The example of docs/forward-auth.md, at other ports, with a wiki that says who it is told is there. */
describe('forward authentication behind nginx', () => {
  const site = useSite({ env: { TESSERA_TRUSTED_PROXIES: '127.0.0.1' } });
  const browser = useBrowser();
  const wiki = createServer((request, response) => {
    const { authorization, 'remote-user': user, 'remote-groups': groups } = request.headers;
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<title>Wiki</title><h1>${request.method} ${request.url} ${user} [${groups}] ${authorization ?? 'no secret'}</h1>`,
    );
  });
  let url: string;
  let stop: () => Promise<void>;

  const freePort = async (): Promise<number> => {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  };

  beforeAll(async () => {
    await new Promise<void>((resolve) => wiki.listen(0, '127.0.0.1', resolve));
    const folder = mkdtempSync(join(tmpdir(), 'tessera-forward-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'log'));
    const port = await freePort();
    const docs = readFileSync(new URL('../../../../docs/forward-auth.md', import.meta.url), 'utf8');
    const [, example = ''] = /```nginx\n(.*?)```/s.exec(docs) ?? [];
    const tessera = new URL(site.current.url).host;
    const guarded = example
      .replaceAll('127.0.0.1:8080', tessera)
      .replaceAll('127.0.0.1:9000', `127.0.0.1:${(wiki.address() as AddressInfo).port}`);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
    const config = `daemon off; pid ${folder}/nginx.pid; worker_processes 1; ${process.getuid?.() === 0 ? 'user root;' : ''}
events {}
http {
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  access_log off;
  server {
    listen 127.0.0.1:${port};
    ${guarded}
    location / { proxy_pass http://${tessera}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; }
  }
}`;
    writeFileSync(join(folder, 'nginx.conf'), config);
    const child = spawn('nginx', [
      '-p',
      folder,
      '-c',
      join(folder, 'nginx.conf'),
      '-e',
      join(folder, 'log/error.log'),
    ]);
    let output = '';
    child.stderr.on('data', (text) => (output += text));
    url = `http://127.0.0.1:${port}`;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`nginx ended: ${output}`);
      const open = await new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
      if (open) break;
    }
    stop = async () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    };
  });
  afterAll(async () => {
    await stop?.();
    wiki.close();
  });

  it('lets programs through with a token, tells the wiki who it is, and keeps the secret from it', async () => {
    const headers = { ...basic('fred@example.com', 'freds_api_token'), 'Remote-User': 'admin' };
    const reply = await fetch(`${url}/wiki/page?a=b`, { headers });
    expect([reply.status, await reply.text()]).toEqual([
      200,
      expect.stringMatching(/GET \/wiki\/page\?a=b fred \[.*jira-software-users.*\] no secret/),
    ]);
    const refused = await fetch(`${url}/wiki/page`, { headers: basic('fred@example.com', 'wrong') });
    expect([refused.status, refused.headers.get('www-authenticate') ?? '']).toEqual([
      401,
      expect.not.stringMatching(/basic/i),
    ]);
    expect((await fetch(`${url}/wiki/page`)).status).toBe(401);
    expect((await fetch(`${url}/_tessera`)).status).toBe(404);
  });

  it('leads a person to the sign-in page and back, and takes no change from another site', async () => {
    const page = await browser.visit(`${url}/wiki/start`, { refusals: [401, 403, 404] });
    await page.getByLabel('E-mail or user name').fill('fred');
    await page.getByLabel('Password', { exact: true }).fill('fred');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: /GET \/wiki\/start fred/ }).waitFor();
    expect(page.url()).toBe(`${url}/wiki/start`);
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const post = (origin: string) =>
      fetch(`${url}/wiki/start`, { method: 'POST', headers: { Cookie: cookies, Origin: origin } });
    expect((await post(url)).status).toBe(200);
    expect((await post('https://evil.example')).status).toBe(403);
  });
});
