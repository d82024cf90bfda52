import { beforeAll, describe, expect, test } from 'vitest';
import { type Cast, createCast } from '../permissions/cast.ts';
import { ask, askForm, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { forgetFailures } from '../support/failures.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('anonymous callers learn no names (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  test.each([
    '/user?username=',
    '/user/search?username=',
    '/user/search?query=',
    '/user/picker?query=',
    '/user/groups?username=',
    '/user/assignable/search?project=QA&username=',
    '/user/viewissue/search?projectKey=QA&username=',
    '/users/search?username=',
    '/group?groupname=',
    '/group/member?groupname=',
    '/groups/picker?query=',
    '/group/bulk?groupName=',
  ])('%s', async (path) => {
    const [hit, miss] = [await cast.anonymous.get(`${path}fred`), await cast.anonymous.get(`${path}nobody`)];
    const group = await cast.anonymous.get(`${path}jira-administrators`);
    expect([hit.status, hit.text]).toEqual([401, miss.text]);
    expect([group.status, group.text]).toEqual([401, miss.text]);
  });

  /** A name of somebody, or a made-up one of the same length, wherever a route could take one. */
  const put = (schema: unknown, value: string): Record<string, string> => {
    const { properties = {} } = (schema ?? {}) as { properties?: object };
    const entries = Object.keys(properties).map((name) => [name, /passw/i.test(name) ? 'wrong' : value]);
    return Object.fromEntries(entries);
  };
  const known = () => {
    const { user, email } = cast.accounts.fred;
    return [
      [user.name, 'derf'],
      [email, email.replace('fred', 'derf')],
      [user.key, user.key.replace(/\d+$/, '99998')],
      [user.accountId, '00000000-0000-4000-8000-000000000000'],
      ['jira-administrators', 'jira-administratorz'],
    ] as const;
  };

  test('N3: no route tells somebody’s name from a made-up one, in address, query or body', {
    timeout: 180_000,
  }, async () => {
    const { app, url: site } = server.current;
    const differences: string[] = [];
    let pairs = 0;
    for (const route of app.routes) {
      for (const [real, madeUp] of known()) {
        const answers: string[] = [];
        for (const value of [real, madeUp]) {
          await forgetFailures(server.current);
          // Sounds are heard so often and no more in a while.
          if (route.id === 'getCaptchaSound') server.current.clock.advance(5 * 60_000);
          const path = route.path.replaceAll(/:\w+/g, encodeURIComponent(value));
          const query = new URLSearchParams(put(route.query, value));
          const url = `${site}${path}?${query}`;
          const body = put(route.body, value);
          const reply = route.form
            ? await askForm(url, body)
            : await ask(route.method, url, route.method === 'GET' ? {} : { body });
          await app.resets.settled();
          const kept = [...reply.headers].filter(
            ([name]) => !['date', 'x-arequestid', 'content-length', 'set-cookie', 'etag'].includes(name),
          );
          const picture = /^(image\/png|audio\/)/.test(reply.headers.get('content-type') ?? '');
          answers.push(told(JSON.stringify([reply.status, kept, picture || reply.text]), value, reply));
        }
        pairs++;
        if (answers[0] !== answers[1]) differences.push(`${route.id} ${real}: ${answers.join(' | ')}`);
      }
    }
    expect(pairs).toBeGreaterThan(500);
    expect(differences).toEqual([]);
  });

  /** Without what was asked for, which an answer may repeat, and what is new in each. */
  const told = (text: string, value: string, { headers }: Reply) =>
    [value, encodeURIComponent(value), value.replaceAll('@', '&#64;'), headers.get('x-arequestid')!]
      .reduce((rest, one) => rest.replaceAll(one, 'NAME'), text)
      .replaceAll(/nonce[-=][\\"]*[\w-]{22}/g, 'NONCE');

  test('pictures are all one, and kept by nobody', async () => {
    const { fred } = cast.accounts;
    const path = `/secure/useravatar?ownerId=${fred.user.key}`;
    const [hit, miss] = [
      await cast.anonymous.get(path),
      await cast.anonymous.get('/secure/useravatar?ownerId=JIRAUSER99999'),
    ];
    expect([hit.status, hit.text]).toEqual([200, miss.text]);
    expect(hit.headers.get('content-type')).toBe('image/svg+xml');
    const stranger = await cast.stranger.get(path);
    expect(stranger.text).toBe(miss.text);
    const seen = await cast.wilma.get(path);
    expect(seen.text).toContain('>F</text>');
    for (const { headers } of [hit, seen]) expect(headers.get('cache-control')).toContain('no-store');
  });
});
