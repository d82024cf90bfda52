import { expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { engines } from '../support/engines.ts';
import { useServer } from '../support/server.ts';

const server = useServer({ engine: engines[0]! });

const fetchPage = () => ask('GET', `${server.current.url}/rest/api/docs`);
const addresses = (html: string) => [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);

test('the page takes nothing from elsewhere and runs no inline script', async () => {
  const { status, headers, text } = await fetchPage();
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html;charset=UTF-8');
  const policy = headers.get('content-security-policy')!;
  expect(policy).toContain("default-src 'none'");
  const nonce = /(?:^|; )script-src 'nonce-([\w-]{22})';/.exec(policy)?.[1];
  for (const script of text.match(/<script[^>]*>/g)!) {
    expect(script).toMatch(new RegExp(`^<script nonce="${nonce}" src="`));
  }
  expect(text).not.toMatch(/ on\w+=/);
  for (const address of addresses(text)) expect(address).toMatch(/^(\/rest\/api\/|data:,)/);
});

test('its files are there, with the right type, and may be kept for ever', async () => {
  const files = addresses((await fetchPage()).text).filter((address) => address.includes('/docs/'));
  expect(files.length).toBe(5);
  for (const file of files) {
    const { status, headers, text } = await ask('GET', server.current.url + file);
    expect([file, status]).toEqual([file, 200]);
    expect(headers.get('content-type')).toMatch(file.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
    expect(headers.get('cache-control')).toContain('immutable');
    expect(text.length).toBeGreaterThan(50);
  }
});

test.each(['package.json', 'index.html', '..%2Fpackage.json', '__proto__', 'constructor', 'swagger-ui.js'])(
  'no other file is served: %s',
  async (file) => {
    const { status } = await ask('GET', `${server.current.url}/rest/api/docs/0/${file}`);
    expect(status).toBe(404);
  },
);
