import { beforeAll, describe, expect, test } from 'vitest';
import { type Cast, createCast, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('/myself (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  test('answers the caller, whole and nothing else', async () => {
    const { user } = cast.accounts.fred;
    const { url } = server.current;
    const avatar = `${url}/secure/useravatar?ownerId=${user.key}`;
    expect(await ok(cast.fred.get('/myself'))).toEqual({
      self: `${url}/rest/api/2/user?username=fred`,
      key: user.key,
      name: 'fred',
      accountId: user.accountId,
      accountType: 'atlassian',
      emailAddress: 'fred@example.com',
      avatarUrls: {
        '48x48': avatar,
        '24x24': `${avatar}&size=small`,
        '16x16': `${avatar}&size=xsmall`,
        '32x32': `${avatar}&size=medium`,
      },
      displayName: 'Fred',
      active: true,
      timeZone: 'UTC',
      locale: 'en_US',
      deleted: false,
      expand: 'groups,applicationRoles',
    });
  });

  test('expand adds groups and applications', async () => {
    const body = await ok(cast.fred.get('/myself?expand=groups,applicationRoles'));
    expect(body.groups).toEqual({
      size: 1,
      items: [
        {
          name: 'jira-software-users',
          groupId: '10001',
          self: `${server.current.url}/rest/api/2/group?groupname=jira-software-users`,
        },
      ],
    });
    expect(body.applicationRoles).toEqual({
      size: 1,
      items: [{ key: 'jira-software', name: 'Jira Software' }],
    });
    expect((await ok(cast.stranger.get('/myself?expand=groups'))).groups).toEqual({ size: 0, items: [] });
  });

  test('nobody signed in: 401 in the plain form', async () => {
    const { status, body } = await cast.anonymous.get('/myself');
    expect([status, body]).toEqual([
      401,
      { message: 'Client must be authenticated to access this resource.', 'status-code': 401 },
    ]);
  });

  test('people change how they are called, but not what they sign in with', async () => {
    const changed = await ok(cast.wilma.put('/myself', { displayName: ' Wilma Flint ' }));
    expect(changed.displayName).toBe('Wilma Flint');
    expect((await ok(cast.wilma.get('/myself'))).displayName).toBe('Wilma Flint');
    const email = await cast.wilma.put('/myself', { displayName: 'W', emailAddress: 'w@example.com' });
    expect([email.status, Object.keys(email.body.errors)]).toEqual([400, ['emailAddress']]);
    expect((await cast.wilma.put('/myself', { displayName: '' })).body.errors).toEqual({
      displayName: 'You must specify a full name.',
    });
    expect((await cast.wilma.put('/myself', { displayName: 'W', active: false })).status).toBe(400);
    expect((await cast.anonymous.put('/myself', { displayName: 'X' })).status).toBe(401);
  });
});
