import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { addProject, type Cast, createCast, type HolderInput, insertIssue, ok } from './cast.ts';

type Who = 'admin' | 'fred' | 'wilma' | 'stranger' | 'anonymous';

describe.each(engines)('who holds a permission (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;
  let projects = 0;

  beforeAll(async () => {
    cast = await createCast(server.current);
  });

  const nextKey = () => `P${String.fromCharCode(65 + projects++)}`;

  async function editors(query: string): Promise<Who[]> {
    const all: Who[] = ['admin', 'fred', 'wilma', 'stranger', 'anonymous'];
    const held: Who[] = [];
    for (const who of all) {
      const { permissions } = await ok(cast[who].get(`/mypermissions?permissions=EDIT_ISSUES&${query}`));
      if (permissions.EDIT_ISSUES.havePermission) held.push(who);
    }
    return held;
  }

  async function projectWhereEdits(...holders: HolderInput[]): Promise<{ id: number; key: string }> {
    const key = nextKey();
    const { id } = await addProject(cast, key, {
      BROWSE_PROJECTS: [{ type: 'anyone' }],
      EDIT_ISSUES: holders,
    });
    return { id, key };
  }

  test.each<[string, HolderInput, Who[]]>([
    ['anyone', { type: 'anyone' }, ['admin', 'fred', 'wilma', 'stranger', 'anonymous']],
    ['anybody signed in', { type: 'applicationRole' }, ['admin', 'fred', 'wilma', 'stranger']],
    ['a group', { type: 'group', parameter: 'jira-software-users' }, ['admin', 'fred', 'wilma']],
    ['a user', { type: 'user', parameter: 'wilma' }, ['wilma']],
    ['the project lead', { type: 'projectLead' }, ['admin']],
    [
      'a project role given to a group',
      { type: 'projectRole', parameter: String(builtIn.roles.administrators) },
      ['admin'],
    ],
  ])('%s', async (_name, holder, expected) => {
    const { key } = await projectWhereEdits(holder);
    expect(await editors(`projectKey=${key}`)).toEqual(expected);
  });

  test('nobody, where nothing is granted: not even an administrator', async () => {
    const { key } = await projectWhereEdits();
    expect(await editors(`projectKey=${key}`)).toEqual([]);
  });

  test('a project role given to a user, in that project only, from the next request on', async () => {
    const role = builtIn.roles.developers;
    const { key } = await projectWhereEdits({ type: 'projectRole', parameter: String(role) });
    const other = await projectWhereEdits({ type: 'projectRole', parameter: String(role) });
    expect(await editors(`projectKey=${key}`)).toEqual([]);
    await ok(cast.admin.post(`/project/${key}/role/${role}`, { user: ['fred'] }));
    expect(await editors(`projectKey=${key}`)).toEqual(['fred']);
    expect(await editors(`projectKey=${other.key}`)).toEqual([]);
    expect((await cast.admin.delete(`/project/${key}/role/${role}?user=fred`)).status).toBe(204);
    expect(await editors(`projectKey=${key}`)).toEqual([]);
  });

  test('joining and leaving a group counts on the next request', async () => {
    await ok(cast.admin.post('/group', { name: 'editors' }));
    const { key } = await projectWhereEdits({ type: 'group', parameter: 'editors' });
    expect(await editors(`projectKey=${key}`)).toEqual([]);
    await ok(cast.admin.post('/group/user?groupname=editors', { name: 'stranger' }));
    expect(await editors(`projectKey=${key}`)).toEqual(['stranger']);
    await ok(cast.admin.delete('/group/user?groupname=editors&username=stranger'));
    expect(await editors(`projectKey=${key}`)).toEqual([]);
  });

  test('reporter and assignee hold it on their own issues, and the project says that they may', async () => {
    const { fred, wilma } = cast.accounts;
    const { id, key } = await projectWhereEdits({ type: 'reporter' }, { type: 'assignee' });
    await insertIssue(server.current, id, { reporter: fred.user.id, assignee: wilma.user.id });
    await insertIssue(server.current, id, { reporter: wilma.user.id });
    expect(await editors(`issueKey=${key}-1`)).toEqual(['fred', 'wilma']);
    expect(await editors(`issueKey=${key}-2`)).toEqual(['wilma']);
    expect(await editors(`projectKey=${key}`)).toEqual(['admin', 'fred', 'wilma', 'stranger']);
  });

  test('where only reporters browse, they alone see their issues', async () => {
    const key = nextKey();
    const { fred } = cast.accounts;
    const { id } = await addProject(cast, key, { BROWSE_PROJECTS: [{ type: 'reporter' }] });
    await insertIssue(server.current, id, { reporter: fred.user.id });
    expect((await cast.fred.get(`/mypermissions?issueKey=${key}-1`)).status).toBe(200);
    expect((await cast.wilma.get(`/mypermissions?issueKey=${key}-1`)).status).toBe(403);
    expect((await cast.anonymous.get(`/mypermissions?issueKey=${key}-1`)).status).toBe(401);
    expect((await cast.anonymous.get(`/project/${key}`)).status).toBe(404);
  });

  test('a system administrator is an administrator too', async () => {
    const { db } = server.current.app.site;
    const { groupId } = await ok(cast.admin.post('/group', { name: 'system' }));
    await ok(cast.admin.post('/group/user?groupname=system', { name: 'stranger' }));
    expect((await cast.stranger.get('/permissions')).status).toBe(403);
    await inTransaction(db, async (trx) => {
      const grant = { permission: 'SYSTEM_ADMIN', holder_type: 'group', group_id: Number(groupId) } as const;
      await trx.insertInto('global_permissions').values(grant).execute();
      await bumpRevision(trx);
    });
    expect((await cast.stranger.get('/permissions')).status).toBe(200);
  });
});
