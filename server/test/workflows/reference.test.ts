import { describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useServer } from '../support/server.ts';
import { addAccount } from '../support/world.ts';

describe.each(engines)('reference data of a fresh site on %s', (engine) => {
  const server = useServer({ engine });
  const get = (path: string, headers = {}) =>
    ask('GET', `${server.current.url}/rest/api/2${path}`, { headers });
  const names = async (path: string) =>
    (await get(path)).body.map(({ id, name }: { id: string; name: string }) => `${id} ${name}`);

  test('holds what a fresh Jira Software site holds, in plain arrays', async () => {
    expect(await names('/issuetype')).toEqual([
      '10000 Epic',
      '10001 Story',
      '10002 Task',
      '10004 Bug',
      '10003 Sub-task',
    ]);
    expect(await names('/priority')).toEqual(['1 Highest', '2 High', '3 Medium', '4 Low', '5 Lowest']);
    expect(await names('/status')).toEqual([
      '10000 To Do',
      '3 In Progress',
      '10001 Done',
      '1 Open',
      '4 Reopened',
      '5 Resolved',
      '6 Closed',
    ]);
    expect(await names('/statuscategory')).toEqual(['1 No Category', '2 To Do', '4 In Progress', '3 Done']);
    expect(await names('/resolution')).toEqual([
      '10000 Done',
      "10001 Won't Do",
      '10002 Duplicate',
      '10003 Cannot Reproduce',
    ]);
    expect(
      (await get('/issueLinkType')).body.issueLinkTypes.map((type: { name: string }) => type.name),
    ).toEqual(['Blocks', 'Cloners', 'Duplicate', 'Relates']);
  });

  test('a trailing slash does no harm', async () => {
    expect((await get('/issuetype/')).body).toEqual((await get('/issuetype')).body);
  });

  test.each([
    ['/issuetype', '/issuetype/10004', 'Bug'],
    ['/priority', '/priority/1', 'Highest'],
    ['/resolution', '/resolution/10000', 'Done'],
    ['/status', '/status/3', 'In Progress'],
    ['/status', '/status/in%20progress', 'In Progress'],
    ['/statuscategory', '/statuscategory/4', 'In Progress'],
    ['/statuscategory', '/statuscategory/indeterminate', 'In Progress'],
  ])('%s: one of them is at %s', async (list, path, name) => {
    const one = await get(path);
    expect(one.status).toBe(200);
    expect(one.body.name).toBe(name);
    expect((await get(list)).body).toContainEqual(one.body);
    expect((await ask('GET', one.body.self)).body).toEqual(one.body);
  });

  test('the link types too', async () => {
    expect((await get('/issueLinkType/10000')).body).toEqual({
      id: '10000',
      name: 'Blocks',
      inward: 'is blocked by',
      outward: 'blocks',
      self: `${server.current.url}/rest/api/2/issueLinkType/10000`,
    });
  });

  test.each([
    '/issuetype',
    '/priority',
    '/resolution',
    '/status',
    '/statuscategory',
    '/issueLinkType',
    '/customFieldOption',
  ])('%s: what is not there is not found', async (path) => {
    for (const id of ['99999', '-1', 'nonsense', '1e4', '9'.repeat(40), '%20', 'constructor', '__proto__']) {
      const reply = await get(`${path}/${id}`);
      expect([reply.status, reply.body.errors, reply.body.errorMessages.length]).toEqual([404, {}, 1]);
    }
  });

  test('every icon that is named is a picture', async () => {
    const lists = await Promise.all(['/issuetype', '/priority', '/status'].map((path) => get(path)));
    const icons = new Set(lists.flatMap(({ body }) => body.map((one: { iconUrl: string }) => one.iconUrl)));
    for (const icon of icons) {
      const reply = await ask('GET', icon as string);
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
      expect(reply.text).toMatch(/^<svg .*<\/svg>\n$/s);
    }
    expect((await ask('GET', `${server.current.url}/images/icons/x/..%2fy.svg`)).status).toBe(404);
  });

  test('fields are described as clients read them', async () => {
    const fields = new Map<string, any>(
      (await get('/field')).body.map((field: { id: string }) => [field.id, field]),
    );
    expect(fields.get('summary')).toEqual({
      id: 'summary',
      key: 'summary',
      name: 'Summary',
      custom: false,
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: ['summary'],
      schema: { type: 'string', system: 'summary' },
    });
    expect(fields.get('fixVersions').schema).toEqual({
      type: 'array',
      items: 'version',
      system: 'fixVersions',
    });
    expect(fields.get('issuekey').clauseNames).toEqual(['id', 'issue', 'issuekey', 'key']);
  });

  test('workflows are for administrators', async () => {
    const admin = await addAccount(server.current, 'root', { groups: [10000] });
    const user = await addAccount(server.current, 'user');
    expect((await get('/workflow')).status).toBe(401);
    expect((await get('/workflow', user.auth)).status).toBe(403);
    const { body } = await get('/workflow', admin.auth);
    expect(body).toEqual([
      { name: 'jira', description: 'The default Jira workflow.', steps: 5, default: true },
      { name: 'Software Simplified Workflow', description: expect.any(String), steps: 3, default: false },
    ]);
    expect((await get('/workflow?workflowName=JIRA', admin.auth)).body).toHaveLength(1);
  });
});
