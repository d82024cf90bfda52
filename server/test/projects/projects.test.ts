import { beforeAll, describe, expect, test } from 'vitest';
import { addProject, type Cast, createCast, insertIssue, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('projects (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;
  let pub: number;
  let secret: number;

  beforeAll(async () => {
    cast = await createCast(server.current);
    const open = {
      BROWSE_PROJECTS: [{ type: 'anyone' }],
      CREATE_ISSUES: [{ type: 'user', parameter: 'fred' }],
    };
    pub = (await addProject(cast, 'PUB', open, { name: 'zoo', url: 'https://example.com/zoo' })).id;
    secret = (
      await addProject(cast, 'SEC', {
        BROWSE_PROJECTS: [{ type: 'user', parameter: 'fred' }],
        ADMINISTER_PROJECTS: [{ type: 'user', parameter: 'fred' }],
      })
    ).id;
  });

  const keys = (projects: any[]) => projects.map(({ key }) => key);

  test('each caller sees theirs, as a plain array in the order of names', async () => {
    expect(keys(await ok(cast.anonymous.get('/project')))).toEqual(['PUB']);
    expect(keys(await ok(cast.wilma.get('/project')))).toEqual(['PUB']);
    expect(keys(await ok(cast.fred.get('/project')))).toEqual(['SEC', 'PUB']);
    // An administrator sees every project, though not its issues.
    expect(keys(await ok(cast.admin.get('/project')))).toEqual(['SEC', 'PUB']);
    expect(keys(await ok(cast.admin.get('/project?recent=1')))).toEqual(['SEC']);
  });

  test('the list has what expand asks for', async () => {
    const base = `${server.current.url}`;
    const [plain] = await ok(cast.anonymous.get('/project'));
    expect(plain).toEqual({
      expand: 'description,lead,issueTypes,url,projectKeys',
      self: `${base}/rest/api/2/project/${pub}`,
      id: String(pub),
      key: 'PUB',
      name: 'zoo',
      projectTypeKey: 'software',
      simplified: false,
      avatarUrls: expect.objectContaining({ '16x16': `${base}/secure/projectavatar?pid=${pub}&size=xsmall` }),
      archived: false,
      style: 'classic',
    });
    const [full] = await ok(
      cast.anonymous.get('/project?expand=description,lead,url,projectKeys,issueTypes'),
    );
    expect(full).toMatchObject({
      ...plain,
      description: '',
      lead: { name: 'admin' },
      url: 'https://example.com/zoo',
      projectKeys: ['PUB'],
    });
    expect(full.issueTypes.map(({ name }: any) => name)).toEqual([
      'Epic',
      'Story',
      'Task',
      'Bug',
      'Sub-task',
    ]);
  });

  test('one project, by key in any case and by id, with everything', async () => {
    const body = await ok(cast.anonymous.get('/project/pub'));
    expect(body).toMatchObject({
      key: 'PUB',
      description: '',
      lead: { name: 'admin', displayName: 'Admin' },
      components: [],
      versions: [],
      assigneeType: 'UNASSIGNED',
      roles: { Administrators: `${server.current.url}/rest/api/2/project/${pub}/role/10002` },
    });
    expect(await ok(cast.anonymous.get(`/project/${pub}/`))).toEqual(body);
  });

  test('a hidden project and a missing one have one answer, on every address of it', async () => {
    for (const suffix of ['', '/statuses', '/role']) {
      const [hidden, missing] = [
        await cast.wilma.get(`/project/SEC${suffix}`),
        await cast.wilma.get(`/project/NIX${suffix}`),
      ];
      expect([hidden.status, hidden.body]).toEqual([
        404,
        { errorMessages: ["No project could be found with key 'SEC'."], errors: {} },
      ]);
      expect(hidden.text.replaceAll('SEC', 'NIX')).toBe(missing.text);
      expect((await cast.anonymous.get(`/project/SEC${suffix}`)).text).toBe(hidden.text);
    }
    for (const reply of [
      await cast.wilma.put('/project/SEC', { name: 'Mine' }),
      await cast.wilma.delete('/project/SEC'),
      await cast.wilma.get('/project/SEC/role/10002'),
      await cast.wilma.post('/project/SEC/role/10002', { user: ['wilma'] }),
      await cast.wilma.get('/project/SEC/permissionscheme'),
    ]) {
      expect([reply.status, reply.body.errorMessages]).toEqual([
        404,
        ["No project could be found with key 'SEC'."],
      ]);
    }
    expect((await cast.wilma.get(`/project/${secret}`)).body.errorMessages).toEqual([
      `No project could be found with id '${secret}'.`,
    ]);
    expect((await cast.wilma.get('/project/99999999999999999999')).status).toBe(404);
  });

  test('searched by page, text, key, order and what one may do', async () => {
    const search = async (query: string, who: 'fred' | 'anonymous' | 'admin' = 'fred') =>
      keys((await ok(cast[who].get(`/project/search?${query}`))).values);
    expect(await ok(cast.fred.get('/project/search?maxResults=1'))).toMatchObject({
      startAt: 0,
      maxResults: 1,
      total: 2,
      isLast: false,
      nextPage: `${server.current.url}/rest/api/2/project/search?maxResults=1&startAt=1`,
      values: [{ key: 'PUB' }],
    });
    expect(await search('')).toEqual(['PUB', 'SEC']);
    expect(await search('', 'anonymous')).toEqual(['PUB']);
    expect(await search('orderBy=-name')).toEqual(['PUB', 'SEC']);
    expect(await search('orderBy=name&startAt=1')).toEqual(['PUB']);
    expect(await search('query=ZO')).toEqual(['PUB']);
    expect(await search('keys=sec&keys=NIX')).toEqual(['SEC']);
    expect(await search(`id=${pub}`)).toEqual(['PUB']);
    expect(await search('typeKey=business')).toEqual([]);
    expect(await search('status=archived')).toEqual([]);
    expect(await search('action=edit')).toEqual(['SEC']);
    expect(await search('action=create')).toEqual(['PUB']);
    expect(await search('action=browse', 'admin')).toEqual(['PUB']);
    expect((await cast.fred.get('/project/search?orderBy=colour')).status).toBe(400);
    expect((await cast.fred.get('/project/search?action=paint')).status).toBe(400);
  });

  test('statuses of each issue type', async () => {
    const types = await ok(cast.anonymous.get('/project/PUB/statuses'));
    expect(types.map(({ name, subtask }: any) => [name, subtask])).toContainEqual(['Sub-task', true]);
    expect(types[0].statuses.map(({ name }: any) => name)).toEqual(['To Do', 'In Progress', 'Done']);
    expect(types[0].statuses[0].statusCategory).toMatchObject({ id: 2, key: 'new' });
  });

  test('types of project', async () => {
    expect((await ok(cast.anonymous.get('/project/type'))).map(({ key }: any) => key)).toEqual([
      'business',
      'software',
    ]);
    expect((await ok(cast.fred.get('/project/type/software'))).formattedKey).toBe('Software');
    expect((await cast.fred.get('/project/type/nix')).status).toBe(404);
  });

  test('a picture tells nothing about a project', async () => {
    const picture = await cast.anonymous.get(`/secure/projectavatar?pid=${secret}&size=small`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect((await cast.anonymous.get('/secure/projectavatar?pid=x')).status).toBe(200);
  });

  test('its administrators and those of the site delete and change it as they may', async () => {
    await addProject(cast, 'TMP', {
      BROWSE_PROJECTS: [{ type: 'applicationRole' }],
      ADMINISTER_PROJECTS: [{ type: 'user', parameter: 'fred' }],
    });
    const change = {
      name: 'Renamed',
      description: 'Now with words',
      lead: 'fred',
      assigneeType: 'PROJECT_LEAD',
    };
    expect((await cast.anonymous.put('/project/TMP', change)).status).toBe(401);
    expect((await cast.wilma.put('/project/TMP', change)).status).toBe(403);
    const changed = await cast.fred.put('/project/TMP', change);
    expect([changed.status, changed.body]).toMatchObject([
      200,
      {
        name: 'Renamed',
        description: 'Now with words',
        lead: { name: 'fred' },
        assigneeType: 'PROJECT_LEAD',
      },
    ]);
    // What an edit leaves out stays.
    expect(await ok(cast.fred.put('/project/TMP', { url: 'http://example.com' }))).toMatchObject({
      name: 'Renamed',
      url: 'http://example.com',
    });
    expect((await cast.fred.put('/project/TMP', { permissionScheme: 0 })).status).toBe(403);
    expect((await cast.fred.put('/project/TMP', { name: 'ZOO', key: 'NEW' })).body.errors).toEqual({
      projectName: 'A project with that name already exists.',
      projectKey: 'The key of a project cannot be changed.',
    });
    expect((await cast.anonymous.delete('/project/TMP')).status).toBe(401);
    expect((await cast.fred.delete('/project/TMP')).status).toBe(403);
  });

  test('deleting takes issues and all that hangs on them along', async () => {
    const { db, clock } = server.current.app.site;
    const { id } = await addProject(cast, 'END');
    const parent = await insertIssue(server.current, id, { reporter: cast.accounts.fred.user.id });
    const child = await insertIssue(server.current, id);
    await db.updateTable('issues').set({ parent_id: parent }).where('id', '=', child).execute();
    await db
      .insertInto('comments')
      .values({ issue_id: parent, body: 'x', created_at: clock.now(), updated_at: clock.now() })
      .execute();
    const property = { key: 'k', value: '1' };
    await db
      .insertInto('entity_properties')
      .values([
        { entity_type: 'issue', entity_id: parent, ...property },
        { entity_type: 'project', entity_id: id, ...property },
        { entity_type: 'project', entity_id: pub, ...property },
      ])
      .execute();
    expect((await cast.admin.delete('/project/END')).status).toBe(204);
    expect((await cast.admin.get('/project/END')).status).toBe(404);
    expect(await db.selectFrom('comments').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('issues').select('id').where('project_id', '=', id).execute()).toEqual([]);
    expect(await db.selectFrom('entity_properties').select('entity_id').execute()).toEqual([
      { entity_id: pub },
    ]);
    expect((await cast.admin.delete('/project/END')).status).toBe(404);
  });
});
