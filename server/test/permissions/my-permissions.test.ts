import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { addProject, type Cast, createCast, insertIssue, ok } from './cast.ts';

describe.each(engines)('GET /mypermissions and /permissions (%s)', (engine) => {
  const server = useServer({ engine });
  let cast: Cast;
  let secretId: number;

  beforeAll(async () => {
    cast = await createCast(server.current);
    await addProject(cast, 'PUB', {
      BROWSE_PROJECTS: [{ type: 'anyone' }],
      CREATE_ISSUES: [{ type: 'applicationRole' }],
    });
    const secret = await addProject(cast, 'SEC', { BROWSE_PROJECTS: [{ type: 'user', parameter: 'fred' }] });
    secretId = secret.id;
  });

  test('without a filter every permission is there, old keys marked', async () => {
    const { permissions } = await ok(cast.fred.get('/mypermissions'));
    expect(permissions.BROWSE_PROJECTS).toEqual({
      id: '10',
      key: 'BROWSE_PROJECTS',
      name: 'Browse Projects',
      type: 'PROJECT',
      description: 'Browse projects and the issues within them.',
      havePermission: true,
    });
    expect(permissions.BROWSE).toMatchObject({
      id: '10',
      key: 'BROWSE',
      havePermission: true,
      deprecatedKey: true,
    });
    expect(permissions.ADMINISTER).toMatchObject({ id: '0', type: 'GLOBAL', havePermission: false });
    expect(permissions.USER_PICKER.havePermission).toBe(true);
    expect(Object.keys(permissions).length).toBeGreaterThan(60);
  });

  test('a filter leaves only what it names; an unknown key is refused', async () => {
    const { permissions } = await ok(cast.fred.get('/mypermissions?permissions=CREATE_ISSUES,EDIT_ISSUE'));
    expect(Object.keys(permissions)).toEqual(['CREATE_ISSUES', 'EDIT_ISSUE']);
    const refused = await cast.fred.get('/mypermissions?permissions=CREATE_ISSUES,NONSENSE,__proto__');
    expect(refused.status).toBe(400);
    expect(refused.body.errorMessages).toEqual(['Unrecognized permissions: NONSENSE, __proto__']);
  });

  test('anonymous callers have what anyone has', async () => {
    const { permissions } = await ok(
      cast.anonymous.get(
        '/mypermissions?permissions=BROWSE_PROJECTS,CREATE_ISSUES,ADMINISTER&projectKey=PUB',
      ),
    );
    const held = Object.entries<any>(permissions).map(([key, { havePermission }]) => [key, havePermission]);
    expect(held).toEqual([
      ['BROWSE_PROJECTS', true],
      ['CREATE_ISSUES', false],
      ['ADMINISTER', false],
    ]);
  });

  test('a hidden project and a missing one have one answer', async () => {
    const hidden = await cast.wilma.get('/mypermissions?projectKey=SEC');
    const missing = await cast.wilma.get('/mypermissions?projectKey=NIX');
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(hidden.body).toEqual({ errorMessages: ["No project could be found with key 'SEC'."], errors: {} });
    expect(hidden.text.replaceAll('SEC', 'NIX')).toBe(missing.text);
    const byId = await cast.wilma.get(`/mypermissions?projectId=${secretId}`);
    expect(byId.body.errorMessages).toEqual([`No project could be found with id '${secretId}'.`]);
    expect((await cast.fred.get(`/mypermissions?projectId=${secretId}`)).status).toBe(200);
  });

  test('an issue decides, by key or id, and is refused as when it is viewed', async () => {
    const issueId = await insertIssue(server.current, secretId);
    expect((await cast.fred.get('/mypermissions?issueKey=SEC-1')).status).toBe(200);
    expect((await cast.fred.get(`/mypermissions?issueId=${issueId}&projectKey=NIX`)).status).toBe(200);
    expect((await cast.wilma.get('/mypermissions?issueKey=SEC-1')).status).toBe(403);
    expect((await cast.wilma.get('/mypermissions?issueKey=SEC-99')).status).toBe(404);
    expect((await cast.wilma.get('/mypermissions?issueId=9999999999999999999')).status).toBe(404);
  });

  test('the list of all permissions is for administrators', async () => {
    const { permissions } = await ok(cast.admin.get('/permissions'));
    expect(permissions.BULK_CHANGE).toMatchObject({
      key: 'BULK_CHANGE',
      name: 'Bulk Change',
      type: 'GLOBAL',
    });
    expect((await cast.fred.get('/permissions')).status).toBe(403);
    expect((await cast.anonymous.get('/permissions')).status).toBe(401);
  });
});
