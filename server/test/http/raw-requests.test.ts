import { beforeEach, describe, expect, test } from 'vitest';
import { forgetFailures } from '../support/failures.ts';
import { sendRaw } from '../support/raw.ts';
import { useServer } from '../support/server.ts';

/** What HTTP clients never send by themselves. */
describe('requests as an attacker writes them', () => {
  const server = useServer({ engine: 'sqlite' });
  beforeEach(() => forgetFailures(server.current));

  const send = (text: string) => sendRaw(server.current.url, text);
  const end = 'Host: HOST\r\nConnection: close\r\n';

  test.each([
    ['bytes that are no percent-encoding', `GET /rest/api/2/%zz HTTP/1.1\r\n${end}\r\n`, 400],
    [
      'a path segment beyond measure',
      `GET /rest/api/2/issue/${'a'.repeat(3000)} HTTP/1.1\r\n${end}\r\n`,
      404,
    ],
    ['a method nobody knows', `FOO / HTTP/1.1\r\n${end}\r\n`, 400],
    ['no HTTP at all', 'garbage\r\n\r\n', 400],
    ['a header beyond measure', `GET / HTTP/1.1\r\n${end}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      `POST /status HTTP/1.1\r\n${end}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`,
      400,
    ],
    [
      'length and chunks',
      `POST /status HTTP/1.1\r\n${end}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['two hosts', `GET /rest/api/2/serverInfo HTTP/1.1\r\nHost: HOST\r\n${end}\r\n`, 400],
    [
      'a rebound name',
      `GET /rest/api/2/serverInfo HTTP/1.1\r\n${end.replace('HOST', 'evil.example')}\r\n`,
      400,
    ],
    [
      'a port that is none',
      `POST /rest/auth/1/session HTTP/1.1\r\n${end.replace('HOST', 'localhost:99999')}\r\n`,
      400,
    ],
    ['QUERY without a type', `QUERY /rest/api/2/myself HTTP/1.1\r\n${end}\r\n`, 415],
  ])('%s: refused in our shape, with all headers', async (_, text, status) => {
    const reply = await send(text);
    expect([reply.status, reply.body]).toEqual([status, expect.stringMatching(/^\{"errorMessages":\["/)]);
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
    expect(reply.headers.get('x-ausername')).toBe('anonymous');
    expect(reply.headers.get('x-arequestid')).toMatch(/^\d+x\d+x/);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(reply.headers.get('cache-control')).toContain('no-store');
    expect(server.current.logged()).not.toContain('"bug"');
  });

  const wrong = `Authorization: Basic ${Buffer.from('fred:wrong').toString('base64')}\r\n`;
  test.each([
    'HEAD /rest/api/2/serverInfo',
    'OPTIONS /rest/api/2/serverInfo',
    'TRACE /rest/api/2/serverInfo',
    'PROPFIND /rest/api/2/serverInfo',
    'PATCH /rest/api/2/serverInfo',
    'GET /rest/api/2/serverInfo/',
    'GET /rest/api/latest/serverInfo',
    'GET /rest/api/2/%73erverInfo',
    'GET /rest/api/2/serverInfo;x',
    'GET /rest/api/2/x/../serverInfo',
    'GET http://evil.example/rest/api/2/serverInfo',
  ])('a wrong credential is wrong on %s', async (target) => {
    const reply = await send(`${target} HTTP/1.1\r\n${end}${wrong}\r\n`);
    expect([reply.status, reply.headers.get('x-seraph-loginreason')]).toEqual([401, 'AUTHENTICATED_FAILED']);
  });
});
