import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { addProject, type Cast, createCast, ok } from './cast.ts';

describe.each(engines)('permission schemes (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  test('a fresh site has the default scheme, with id 0', async () => {
    const { permissionSchemes } = await ok(cast.admin.get('/permissionscheme'));
    expect(permissionSchemes).toEqual([
      {
        expand: 'permissions,user,group,projectRole,field,all',
        id: 0,
        self: `${server.current.url}/rest/api/2/permissionscheme/0`,
        name: 'Default Permission Scheme',
        description: expect.any(String),
      },
    ]);
    const { permissions } = await ok(cast.admin.get('/permissionscheme/0?expand=permissions'));
    expect(permissions).toContainEqual(
      expect.objectContaining({
        permission: 'ADMINISTER_PROJECTS',
        holder: {
          type: 'projectRole',
          parameter: String(builtIn.roles.administrators),
          value: String(builtIn.roles.administrators),
          expand: 'projectRole',
        },
      }),
    );
  });

  test('every kind of holder is stored and read back in its wire form', async () => {
    const { fred } = cast.accounts;
    const holders = [
      { type: 'anyone' },
      { type: 'applicationRole' },
      { type: 'group', parameter: 'JIRA-software-users' },
      { type: 'projectRole', parameter: builtIn.roles.users },
      { type: 'user', parameter: fred.user.key },
      { type: 'reporter' },
      { type: 'assignee' },
      { type: 'projectLead' },
    ];
    const created = await cast.admin.post('/permissionscheme?expand=all', {
      name: 'Every holder',
      description: 'One of each',
      permissions: holders.map((holder) => ({ permission: 'EDIT_ISSUES', holder })),
    });
    expect(created.status).toBe(201);
    const { id, permissions } = created.body;
    const base = `${server.current.url}/rest/api/2`;
    expect(permissions.map((grant: any) => grant.holder)).toEqual([
      { type: 'anyone' },
      { type: 'applicationRole' },
      {
        type: 'group',
        parameter: 'jira-software-users',
        value: '10001',
        expand: 'group',
        group: {
          name: 'jira-software-users',
          groupId: '10001',
          self: `${base}/group?groupname=jira-software-users`,
        },
      },
      {
        type: 'projectRole',
        parameter: '10000',
        value: '10000',
        expand: 'projectRole',
        projectRole: {
          self: `${base}/role/10000`,
          name: 'Users',
          id: 10000,
          description: 'A project role that represents users in a project',
        },
      },
      {
        type: 'user',
        parameter: fred.user.key,
        value: fred.user.key,
        expand: 'user',
        user: expect.objectContaining({ name: 'fred' }),
      },
      { type: 'reporter' },
      { type: 'assignee' },
      { type: 'projectLead' },
    ]);
    // What was read can be sent back as it is.
    const again = await ok(cast.admin.put(`/permissionscheme/${id}?expand=all`, created.body));
    const withoutIds = (all: any[]) => all.map(({ holder, permission }) => ({ holder, permission }));
    expect(withoutIds(again.permissions)).toEqual(withoutIds(permissions));
    const grant = permissions[4];
    expect(grant.self).toBe(`${base}/permissionscheme/${id}/permission/${grant.id}`);
  });

  test('what cannot be granted is refused, every one named, and nothing is stored', async () => {
    const refused = await cast.admin.post('/permissionscheme', {
      name: 'Nonsense',
      permissions: [
        { permission: 'FLY', holder: { type: 'anyone' } },
        { permission: 'ADMINISTER', holder: { type: 'anyone' } },
        { permission: 'EDIT_ISSUES', holder: { type: 'constructor' } },
        { permission: 'EDIT_ISSUES', holder: { type: 'group', parameter: 'nobodies' } },
        { permission: 'EDIT_ISSUES', holder: { type: 'user' } },
        { permission: 'EDIT_ISSUES', holder: { type: 'projectRole', parameter: 'x' } },
        { permission: 'EDIT_ISSUES', holder: { type: 'applicationRole', parameter: 'jira-software' } },
      ],
    });
    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages).toHaveLength(7);
    expect(refused.body.errorMessages[0]).toBe("Unrecognized permission: 'FLY'");
    const { permissionSchemes } = await ok(cast.admin.get('/permissionscheme'));
    expect(permissionSchemes.map(({ name }: any) => name)).not.toContain('Nonsense');
  });

  test('names are unique whatever their case', async () => {
    await ok(cast.admin.post('/permissionscheme', { name: 'Unique' }));
    const refused = await cast.admin.post('/permissionscheme', { name: ' uNIQUE ' });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toEqual({ name: 'A permission scheme with that name already exists.' });
    expect((await cast.admin.post('/permissionscheme', { name: ' ' })).body.errors).toEqual({
      name: 'You must specify a name.',
    });
  });

  test('a change of name keeps the grants; grants given replace all', async () => {
    const { id } = await ok(
      cast.admin.post('/permissionscheme', {
        name: 'Before',
        permissions: [{ permission: 'EDIT_ISSUES', holder: { type: 'anyone' } }],
      }),
    );
    const renamed = await ok(cast.admin.put(`/permissionscheme/${id}?expand=permissions`, { name: 'After' }));
    expect(renamed).toMatchObject({ id, name: 'After', permissions: [{ permission: 'EDIT_ISSUES' }] });
    const emptied = await ok(
      cast.admin.put(`/permissionscheme/${id}?expand=permissions`, { permissions: [] }),
    );
    expect(emptied).toMatchObject({ name: 'After', permissions: [] });
  });

  test('grants one by one: added once, read, removed', async () => {
    const { id } = await ok(cast.admin.post('/permissionscheme', { name: 'One by one' }));
    const body = { permission: 'ADD_COMMENTS', holder: { type: 'group', value: '10001' } };
    const first = await cast.admin.post(`/permissionscheme/${id}/permission`, body);
    const second = await cast.admin.post(`/permissionscheme/${id}/permission`, body);
    expect([first.status, second.body.id]).toEqual([201, first.body.id]);
    const grants = await ok(cast.admin.get(`/permissionscheme/${id}/permission`));
    expect(grants.permissions).toEqual([first.body]);
    const path = `/permissionscheme/${id}/permission/${first.body.id}`;
    expect((await cast.admin.get(path)).body).toEqual(first.body);
    expect((await cast.admin.get(`/permissionscheme/0/permission/${first.body.id}`)).status).toBe(404);
    expect((await cast.admin.delete(path)).status).toBe(204);
    expect((await cast.admin.delete(path)).status).toBe(404);
  });

  test('a scheme in use and the default one cannot be deleted', async () => {
    const { schemeId } = await addProject(cast, 'USED');
    expect((await cast.admin.delete(`/permissionscheme/${schemeId}`)).status).toBe(400);
    expect((await cast.admin.delete('/permissionscheme/0')).status).toBe(400);
    const { id } = await ok(cast.admin.post('/permissionscheme', { name: 'Free' }));
    expect((await cast.admin.delete(`/permissionscheme/${id}`)).status).toBe(204);
    expect((await cast.admin.get(`/permissionscheme/${id}`)).status).toBe(404);
    expect((await cast.admin.get('/permissionscheme/zero')).status).toBe(404);
  });

  test('administrators of a project read schemes, only those of the site change them', async () => {
    const body = { name: 'Mine' };
    for (const [who, status] of [
      ['anonymous', 401],
      ['fred', 403],
    ] as const) {
      expect((await cast[who].get('/permissionscheme')).status).toBe(status);
      expect((await cast[who].get('/permissionscheme/0')).status).toBe(status);
      expect((await cast[who].get('/permissionscheme/0/permission')).status).toBe(status);
      expect((await cast[who].post('/permissionscheme', body)).status).toBe(status);
      expect((await cast[who].put('/permissionscheme/0', body)).status).toBe(status);
      expect((await cast[who].delete('/permissionscheme/0')).status).toBe(status);
    }
    await addProject(cast, 'OWN', { ADMINISTER_PROJECTS: [{ type: 'user', parameter: 'fred' }] });
    expect((await cast.fred.get('/permissionscheme/0')).status).toBe(200);
    expect((await cast.fred.get('/project/OWN/permissionscheme')).body.name).toBe('Scheme of OWN');
    expect((await cast.fred.put('/permissionscheme/0', body)).status).toBe(403);
    expect((await cast.fred.put('/project/OWN/permissionscheme', { id: 0 })).status).toBe(403);
    expect((await cast.wilma.get('/project/OWN/permissionscheme')).status).toBe(404);
  });

  test('another scheme for a project counts on the next request', async () => {
    await addProject(cast, 'MOVE', { BROWSE_PROJECTS: [{ type: 'user', parameter: 'fred' }] });
    const open = await addProject(cast, 'OPEN', { BROWSE_PROJECTS: [{ type: 'anyone' }] });
    expect((await cast.anonymous.get('/project/MOVE')).status).toBe(404);
    const answer = await cast.admin.put('/project/MOVE/permissionscheme', { id: open.schemeId });
    expect(answer.body).toMatchObject({ id: open.schemeId, name: 'Scheme of OPEN' });
    expect((await cast.anonymous.get('/project/MOVE')).status).toBe(200);
    expect((await cast.admin.put('/project/MOVE/permissionscheme', { id: 4711 })).status).toBe(404);
  });
});
