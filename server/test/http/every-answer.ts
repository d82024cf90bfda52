import { cells } from '../matrix/cells.ts';
import { fixtures } from '../matrix/fixtures.ts';
import { ask, askForm, basic, bearer } from '../support/client.ts';
import { forgetFailures } from '../support/failures.ts';
import { sendRaw } from '../support/raw.ts';
import type { RunningServer } from '../support/server.ts';
import type { Account, World } from '../support/world.ts';

/** What was asked, and all that came back. */
export interface Answered {
  /** For people: who asked for what. */
  readonly what: string;
  /** Of the route that answered; undefined: none did. */
  readonly routeId: string | undefined;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** A Basic challenge was asked for. */
  readonly challenged: boolean;
}

type Ask = Parameters<typeof ask>[2];

/**
 * Every answer that the server can be brought to give: each route to each kind of caller, by HEAD too, with wrong
 * credentials and with junk in each place; pages, files, addresses that nobody has, and what is no HTTP.
 */
export async function everyAnswer(server: RunningServer, world: World): Promise<Answered[]> {
  const answers: Answered[] = [];
  const { url, app } = server;
  const add = async (routeId: string | undefined, method: string, path: string, options: Ask, who = '') => {
    const reply = await ask(method, url + path, options);
    const what = `${method} ${path.slice(0, 80)} ${who} → ${reply.status}`;
    const challenged = /os_authType=(basic|any)/.test(path);
    answers.push({ what, routeId, challenged, ...reply });
    return reply;
  };

  const callers: readonly [string, Account | null][] = [
    ['nobody', null],
    ['wilma', world.wilma],
    ['admin', world.admin],
  ];
  for (const { id, method, path, form } of app.routes) {
    await forgetFailures(server);
    for (const [who, account] of callers) {
      const cell = cells[id];
      const asked = await (cell?.as(fixtures(server, world, account)) ?? { path: anyPath(path) });
      const { body } = asked as { body?: unknown };
      const headers = account?.auth ?? {};
      const methods = method === 'GET' ? ['GET', 'HEAD'] : [method];
      if (endsTokens(id) && account !== null) continue;
      for (const each of methods) await add(id, each, asked.path, { headers, body }, who);
    }
    if (form) {
      const reply = await askForm(url + anyPath(path), { os_username: 'x', os_password: 'x' });
      answers.push({ what: `form ${path} → ${reply.status}`, routeId: id, challenged: false, ...reply });
    }
    for (const [what, headers] of Object.entries(wrongCredentials(world))) {
      await forgetFailures(server);
      await add(id, method, anyPath(path), { headers }, what);
    }
    if (endsTokens(id)) continue;
    for (const junk of ["'", '%22%3B--', '99999999999999999999', '-1', '%F0%9F%92%A9', 'x'.repeat(300)]) {
      const query = `?${['id', 'username', 'startAt', 'jql', 'key', 'name'].map((key) => `${key}=${junk}`).join('&')}`;
      await add(id, method, path.replaceAll(/:\w+/g, junk) + query, { headers: world.admin.auth }, 'junk');
    }
    if (method === 'POST' || method === 'PUT') {
      for (const body of [null, [], 'text', { fields: [], password: {}, name: 1e308 }, deep(60)]) {
        await add(id, method, anyPath(path), { headers: world.admin.auth, body }, 'junk body');
      }
      const headers = { ...world.admin.auth, 'Content-Type': 'text/plain', 'X-Atlassian-Token': 'no-check' };
      await add(id, method, anyPath(path), { headers, body: {} }, 'text/plain');
    }
  }

  await forgetFailures(server);
  for (const query of ['basic', 'cookie', 'any', 'none']) {
    await add('getIssue', 'GET', `/rest/api/2/issue/PUB-1?os_authType=${query}`, {}, 'os_authType');
  }
  for (let n = 0; n < 4; n++) {
    const headers = { ...basic('fred', 'wrong'), Accept: n % 2 === 0 ? 'text/html' : '*/*' };
    await add('getIssue', 'GET', '/rest/api/2/issue/QA-1', { headers }, 'a lock that closes');
  }
  await forgetFailures(server);

  const right = { username: 'fred', password: 'fred' };
  await add('login', 'POST', '/rest/auth/1/session', { body: right });
  await add('openWebSession', 'POST', '/rest/tessera/1/session', { body: { ...right, rememberMe: true } });
  await add('getCaptcha', 'GET', '/captcha', {});

  const browser = { Accept: 'text/html' };
  for (const path of [...pages, ...nowhere]) {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST', 'PATCH']) {
      for (const headers of [browser, { Accept: 'application/json' }]) {
        await add(undefined, method, path, { headers });
      }
    }
  }
  const docs = await add('getDocumentationPage', 'GET', '/rest/api/docs', { headers: browser });
  for (const [, file] of docs.text.matchAll(/(?:src|href)="([^"]+\/docs\/[^"]+)"/g)) {
    await add(
      'getDocumentationAsset',
      'GET',
      new URL(file!, url).pathname.slice(new URL(url).pathname.replace(/\/$/, '').length),
      {},
    );
  }
  const cors = { Origin: listedOrigin, 'Access-Control-Request-Method': 'PUT' };
  await add(undefined, 'OPTIONS', '/rest/api/2/issue/QA-1', { headers: cors }, 'preflight');

  for (const text of unreadable(new URL(url).pathname.replace(/\/$/, ''))) {
    const { status, headers, body } = await sendRaw(url, text);
    answers.push({
      what: `raw ${JSON.stringify(text.slice(0, 60))} → ${status}`,
      routeId: undefined,
      status,
      headers: new Headers([...headers]),
      text: body,
      challenged: false,
    });
  }

  // Last: a bug, which is what a request meets whose table is gone.
  await app.site.db.schema.alterTable('issues').renameTo('issues_gone').execute();
  await add('getIssue', 'GET', '/rest/api/2/issue/QA-1', { headers: world.admin.auth }, 'a bug');
  await app.site.db.schema.alterTable('issues_gone').renameTo('issues').execute();
  return answers;
}

export const listedOrigin = 'https://dashboard.example.com';

/** Also those that the walk goes on with. */
const endsTokens = (routeId: string): boolean => routeId.startsWith('revokeAll');

const anyPath = (path: string): string => path.replaceAll(/:\w+/g, '1');

const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });

const wrongCredentials = ({ fred }: World): Record<string, Record<string, string>> => ({
  'a wrong password': basic('fred', 'wrong'),
  'a damaged token': bearer(`${fred.token.slice(0, -1)}!`),
  'an unknown scheme': { Authorization: 'Digest username="fred"' },
  'no base64': { Authorization: 'Basic ***' },
  'a session that is over': { Cookie: `JSESSIONID=${fred.token.replace('tsr_', 'tss_')}` },
});

const pages = ['/', '/login.jsp', '/browse/QA-1', '/admin/users', '/icon.svg', '/assets/app-1a2b.js'];
const nowhere = ['/no/such/page', '/rest/api/2/nothing', '/rest/nothing', '/assets/none.js', '/%2e%2e/x'];

const unreadable = (context: string): string[] => {
  const end = 'Host: HOST\r\nConnection: close\r\n\r\n';
  return [
    'garbage\r\n\r\n',
    `FOO / HTTP/1.1\r\n${end}`,
    `GET ${context}/rest/api/2/%zz HTTP/1.1\r\n${end}`,
    `GET ${context}/rest/api/2/issue/${'a'.repeat(3000)} HTTP/1.1\r\n${end}`,
    `GET ${context}/rest/api/2/myself HTTP/1.1\r\nHost: HOST\r\n${end}`,
    `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n${end}`,
    `POST ${context}/status HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
    `POST ${context}/rest/api/2/issue HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n${end}`,
    `GET ${context}/rest/api/2/myself HTTP/1.1\r\nConnection: close\r\n\r\n`,
  ];
};
