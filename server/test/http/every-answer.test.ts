import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { webFolder } from '../support/web-folder.ts';
import { createWorld } from '../support/world.ts';
import { type Answered, everyAnswer, listedOrigin } from './every-answer.ts';

const sites = engines.flatMap((engine) => [
  [engine, undefined] as const,
  [engine, 'https://issues.example.com/jira'] as const,
]);

/** One walk over all routes, pages, files and what is no request at all. */
describe.each(sites)('every answer on %s under %s', (engine, baseUrl) => {
  const built = webFolder();
  let server: RunningServer;
  let answers: readonly Answered[];
  /** What of all answers is not as it should be; they must not be few. */
  const wrong = (
    isWrong: (answer: Answered) => boolean,
    among: (answer: Answered) => boolean = () => true,
    atLeast = 1000,
  ) => {
    const looked = answers.filter(among);
    expect(looked.length).toBeGreaterThanOrEqual(atLeast);
    return looked.filter(isWrong).map(({ what }) => what);
  };
  const header = ({ headers }: Answered, name: string) => headers.get(name) ?? '';
  const isHtml = (answer: Answered) => header(answer, 'content-type').startsWith('text/html');
  const accessOf = ({ routeId }: Answered) => server.app.routes.find(({ id }) => id === routeId)?.access;

  beforeAll(async () => {
    const env = { TESSERA_CORS_ORIGINS: listedOrigin };
    server = await startServer({
      engine,
      webFolder: built.folder,
      env: baseUrl === undefined ? env : { ...env, TESSERA_BASE_URL: baseUrl },
    });
    answers = await everyAnswer(server, await createWorld(server, { issues: 1 }));
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    built.remove();
  });

  test('are of all kinds, from all routes', () => {
    const statuses = new Set(answers.map(({ status }) => status));
    const kinds = [200, 201, 204, 302, 400, 401, 403, 404, 413, 415, 431, 500];
    expect(kinds.filter((status) => !statuses.has(status))).toEqual([]);
    const walked = new Set(answers.map(({ routeId }) => routeId));
    expect(server.app.routes.filter(({ id }) => !walked.has(id))).toEqual([]);
    expect(answers.filter(({ status }) => status >= 500).map(({ what }) => what)).toEqual([
      'GET /rest/api/2/issue/QA-1 a bug → 500',
    ]);
  });

  test('S7: bear nosniff, a policy without frames, Referrer-Policy and, over TLS, HSTS', () => {
    expect(wrong((one) => header(one, 'x-content-type-options') !== 'nosniff')).toEqual([]);
    expect(wrong((one) => header(one, 'x-frame-options') !== 'DENY')).toEqual([]);
    const within = ['same-origin', 'no-referrer'];
    expect(wrong((one) => !within.includes(header(one, 'referrer-policy')))).toEqual([]);
    expect(wrong((one) => !policyOf(one).includes("frame-ancestors 'none'"))).toEqual([]);
    const hsts = baseUrl === undefined ? '' : 'max-age=63072000';
    expect(wrong((one) => header(one, 'strict-transport-security') !== hsts)).toEqual([]);
  });

  test('S7, H7: run no script but by nonce, submit no form elsewhere, and share their window with no other site', () => {
    const policies = [
      /^default-src 'none'(;|$)/,
      /; base-uri 'none'(;|$)/,
      /; form-action '(none|self)'(;|$)/,
    ];
    for (const policy of policies) {
      expect(wrong((one) => !policy.test(header(one, 'content-security-policy')))).toEqual([]);
    }
    const script = (one: Answered) => policyOf(one).find((part) => part.startsWith('script-src'));
    expect(wrong((one) => !/^(script-src 'nonce-[\w-]{22}'|undefined)$/.test(String(script(one))))).toEqual(
      [],
    );
    expect(wrong((one) => header(one, 'cross-origin-opener-policy') !== 'same-origin')).toEqual([]);
    // A page says what its browser may do, and object-src by name, whatever default-src says.
    const isPage = (one: Answered) => isHtml(one) && one.status < 300;
    expect(wrong((one) => !policyOf(one).includes("object-src 'none'"), isPage, 10)).toEqual([]);
    expect(wrong((one) => header(one, 'permissions-policy') === '', isPage, 10)).toEqual([]);
    const scripts = ({ text }: Answered) => text.match(/<script[^>]*>/g) ?? [];
    const nonced = (one: Answered) => {
      const nonce = /'nonce-([\w-]{22})'/.exec(header(one, 'content-security-policy'))?.[1];
      return scripts(one).every((tag) => tag.includes(` nonce="${nonce}"`));
    };
    expect(
      wrong(
        (one) => !nonced(one),
        (one) => isHtml(one) && scripts(one).length > 0,
        5,
      ),
    ).toEqual([]);
    expect(wrong(({ text }) => /<[^>]+ (on\w+|style)=/.test(text), isHtml, 10)).toEqual([]);
  });

  test('S7: are kept by no cache when they were made for somebody', () => {
    const kept = (one: Answered) => !/\bno-store\b/.test(header(one, 'cache-control'));
    expect(wrong(kept, (one) => !['no-door', undefined].includes(accessOf(one)))).toEqual([]);
    expect(wrong(kept, ({ status }) => status >= 400)).toEqual([]);
    const files = answers.filter(kept).map(({ routeId, what }) => routeId ?? what.split(' ')[1]);
    expect([...new Set(files)].sort()).toEqual([
      '/assets/app-1a2b.js',
      '/icon.svg',
      'getDocumentationAsset',
      'getIcon',
      'getOpenApiDocument',
      'getProjectAvatar',
    ]);
  });

  test('S4: set cookies that scripts do not read, no other site sends, and no other host gets', () => {
    const cookies = answers.flatMap(({ what, headers }) =>
      headers.getSetCookie().map((line) => {
        const [pair = '', ...attributes] = line.split('; ');
        return { what, line, name: pair.split('=')[0]!, pair, attributes };
      }),
    );
    expect(new Set(cookies.map(({ name }) => name)).size).toBeGreaterThanOrEqual(5);
    const secure = baseUrl === undefined ? [] : ['Secure'];
    for (const { what, line, name, pair, attributes } of cookies) {
      const isXsrfToken = name === 'atlassian.xsrf.token';
      const needed = ['SameSite=Lax', ...secure, ...(isXsrfToken ? [] : ['HttpOnly'])];
      expect([what, line, needed.filter((one) => !attributes.includes(one))]).toEqual([what, line, []]);
      const path = name === '__Host-tessera' ? '/' : new URL(baseUrl ?? 'http://x/').pathname;
      expect([line, attributes.includes(`Path=${path}`)]).toEqual([line, true]);
      expect([line, /domain=/i.test(line), pair.length <= 4096]).toEqual([line, false, true]);
    }
    const ofPages = baseUrl === undefined ? 'tessera' : '__Host-tessera';
    expect(cookies.map(({ name }) => name)).toContain(ofPages);
  });

  test('B4: name a scheme with every 401, never Basic unless it was asked for', () => {
    const is401 = ({ status }: Answered) => status === 401;
    expect(wrong((one) => header(one, 'www-authenticate') === '', is401, 300)).toEqual([]);
    const basic = (one: Answered) => /\bbasic\b/i.test(header(one, 'www-authenticate'));
    expect(wrong(basic, ({ challenged }) => !challenged)).toEqual([]);
    const asked = ({ challenged, status }: Answered) => challenged && status === 401;
    expect(wrong((one) => !basic(one), asked, 1)).toEqual([]);
  });

  test('C7: tell no stack, statement, path or version of a part', () => {
    const refused = ({ status }: Answered) => status >= 400;
    const all = ({ text, headers }: Answered) => `${text}\n${[...headers].flat().join('\n')}`;
    for (const told of [...inside, server.app.site.config.dataFolder, process.cwd()]) {
      const tells = (one: Answered) =>
        typeof told === 'string' ? all(one).includes(told) : told.test(all(one));
      expect([told, wrong(tells, refused)]).toEqual([told, []]);
    }
    expect(wrong((one) => one.headers.has('server') || one.headers.has('x-powered-by'))).toEqual([]);
  });

  test('B5: never lead from /rest to anywhere else', () => {
    const leads = ({ status, what }: Answered) => status >= 300 && status < 400 && / \/rest\//.test(what);
    expect(wrong(leads)).toEqual([]);
  });
});

const policyOf = ({ headers }: Answered) => (headers.get('content-security-policy') ?? '').split('; ');

const versions = JSON.parse(readFileSync(new URL('../../../package-lock.json', import.meta.url), 'utf8'))
  .packages as Record<string, { version?: string }>;
const versionOf = (name: string) => versions[`node_modules/${name}`]!.version!;

/** What only the inside knows; what a refused request itself said is not meant. */
const inside: readonly (string | RegExp)[] = [
  /\n\s+at /,
  /node:|node_modules|\.ts\b|file:\/\//,
  /SQLITE|sqlite|postgres|kysely|fastify|undici|\bpg_/i,
  /\b(select|insert into|update|delete from)\b.*\b(from|values|set|where)\b/is,
  /UNIQUE constraint|violates|no such (table|column)|relation "|syntax error at|duplicate key value/,
  /\b(TypeError|ReferenceError|RangeError|SyntaxError|AggregateError|ECONN\w+|ENOENT|EACCES)\b/,
  /\/(tmp|home|usr|var|work|root)\//,
  process.version,
  process.versions.sqlite ?? 'sqlite',
  versionOf('fastify'),
  versionOf('kysely'),
];
