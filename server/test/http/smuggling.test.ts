import { describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { answersTo, sendRaw } from '../support/raw.ts';
import { useServer } from '../support/server.ts';
import { shapes } from '../support/smuggling.ts';

describe('messages that can be read in two ways', () => {
  const server = useServer({ engine: 'sqlite' });
  test.each(shapes)('B7: $what is refused, and what hides behind it is not read', async ({ text }) => {
    expect(await answersTo(server.current.url, text)).toEqual([400]);
  });

  test('B7: no lenient parser was asked for', () => {
    expect(process.execArgv.join(' ')).not.toContain('insecure-http-parser');
    expect(server.current.app.server.initialConfig).not.toHaveProperty('http.insecureHTTPParser', true);
  });

  test('B7: nothing of it broke the server, which answers what comes next', async () => {
    expect((await ask('GET', `${server.current.url}/status`)).status).toBe(200);
    expect(server.current.logged()).not.toContain('"msg":"bug"');
  });

  const end = 'Connection: close\r\n\r\n';
  test.each([
    ['two Host lines', `GET /status HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n${end}`],
    ['the same Host twice', `GET /status HTTP/1.1\r\nHost: HOST\r\nhOST: HOST\r\n${end}`],
    ['no Host', `GET /status HTTP/1.1\r\n${end}`],
    ['two hosts in one line', `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost: HOST, evil.example\r\n${end}`],
    ['a Host with a path', `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost: HOST/x\r\n${end}`],
    ['a Host with a name in it', `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost: x@HOST\r\n${end}`],
    ['a Host that is empty', `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost:\r\n${end}`],
  ])('B6: %s', async (_, text) => {
    expect((await sendRaw(server.current.url, text)).status).toBe(400);
  });

  test('B6: a target in absolute form is reduced to its path; its host is nobody', async () => {
    const { host } = new URL(server.current.url);
    for (const target of [
      'http://evil.example/rest/api/2/serverInfo',
      'HTTPS://evil.example:1/rest/api/2/serverInfo',
    ]) {
      const reply = await sendRaw(server.current.url, `GET ${target} HTTP/1.1\r\nHost: HOST\r\n${end}`);
      expect([reply.status, JSON.parse(reply.body).baseUrl]).toEqual([200, `http://${host}`]);
      expect(reply.body + [...reply.headers].join()).not.toContain('evil');
      const other = await sendRaw(
        server.current.url,
        `GET ${target} HTTP/1.1\r\nHost: evil.example\r\n${end}`,
      );
      expect(other.status).toBe(400);
    }
  });
});
