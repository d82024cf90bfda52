import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { describe, expect, it } from 'vitest';
import { answersTo } from '../../support/raw.ts';
import { shapes } from '../../support/smuggling.ts';
import { basic } from '../web/support/rest.ts';
import { useSite } from '../web/support/site.ts';
import { type ReverseProxy, useProxy } from './proxy.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By a client that does not ask who vouches for a test's certificate. */
function ask(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = send(
      url,
      { method, headers, agent: false, rejectUnauthorized: false } as object,
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    sent.on('error', reject).end(body);
  });
}

describe.each(['nginx', 'apache'] as const)('behind %s, set up as documented', (kind) => {
  const site = useSite({
    env: {
      TESSERA_BASE_URL: 'https://issues.example.com',
      TESSERA_TRUSTED_PROXIES: '127.0.0.1',
      TESSERA_LOG_LEVEL: 'debug',
    },
  });
  const proxy = useProxy(kind, () => /^Listening on http:\/\/(\S+)$/m.exec(site.current.output())![1]!);
  /** The same with nobody behind it: what a proxy says then is longer. */
  const alone = useProxy(kind, () => '127.0.0.1:1');
  const fred = basic('fred@example.com', 'freds_api_token');
  const admin = basic('admin@example.com', 'admins_api_token');
  const at = (path: string) => `${proxy.current.https}${path}`;

  it('programs sign in, and are answered as without it', async () => {
    const reply = await ask('GET', at('/rest/api/2/issue/QA-31'), fred);
    expect([reply.status, reply.headers['x-ausername']]).toEqual([200, 'fred']);
    expect(JSON.parse(reply.text).self).toMatch(/^https:\/\/issues\.example\.com\/rest\/api\/2\/issue\/\d+$/);
    expect(reply.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    expect(reply.headers.server).toMatch(/^(nginx|Apache)$/);
    const body = JSON.stringify({ body: 'through the proxy' });
    const json = { ...fred, 'Content-Type': 'application/json' };
    expect((await ask('POST', at('/rest/api/2/issue/QA-31/comment'), json, body)).status).toBe(201);
  });

  it('a path is the one that was sent', async () => {
    for (const path of [
      '//rest/api/2/myself',
      '/rest/api/2/x/../myself',
      '/rest/api/2/%6dyself;x',
      '/rest%2fapi/2/myself',
    ]) {
      expect([path, (await ask('GET', at(path))).status]).not.toEqual([path, 200]);
    }
    const search = await ask('GET', at('/rest/api/2/search?jql=key%20%3D%20QA-31&maxResults=1'), fred);
    expect(JSON.parse(search.text).issues[0].key).toBe('QA-31');
  });

  it('H4: what a client says about where it comes from does not count', async () => {
    const forged = {
      'X-Forwarded-For': '203.0.113.9',
      'X-Forwarded-Proto': 'http',
      Forwarded: 'for=203.0.113.9',
    };
    await ask('GET', at('/rest/api/2/myself'), { ...forged, ...basic('wilma', 'wrong') });
    const locks = await ask('GET', at('/rest/tessera/1/locks?username=wilma'), admin);
    expect(locks.text).toContain('"127.0.0.1"');
    expect(locks.text).not.toContain('203.0.113.9');
  });

  it('B5: /rest is not led from http to https, pages are', async () => {
    for (const path of ['/rest/api/2/myself', '/rest/auth/1/session']) {
      const reply = await ask('GET', `${proxy.current.http}${path}`, fred);
      expect([reply.status, reply.headers.location]).toEqual([403, undefined]);
    }
    const page = await ask('GET', `${proxy.current.http}/browse/QA-31`);
    expect([page.status, page.headers.location]).toEqual([301, 'https://issues.example.com/browse/QA-31']);
  });

  it.each(shapes)('B7: $what: nobody else gets the answer to what hides behind it', async ({ text }) => {
    const seen = () => proxy.current.logged().split('/rest/api/2/smuggled').length - 1;
    const before = seen();
    const answers = await answersTo(proxy.current.https, text, { done: true });
    for (let n = 0; n < 4; n++) {
      const reply = await ask('GET', at(`/rest/api/2/issue/QA-${n + 1}`), fred);
      expect([reply.status, JSON.parse(reply.text).key]).toEqual([200, `QA-${n + 1}`]);
    }
    // One message, or two that the proxy saw as two as well, as its log tells a moment later.
    await expect.poll(() => answers.length <= 1 + seen() - before).toBe(true);
  });

  it('H8: no secret is in its logs or ours, wherever it was put', async () => {
    const canaries: string[] = [];
    const canary = () => {
      canaries.push(`canary-${canaries.length}-${Math.random().toString(36).slice(2)}`);
      return canaries.at(-1)!;
    };
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const json = { 'Content-Type': 'application/json' };
    const sendAll = async ({ https, http }: ReverseProxy) => {
      const at = (path: string) => `${https}${path}`;
      await ask('GET', at('/rest/api/2/myself'), basic('fred', canary()));
      await ask('GET', at('/rest/api/2/myself'), basic(canary(), 'x'));
      await ask('GET', at('/rest/api/2/myself'), { Authorization: `Bearer ${canary()}` });
      await ask('GET', at('/rest/api/2/myself'), { Authorization: canary() });
      await ask('GET', at('/rest/api/2/myself'), {
        Cookie: `JSESSIONID=${canary()}; __Host-tessera=${canary()}`,
      });
      for (const name of [
        'os_username',
        'os_password',
        'access_token',
        'token',
        'password',
        'code',
        'ticket',
      ]) {
        await ask('GET', at(`/rest/api/2/serverInfo?${name}=${canary()}`));
        await ask('GET', at(`/?${name}=${canary()}`));
      }
      await ask('GET', at('/'), { Referer: `https://issues.example.com/reset-password?code=${canary()}` });
      await ask('GET', at('/login.jsp'), { 'X-Atlassian-Token': canary(), 'Proxy-Authorization': canary() });
      await ask(
        'POST',
        at('/login.jsp'),
        form,
        `os_username=fred&os_password=${canary()}&os_captcha=${canary()}`,
      );
      const session = JSON.stringify({ username: 'fred', password: canary() });
      await ask('POST', at('/rest/auth/1/session'), json, session);
      await ask('POST', at('/rest/auth/1/session'), json, `{"username": "fred", "password": "${canary()}`);
      await ask('GET', `${http}/rest/api/2/myself?os_password=${canary()}`, basic('fred', canary()));
      await ask('GET', `${http}/?code=${canary()}`, { Referer: canary() });
    };
    await sendAll(proxy.current);
    await sendAll(alone.current);
    expect(canaries.length).toBeGreaterThanOrEqual(50);
    const marked = await ask('GET', at('/rest/api/2/serverInfo'));
    await expect.poll(() => proxy.current.logged()).toContain(marked.headers['x-arequestid']);
    await expect.poll(() => alone.current.logged()).toMatch(/ 50[23] /);
    const logged = proxy.current.logged() + alone.current.logged();
    expect(canaries.filter((secret) => logged.includes(secret))).toEqual([]);
    expect(canaries.filter((secret) => site.current.output().includes(secret))).toEqual([]);
  });
});
