import { beforeAll, describe, expect, test } from 'vitest';
import { addProject, type Cast, createCast, insertIssue, ok } from '../permissions/cast.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';

describe.each(engines)('groups (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  test('created, filled, listed by page, emptied, deleted', async () => {
    const created = await cast.admin.post('/group', { name: ' Rock & Quarry ' });
    expect(created.status).toBe(201);
    const name = encodeURIComponent('rock & quarry');
    expect(created.body).toEqual({
      name: 'Rock & Quarry',
      groupId: expect.stringMatching(/^\d+$/),
      self: `${server.current.url}/rest/api/2/group?groupname=Rock%20%26%20Quarry`,
      users: { size: 0, items: [], 'max-results': 0, 'start-index': 0, 'end-index': 0 },
      expand: 'users',
    });
    for (const member of [
      { name: 'fred' },
      { name: 'wilma' },
      { accountId: cast.accounts.admin.user.accountId },
    ]) {
      const added = await cast.admin.post(`/group/user?groupname=${name}`, member);
      expect(added.status).toBe(201);
    }
    const twice = await cast.admin.post(`/group/user?groupname=${name}`, { name: 'FRED' });
    expect([twice.status, twice.body.errorMessages]).toEqual([
      400,
      ["Cannot add user 'fred', user is already a member of 'Rock & Quarry'"],
    ]);
    const page = await ok(cast.admin.get(`/group/member?groupname=${name}&maxResults=2`));
    expect(page).toMatchObject({ maxResults: 2, startAt: 0, total: 3, isLast: false });
    expect(page.values.map((user: any) => user.name)).toEqual(['admin', 'fred']);
    const rest = page.nextPage.slice(`${server.current.url}/rest/api/2`.length);
    expect(await ok(cast.admin.get(rest))).toMatchObject({
      startAt: 2,
      isLast: true,
      values: [{ name: 'wilma' }],
    });
    const expanded = await ok(cast.admin.get(`/group?groupname=${name}&expand=users%5B1:2%5D`));
    expect(expanded.users).toMatchObject({ size: 3, 'start-index': 1, 'end-index': 2 });
    expect(expanded.users.items.map((user: any) => user.name)).toEqual(['fred', 'wilma']);
    const plain = await ok(cast.admin.get(`/group?groupId=${created.body.groupId}`));
    expect(plain.users).toMatchObject({ size: 3, items: [] });
    expect((await cast.admin.delete(`/group/user?groupname=${name}&username=fred`)).status).toBe(200);
    expect((await cast.admin.delete(`/group/user?groupname=${name}&username=fred`)).status).toBe(400);
    expect((await cast.admin.delete(`/group?groupname=${name}`)).status).toBe(200);
    expect((await cast.admin.get(`/group?groupname=${name}`)).status).toBe(404);
  });

  test('inactive members are left out unless asked for', async () => {
    await ok(cast.admin.post('/group', { name: 'quiet' }));
    await ok(cast.admin.post('/user', { name: 'quiet', displayName: 'Q', emailAddress: 'q@example.com' }));
    await ok(cast.admin.post('/group/user?groupname=quiet', { name: 'quiet' }));
    await ok(cast.admin.put('/user?username=quiet', { active: false }));
    expect((await ok(cast.admin.get('/group/member?groupname=quiet'))).total).toBe(0);
    expect((await ok(cast.admin.get('/group/member?groupname=quiet&includeInactiveUsers=true'))).total).toBe(
      1,
    );
  });

  test('the words for what is not there', async () => {
    const missing = await cast.admin.get('/group/member?groupname=nix');
    expect([missing.status, missing.body.errorMessages]).toEqual([
      404,
      ["The group named 'nix' does not exist"],
    ]);
    expect((await cast.admin.get('/group/member')).status).toBe(400);
    expect((await cast.admin.post('/group/user?groupname=jira-software-users', { name: 'nix' })).status).toBe(
      404,
    );
    expect((await cast.admin.post('/group', { name: 'JIRA-administrators' })).body.errorMessages).toEqual([
      'A group or user with this name already exists.',
    ]);
    expect((await cast.admin.post('/group', { name: '' })).status).toBe(400);
  });

  test('found by a part of the name', async () => {
    const { groups, total, header } = await ok(cast.fred.get('/groups/picker?query=SOFT'));
    expect([total, header]).toEqual([1, 'Showing 1 of 1 matching groups']);
    expect(groups).toEqual([
      { name: 'jira-software-users', groupId: '10001', html: 'jira-<b>soft</b>ware-users', labels: [] },
    ]);
    expect((await ok(cast.fred.get('/groups/picker?query=jira-&exclude=jira-software-users'))).total).toBe(1);
    expect((await ok(cast.fred.get('/groups/picker?query=%25'))).total).toBe(0);
    expect((await ok(cast.stranger.get('/groups/picker?query=jira'))).groups).toEqual([]);
    const bulk = await ok(cast.fred.get('/group/bulk?groupName=jira-administrators&groupName=nix'));
    expect(bulk).toMatchObject({ total: 1, isLast: true, values: [{ name: 'jira-administrators' }] });
    expect((await ok(cast.fred.get('/group/bulk?groupId=nonsense'))).total).toBe(0);
    expect((await cast.stranger.get('/group/bulk')).status).toBe(403);
  });

  test('a deleted group takes its grants along; comments limited to it move to the one that takes its place', async () => {
    const { db, clock } = server.current.app.site;
    const old = await ok(cast.admin.post('/group', { name: 'old' }));
    const heir = await ok(cast.admin.post('/group', { name: 'heir' }));
    const { id, schemeId } = await addProject(cast, 'GRP', {
      BROWSE_PROJECTS: [{ type: 'anyone' }],
      EDIT_ISSUES: [{ type: 'group', parameter: 'old' }],
    });
    await ok(cast.admin.post('/project/GRP/role/10001', { group: ['old'] }));
    const issueId = await insertIssue(server.current, id);
    await db
      .insertInto('comments')
      .values({
        issue_id: issueId,
        body: 'For the old',
        visibility_type: 'group',
        visibility_id: Number(old.groupId),
        created_at: clock.now(),
        updated_at: clock.now(),
      })
      .execute();
    expect((await cast.admin.delete('/group?groupname=old&swapGroup=nix')).status).toBe(404);
    expect((await cast.admin.delete('/group?groupname=old&swapGroup=heir')).status).toBe(200);
    const { visibility_id } = await db
      .selectFrom('comments')
      .select('visibility_id')
      .executeTakeFirstOrThrow();
    expect(visibility_id).toBe(Number(heir.groupId));
    const { permissions } = await ok(cast.admin.get(`/permissionscheme/${schemeId}?expand=permissions`));
    expect(permissions.map((grant: any) => grant.permission)).toEqual(['BROWSE_PROJECTS']);
    expect((await ok(cast.admin.get('/project/GRP/role/10001'))).actors).toEqual([]);
  });

  test('only administrators see members and change groups', async () => {
    for (const [who, status] of [
      ['fred', 403],
      ['anonymous', 401],
    ] as const) {
      expect((await cast[who].get('/group?groupname=jira-software-users')).status).toBe(status);
      expect((await cast[who].get('/group/member?groupname=jira-software-users')).status).toBe(status);
      expect((await cast[who].post('/group', { name: 'mine' })).status).toBe(status);
      expect((await cast[who].delete('/group?groupname=jira-software-users')).status).toBe(status);
      expect(
        (await cast[who].post('/group/user?groupname=jira-administrators', { name: 'fred' })).status,
      ).toBe(status);
      expect((await cast[who].delete('/group/user?groupname=jira-software-users&username=fred')).status).toBe(
        status,
      );
    }
  });

  test('an administrator who is no system administrator cannot become one through a group', async () => {
    const { db } = server.current.app.site;
    await ok(
      cast.admin.post('/group', { name: 'plain-admins' }).then(async (reply) => {
        const grant = {
          permission: 'ADMINISTER',
          holder_type: 'group',
          group_id: Number(reply.body.groupId),
        } as const;
        await db.insertInto('global_permissions').values(grant).execute();
        await db
          .updateTable('config_revision')
          .set((eb) => ({ revision: eb('revision', '+', 1) }))
          .execute();
        return reply;
      }),
    );
    await ok(cast.admin.post('/group/user?groupname=plain-admins', { name: 'wilma' }));
    expect((await cast.wilma.get('/permissions')).status).toBe(200);
    const join = await cast.wilma.post('/group/user?groupname=jira-administrators', { name: 'wilma' });
    expect(join.status).toBe(403);
    expect((await cast.wilma.put('/user?username=admin', { active: false })).status).toBe(403);
    expect((await cast.wilma.delete('/group?groupname=jira-administrators')).status).toBe(403);
    expect((await cast.wilma.put('/user?username=stranger', { displayName: 'S' })).status).toBe(200);
  });
});

describe.each(engines)('in the cloud profile (%s)', (engine) => {
  const server = useServer({ engine, env: { TESSERA_PROFILE: 'cloud' } });

  test('members are seen by who may browse people, and links go by account id', async () => {
    const cast = await createCast(server.current);
    const { values } = await ok(cast.fred.get('/group/member?groupname=jira-administrators'));
    const { accountId } = cast.accounts.admin.user;
    expect(values[0].self).toBe(`${server.current.url}/rest/api/2/user?accountId=${accountId}`);
    expect((await cast.stranger.get('/group/member?groupname=jira-administrators')).status).toBe(403);
  });
});
