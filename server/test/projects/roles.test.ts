import { beforeAll, describe, expect, test } from 'vitest';
import { addProject, type Cast, createCast, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('project roles (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;
  let id: number;

  beforeAll(async () => {
    cast = await createCast(server.current);
    id = (
      await addProject(cast, 'ROL', {
        BROWSE_PROJECTS: [{ type: 'anyone' }],
        ADMINISTER_PROJECTS: [{ type: 'user', parameter: 'fred' }],
      })
    ).id;
  });

  const path = '/project/ROL/role/10000';

  test('the roles of a project are a map from name to address', async () => {
    const base = `${server.current.url}/rest/api/2/project/${id}/role`;
    expect(await ok(cast.anonymous.get('/project/ROL/role'))).toEqual({
      Administrators: `${base}/10002`,
      Developers: `${base}/10001`,
      Users: `${base}/10000`,
    });
  });

  test('users and groups are added, told, replaced and removed', async () => {
    const { wilma } = cast.accounts;
    const added = await cast.fred.post(path, { user: ['wilma'], group: ['jira-software-users'] });
    expect(added.status).toBe(200);
    expect(added.body).toEqual({
      self: `${server.current.url}/rest/api/2/project/${id}/role/10000`,
      name: 'Users',
      id: 10000,
      description: 'A project role that represents users in a project',
      actors: [
        {
          id: expect.any(Number),
          displayName: 'Wilma',
          type: 'atlassian-user-role-actor',
          name: 'wilma',
          actorUser: { accountId: wilma.user.accountId, name: 'wilma', key: wilma.user.key },
          avatarUrl: expect.stringContaining(wilma.user.key),
        },
        {
          id: expect.any(Number),
          displayName: 'jira-software-users',
          type: 'atlassian-group-role-actor',
          name: 'jira-software-users',
          actorGroup: { name: 'jira-software-users', displayName: 'jira-software-users', groupId: '10001' },
          avatarUrl: expect.any(String),
        },
      ],
    });
    expect(await ok(cast.wilma.get(path))).toEqual(added.body);
    expect((await cast.fred.post(path, { user: [wilma.user.accountId] })).status).toBe(400);
    const set = await ok(
      cast.fred.put(path, { categorisedActors: { 'atlassian-user-role-actor': ['fred', 'wilma'] } }),
    );
    expect(set.actors.map(({ name }: any) => name)).toEqual(['wilma', 'fred']);
    expect((await cast.fred.delete(`${path}?user=wilma`)).status).toBe(204);
    expect((await cast.fred.delete(`${path}?user=wilma`)).status).toBe(404);
    expect((await cast.fred.delete(path)).status).toBe(400);
    expect((await cast.fred.put(path, { categorisedActors: {} })).body.actors).toEqual([]);
  });

  test('the same actor added many times at once is there once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => cast.fred.post(path, { user: ['stranger'] })));
    const { actors } = await ok(cast.fred.get(path));
    expect(actors.map(({ name }: any) => name)).toEqual(['stranger']);
  });

  test('whom nobody knows is refused by name', async () => {
    const { status, body } = await cast.fred.post(path, { user: ['fred', 'nobody'] });
    expect([status, body.errorMessages]).toEqual([
      404,
      [
        "We can't find 'nobody' in any accessible user directory. Check they're still active and available, and try again.",
      ],
    ]);
    expect((await cast.fred.get('/project/ROL/role/4711')).status).toBe(404);
    expect((await cast.fred.post(path, { user: [] })).status).toBe(400);
  });

  test('anonymous callers are told no names, strangers change nothing', async () => {
    expect((await cast.anonymous.get(path)).status).toBe(401);
    expect((await cast.anonymous.post(path, { user: ['fred'] })).status).toBe(401);
    expect((await cast.wilma.post(path, { user: ['wilma'] })).status).toBe(403);
    expect((await cast.wilma.put(path, { categorisedActors: {} })).status).toBe(403);
    expect((await cast.wilma.delete(`${path}?user=fred`)).status).toBe(403);
  });

  test('roles of the site: read, made, renamed, put in place of one another', async () => {
    const roles = await ok(cast.admin.get('/role'));
    expect(roles.map(({ name, actors }: any) => [name, actors.length])).toEqual([
      ['Administrators', 1],
      ['Developers', 0],
      ['Users', 0],
    ]);
    const made = await cast.admin.post('/role', { name: 'Guests', description: 'Passing by' });
    expect([made.status, made.body]).toMatchObject([
      200,
      { name: 'Guests', description: 'Passing by', actors: [] },
    ]);
    expect((await cast.admin.post('/role', { name: 'GUESTS' })).status).toBe(409);
    expect((await cast.admin.post('/role', { name: ' Guests' })).status).toBe(400);
    const role = `/role/${made.body.id}`;
    expect((await ok(cast.admin.post(role, { description: 'Here' }))).name).toBe('Guests');
    expect((await ok(cast.admin.put(role, { name: 'Visitors', description: 'Here' }))).name).toBe('Visitors');
    expect((await ok(cast.admin.get(role))).description).toBe('Here');

    await addProject(cast, 'SWP', {
      BROWSE_PROJECTS: [{ type: 'projectRole', parameter: String(made.body.id) }],
    });
    await ok(cast.admin.post(`/project/SWP${role}`, { user: ['stranger', 'wilma'] }));
    await ok(cast.admin.post('/project/SWP/role/10000', { user: ['wilma'] }));
    expect((await cast.stranger.get('/project/SWP')).status).toBe(200);
    expect((await cast.admin.delete(role)).status).toBe(409);
    expect((await cast.admin.delete(`${role}?swap=4711`)).status).toBe(400);
    expect((await cast.admin.delete(`${role}?swap=10000`)).status).toBe(204);
    const { actors } = await ok(cast.stranger.get('/project/SWP/role/10000'));
    expect(actors.map(({ name }: any) => name).toSorted()).toEqual(['stranger', 'wilma']);
    expect((await cast.admin.get(role)).status).toBe(404);
  });

  test('roles of the site are for administrators', async () => {
    for (const [who, status] of [
      ['fred', 403],
      ['anonymous', 401],
    ] as const) {
      expect((await cast[who].get('/role')).status).toBe(status);
      expect((await cast[who].get('/role/10000')).status).toBe(status);
      expect((await cast[who].post('/role', { name: 'X' })).status).toBe(status);
      expect((await cast[who].put('/role/10000', { name: 'X' })).status).toBe(status);
      expect((await cast[who].delete('/role/10000')).status).toBe(status);
    }
  });
});
