import { beforeAll, describe, expect, test } from 'vitest';
import { type Cast, createCast } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
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
