import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

const notOnScreen = (id: string) =>
  `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;

describe.each(engines)('editing issues on %s', (engine) => {
  const tracker = useTracker(engine);
  const edit = (key: string, body: unknown) => tracker.call('PUT', `/issue/${key}`, tracker.world.fred, body);
  const itemsOf = async (key: string) =>
    (await tracker.get(`/issue/${key}/changelog`)).body.values.flatMap(
      (change: { items: object[] }) => change.items,
    );

  test('changes fields, moves the update time and records each change', async () => {
    const { admin, fred } = tracker.world;
    const key = await tracker.made({ labels: ['x'], duedate: '2030-01-01', description: 'Old' });
    const { created } = await tracker.fieldsOf(key);
    tracker.server.clock.advance(1000);
    const reply = await edit(key, {
      fields: {
        summary: 'Changed',
        description: null,
        environment: 'There',
        priority: { id: '1' },
        assignee: { name: 'admin' },
        reporter: { name: 'admin' },
        duedate: null,
        issuetype: { name: 'Bug' },
      },
      update: { labels: [{ add: 'y' }, { remove: 'x' }] },
    });
    expect([reply.status, reply.text]).toEqual([204, '']);
    const fields = await tracker.fieldsOf(key);
    expect(fields).toMatchObject({
      summary: 'Changed',
      description: null,
      environment: 'There',
      priority: { name: 'Highest' },
      assignee: { name: 'admin' },
      reporter: { name: 'admin' },
      creator: { name: 'fred' },
      duedate: null,
      labels: ['y'],
      issuetype: { name: 'Bug' },
      created,
    });
    expect(Date.parse(fields.updated.replace('+0000', 'Z'))).toBe(tracker.server.clock.now());
    const item = (field: string, from: unknown, fromString: unknown, to: unknown, toText: unknown) => ({
      field,
      fieldtype: 'jira',
      fieldId: field,
      from,
      fromString,
      to,
      toString: toText,
    });
    expect(await itemsOf(key)).toEqual([
      item('issuetype', '10002', 'Task', '10004', 'Bug'),
      item('summary', null, 'Something', null, 'Changed'),
      item('reporter', fred.user.key, 'Fred', admin.user.key, 'Admin'),
      item('priority', '3', 'Medium', '1', 'Highest'),
      item('assignee', null, null, admin.user.key, 'Admin'),
      item('duedate', '2030-01-01', '2030-01-01', null, null),
      item('labels', null, 'x', null, 'y'),
      item('description', null, 'Old', null, null),
      item('environment', null, null, null, 'There'),
    ]);
  });

  test('what stays the same is no change', async () => {
    const key = await tracker.made({ labels: ['a'] });
    const { updated } = await tracker.fieldsOf(key);
    tracker.server.clock.advance(1000);
    const same = { summary: 'Something', labels: ['a'], priority: { name: 'Medium' } };
    expect((await edit(key, { fields: same })).status).toBe(204);
    expect((await tracker.fieldsOf(key)).updated).toBe(updated);
    expect(await itemsOf(key)).toEqual([]);
  });

  test('a refused edit changes nothing', async () => {
    const key = await tracker.made();
    const reply = await edit(key, {
      fields: { summary: 'Half', project: { key: 'PUB' }, parent: { key: 'QA-1' }, resolution: null, x: 1 },
    });
    expect([reply.status, reply.body.errors]).toEqual([
      400,
      {
        project: notOnScreen('project'),
        parent: notOnScreen('parent'),
        resolution: notOnScreen('resolution'),
        x: notOnScreen('x'),
      },
    ]);
    expect((await tracker.fieldsOf(key)).summary).toBe('Something');
  });

  test.each([
    [{}, "one of 'fields' or 'update' required"],
    [undefined, 'The request needs a JSON body.'],
  ])('a body of %j says what is missing', async (body, message) => {
    const reply = await edit('QA-1', body);
    expect([reply.status, reply.body.errorMessages]).toEqual([400, [message]]);
  });

  test('a type of the other kind is a move, not an edit', async () => {
    const reply = await edit('QA-1', { fields: { issuetype: { name: 'Sub-task' } } });
    expect(reply.body.errors).toEqual({ issuetype: 'The issue type selected is invalid.' });
    const meta = (await tracker.get('/issue/QA-1/editmeta')).body.fields.issuetype;
    expect(meta.allowedValues.map((type: { name: string }) => type.name)).toEqual([
      'Epic',
      'Story',
      'Task',
      'Bug',
    ]);
  });

  test('edits at once of different fields are all kept, and every label that was added', async () => {
    const key = await tracker.made();
    const replies = await Promise.all([
      edit(key, { fields: { summary: 'New summary' } }),
      edit(key, { fields: { description: 'New description' } }),
      edit(key, { fields: { priority: { id: '5' } } }),
      edit(key, { fields: { duedate: '2031-01-01' } }),
      ...Array.from({ length: 12 }, (_, n) => edit(key, { update: { labels: [{ add: `l${n}` }] } })),
    ]);
    expect(replies.map(({ status }) => status)).toEqual(Array(16).fill(204));
    const fields = await tracker.fieldsOf(key);
    expect(fields).toMatchObject({
      summary: 'New summary',
      description: 'New description',
      priority: { id: '5' },
      duedate: '2031-01-01',
    });
    expect(fields.labels).toHaveLength(12);
    expect(await itemsOf(key)).toHaveLength(16);
  });

  test('a comment can come along', async () => {
    const key = await tracker.made();
    const reply = await edit(key, { update: { comment: [{ add: { body: 'By the way' } }] } });
    expect(reply.status).toBe(204);
    expect((await tracker.fieldsOf(key)).comment).toMatchObject({
      total: 1,
      comments: [{ body: 'By the way', author: { name: 'fred' } }],
    });
    const empty = await edit(key, {
      fields: { summary: '' },
      update: { comment: [{ add: { body: '' } }] },
    });
    expect(empty.body.errors).toEqual({
      summary: 'You must specify a summary of the issue.',
      comment: 'Comment body can not be empty!',
    });
    expect((await edit(key, { fields: { comment: { body: 'x' } } })).body.errors.comment).toContain(
      'does not support',
    );
  });

  test('editmeta describes what can be changed; without the right to edit, nothing', async () => {
    const { fields } = (await tracker.get('/issue/QA-1/editmeta')).body;
    expect(Object.keys(fields).sort()).toEqual([
      'assignee',
      'comment',
      'description',
      'duedate',
      'environment',
      'issuetype',
      'labels',
      'priority',
      'reporter',
      'summary',
      'timetracking',
    ]);
    expect(fields.labels).toMatchObject({ operations: ['add', 'set', 'remove'], required: false });
    expect(fields.priority.allowedValues).toHaveLength(5);
    expect((await tracker.get('/issue/PUB-1/editmeta', null)).body).toEqual({ fields: {} });
  });

  describe('assigning', () => {
    const assign = (key: string, body: unknown) =>
      tracker.call('PUT', `/issue/${key}/assignee`, tracker.world.fred, body);

    test('to a person, automatically and to nobody', async () => {
      const key = await tracker.made();
      for (const [body, expected] of [
        [{ name: 'fred' }, 'fred'],
        [{ name: null }, undefined],
        [{ accountId: tracker.world.fred.user.accountId }, 'fred'],
        [{ accountId: null }, undefined],
        [{ key: tracker.world.fred.user.key }, 'fred'],
        [{ name: '' }, undefined],
        [{ name: '-1' }, undefined],
      ] as const) {
        expect((await assign(key, body)).status).toBe(204);
        expect((await tracker.fieldsOf(key)).assignee?.name).toBe(expected);
      }
    });

    test.each([
      [{ name: 'nobody' }, "User 'nobody' does not exist."],
      [{ name: 'wilma' }, "User 'wilma' cannot be assigned issues."],
      [{}, "Could not find a user by 'name', 'key' or 'accountId' in the object."],
      ['fred', 'data was not an object'],
      [undefined, 'data was not an object'],
    ])('%j is refused', async (body, message) => {
      const reply = await assign('QA-1', body);
      expect([reply.status, reply.body.errors]).toEqual([400, { assignee: message }]);
    });
  });

  describe('deleting', () => {
    const remove = (path: string, by = tracker.world.fred) => tracker.call('DELETE', `/issue/${path}`, by);

    test('takes the issue with all that hangs on it', async () => {
      const key = await tracker.made({ labels: ['x'] });
      await edit(key, { fields: { summary: 'y' }, properties: [{ key: 'p', value: 1 }] });
      await tracker.call('POST', `/issue/${key}/comment`, tracker.world.fred, { body: 'c' });
      expect((await remove(key)).status).toBe(204);
      expect((await tracker.get(`/issue/${key}`)).status).toBe(404);
      const { db } = tracker.server.app.site;
      const left = await db.selectFrom('entity_properties').selectAll().where('key', '=', 'p').execute();
      expect(left).toEqual([]);
    });

    test('asks for word about sub-tasks', async () => {
      const key = await tracker.made();
      const child = await tracker.made({ issuetype: { name: 'Sub-task' }, parent: { key } });
      for (const query of ['', '?deleteSubtasks=false', '?deleteSubtasks=x']) {
        const refused = await remove(`${key}${query}`);
        expect(refused.status).toBe(400);
        expect(refused.body.errorMessages[0]).toContain(`The issue '${key}' has subtasks.`);
      }
      expect((await remove(`${key}?deleteSubtasks=True`)).status).toBe(204);
      expect((await tracker.get(`/issue/${child}`)).status).toBe(404);
    });
  });
});
