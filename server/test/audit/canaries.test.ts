import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../src/http/route.ts';
import { makeSecret } from '../../src/lib/secret-format.ts';
import { ask, askForm, basic, bearer, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { everyRow } from '../support/every-table.ts';
import { forgetFailures } from '../support/failures.ts';
import { mailsOf } from '../support/mail.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';
import { webSession } from './trail.ts';

/** A place of a request; it puts the secret there. */
type Place = (secret: string) => { headers?: Record<string, string>; query?: string };

const cookie =
  (name: string): Place =>
  (secret) => ({ headers: { Cookie: `${name}=${secret}` } });
const query =
  (name: string): Place =>
  (secret) => ({ query: `${name}=${secret}` });
const header =
  (name: string): Place =>
  (secret) => ({ headers: { [name]: secret } });

/** Where a secret may arrive, whatever the route; bodies and paths come on top. */
const places: Readonly<Record<string, Place>> = {
  'Basic, as the secret': (secret) => ({ headers: basic('fred', secret) }),
  'Basic, as the name': (secret) => ({ headers: basic(secret, 'x') }),
  'Basic, without a colon': (secret) => ({
    headers: { Authorization: `Basic ${Buffer.from(secret).toString('base64')}` },
  }),
  Bearer: (secret) => ({ headers: bearer(secret) }),
  'an unknown scheme': (secret) => ({ headers: { Authorization: `Digest ${secret}` } }),
  'the scheme itself': header('Authorization'),
  'Proxy-Authorization': header('Proxy-Authorization'),
  'X-Atlassian-Token': header('X-Atlassian-Token'),
  'X-Api-Key': header('X-Api-Key'),
  Referer: (secret) => ({ headers: { Referer: `https://issues.example.com/x?code=${secret}` } }),
  JSESSIONID: cookie('JSESSIONID'),
  'the cookie of pages': cookie('tessera'),
  'the cookie that remembers': cookie('seraph.rememberme.cookie'),
  'the token of forms': cookie('atlassian.xsrf.token'),
  'the cookie of the picture': cookie('tessera.captcha'),
  os_username: query('os_username'),
  os_password: query('os_password'),
  access_token: query('access_token'),
  password: query('password'),
  token: query('token'),
  code: query('code'),
  ticket: query('ticket'),
};

/** Whose value is a secret, as far as its name tells. */
const secretName = /passw|secret|token|code|captcha|key$/i;

describe.each(engines)('C5: secrets on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const at = (path: string) => `${server.current.url}${path}`;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 1 });
  });

  /** Those of them that are found again, and where. */
  const found = async (secrets: readonly string[], replies: readonly Reply[]) => {
    await server.current.app.resets.settled();
    const sinks = new Map(await everyRow(server.current));
    sinks.set('log', server.current.logged());
    for (const [i, { text, headers }] of replies.entries()) {
      sinks.set(`answer ${i}`, `${text} ${[...headers].flat().join(' ')}`);
    }
    return [...sinks].flatMap(([sink, text]) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${sink}`),
    );
  };
  const urlOf = ({ path }: Route, value = '1') => at(path.replaceAll(/:\w+/g, value));

  test('C5: whatever is sent as a credential, on every route, is found nowhere again', async () => {
    expect(Object.keys(places).length).toBeGreaterThanOrEqual(20);
    const secrets: string[] = [];
    const replies: Reply[] = [];
    for (const [what, place] of Object.entries(places)) {
      await forgetFailures(server.current);
      for (const route of server.current.app.routes) {
        // Of the shape that passes for one of ours, so that it gets as far as it can.
        const kind = /cookie|JSESSIONID/.test(what) ? 'tss' : 'tsr';
        const secret = makeSecret(kind);
        secrets.push(secret);
        const { headers = {}, query } = place(secret);
        const url = query === undefined ? urlOf(route) : `${urlOf(route)}?${query}`;
        replies.push(await ask(route.method, url, { headers }));
      }
    }
    expect(secrets.length).toBeGreaterThan(25 * 100);
    // The address of a page that is not there is told back to who asked for it, and to nobody else.
    expect(await found(secrets, replies)).toEqual([]);
    // Thousands of requests, more with each route.
  }, 180_000);

  test('C5: nor is what stands in a field for a secret, right, wrong or broken off', async () => {
    const secrets: string[] = [];
    const replies: Reply[] = [];
    const next = () => {
      secrets.push(`Canary-${secrets.length}-of-plum-orbits-vexing-quartz`);
      return secrets.at(-1)!;
    };
    const sessions = {
      nobody: {},
      fred: await webSession(server.current, 'fred', 'fred'),
      admin: await webSession(server.current, 'admin', 'admin'),
    };
    for (const route of server.current.app.routes) {
      const names = fieldsOf(route.body);
      const secretFields = names.filter((name) => secretName.test(name));
      if (secretFields.length === 0) continue;
      for (const headers of Object.values(sessions)) {
        await forgetFailures(server.current);
        for (const name of secretFields) {
          const rest = names.filter((other) => other !== name).map((other) => [other, plain(other)]);
          const body = { ...Object.fromEntries(rest), [name]: next() };
          const send = { ...headers, 'X-Atlassian-Token': 'no-check' };
          if (route.form) replies.push(await askForm(urlOf(route), body, send));
          else {
            replies.push(await ask(route.method, urlOf(route), { headers: send, body }));
            // As a list, as an object, under a name that is none, and in JSON that ends too soon.
            replies.push(
              await ask(route.method, urlOf(route), { headers: send, body: { ...body, [name]: [next()] } }),
            );
            replies.push(
              await ask(route.method, urlOf(route), {
                headers: send,
                body: { ...body, [name]: { x: next() } },
              }),
            );
            replies.push(
              await ask(route.method, urlOf(route), {
                headers: send,
                body: { ...body, [`${name}2`]: next() },
              }),
            );
            replies.push(await sendText(route, send, `{"${name}": "${next()}`));
            replies.push(await sendText(route, send, `{"${name}": ${next()}}`));
          }
        }
      }
    }
    expect(secrets.length).toBeGreaterThan(100);
    expect(await found(secrets, replies)).toEqual([]);
  });

  test('C5: whatever else is sent is not logged', async () => {
    const secret = 'canary-that-goes-anywhere';
    await forgetFailures(server.current);
    for (const route of server.current.app.routes) {
      const body = Object.fromEntries(fieldsOf(route.body).map((name) => [name, secret]));
      const fields = fieldsOf(route.query).map((name) => `${name}=${secret}`);
      const url = `${urlOf(route, secret)}?${fields.join('&')}`;
      for (const headers of [
        world.admin.auth,
        { 'User-Agent': secret, 'X-Forwarded-For': secret, Origin: secret },
      ]) {
        await ask(route.method, url, { headers, ...(route.method === 'GET' ? {} : { body }) });
      }
    }
    await ask('GET', at(`/no/such/${secret}`), { headers: world.admin.auth });
    expect(server.current.logged()).not.toContain(secret);
  });

  test('C5, T3: secrets that are right are stored nowhere as they are', async () => {
    await forgetFailures(server.current);
    const password = 'plum orbit vexes quartz';
    const secrets: string[] = [password];
    const keep = (secret: string | undefined) => {
      expect(secret).toMatch(/\S{20}/);
      secrets.push(secret!);
      return secret!;
    };
    const cookies = (reply: Reply) =>
      reply.headers.getSetCookie().map((line) => line.split(';')[0]!.split('=').slice(1).join('='));
    const admin = await webSession(server.current, 'admin', 'admin');
    await ask('PUT', at('/rest/api/2/user/password?username=fred'), { headers: admin, body: { password } });
    const signedIn = { username: 'fred', password };
    const rest = await ask('POST', at('/rest/auth/1/session'), { body: signedIn });
    const pages = await ask('POST', at('/rest/tessera/1/session'), {
      body: { ...signedIn, rememberMe: true },
    });
    for (const value of [...cookies(rest), ...cookies(pages)]) {
      // The token of forms is made of the session's secret, and is in no table either.
      if (value !== '') keep(value);
    }
    const own = {
      Cookie: pages.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
      Origin: new URL(server.current.url).origin,
    };
    const made = await ask('POST', at('/rest/pat/latest/tokens'), { headers: own, body: { name: 'canary' } });
    const token = keep(made.body.rawToken);
    await ask('GET', at('/rest/api/2/myself'), { headers: basic('fred', token) });
    await ask('GET', at('/rest/api/2/myself'), { headers: basic('fred', password) });
    await ask('POST', at('/rest/tessera/1/password-reset'), { body: { account: 'wilma' } });
    await ask('POST', at('/rest/tessera/1/myself/email'), {
      headers: own,
      body: { email: 'fresh@example.com', password },
    });
    for (let n = 0; n < 4; n++)
      await ask('POST', at('/rest/auth/1/session'), { body: { username: 'wilma', password: 'no' } });
    const sent = await mailsOf(server.current);
    const codes = sent.flatMap(({ code }) => (code === undefined ? [] : [code]));
    expect(codes.length).toBeGreaterThanOrEqual(2);
    // They wait in a mail until it is sent; what is left of that in a file, SQLite overwrites when it needs the room.
    const waited = new Set(codes.map(keep));
    await fetch(at('/captcha')).then((reply) =>
      keep(cookies({ ...reply, headers: reply.headers } as never)[0]),
    );
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    expect(await found(secrets, [])).toEqual([]);
    const { dataFolder } = server.current.app.site.config;
    for (const file of readdirSync(dataFolder).filter((name) => name !== 'outbox')) {
      const bytes = readFileSync(join(dataFolder, file));
      const left = secrets.filter((secret) => !waited.has(secret) && bytes.includes(secret));
      expect([file, left]).toEqual([file, []]);
    }
  });

  async function sendText(route: Route, headers: Record<string, string>, body: string): Promise<Reply> {
    const type = { 'Content-Type': 'application/json' };
    const response = await fetch(urlOf(route), {
      method: route.method,
      headers: { ...headers, ...type },
      body,
    });
    return {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      body: undefined,
    };
  }
});

/** Names of what a schema describes, at its first level. */
function fieldsOf(schema: unknown): string[] {
  const { properties = {}, anyOf = [] } = (schema ?? {}) as { properties?: object; anyOf?: unknown[] };
  return [...Object.keys(properties), ...anyOf.flatMap(fieldsOf)];
}

const plain = (name: string): string => (/mail/i.test(name) ? 'somebody@example.com' : 'fred');
