import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

const signIn = 'You are not authenticated. Authentication required to perform this operation.';
const notOnScreen = (id: string) =>
  `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;

describe.each(engines)('creating issues on %s', (engine) => {
  const tracker = useTracker(engine);
  const errorsOf = async (fields: Record<string, unknown>) => {
    const reply = await tracker.create(fields);
    expect(reply.status).toBe(400);
    expect(reply.body.errorMessages).toEqual([]);
    return reply.body.errors;
  };

  test('answers id, key and a self that reads it back', async () => {
    const { status, body } = await tracker.create({ summary: '  New  ' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^\d+$/),
      key: expect.stringMatching(/^QA-\d+$/),
      self: `${tracker.server.url}/rest/api/2/issue/${body.id}`,
    });
    const fields = await tracker.fieldsOf(body.key);
    expect(fields.summary).toBe('New');
    expect(fields.priority.name).toBe('Medium');
    expect(fields.assignee).toBeNull();
    expect(fields.reporter.name).toBe('fred');
    expect(fields.creator.name).toBe('fred');
  });

  test('numbers go up by one without gaps, also when many are created at once', async () => {
    const first = Number((await tracker.made()).split('-')[1]);
    const keys = await Promise.all(Array.from({ length: 20 }, () => tracker.made()));
    const numbers = keys.map((key) => Number(key.split('-')[1])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => first + 1 + index));
  });

  test('a refused issue takes no number', async () => {
    const before = Number((await tracker.made()).split('-')[1]);
    await tracker.create({ summary: '' });
    expect(Number((await tracker.made()).split('-')[1])).toBe(before + 1);
  });

  test('every mistake is told at once', async () => {
    expect(
      await errorsOf({
        summary: '',
        issuetype: undefined,
        priority: { name: 'Urgent' },
        labels: 'x',
        duedate: '2023-02-29',
        assignee: { name: 'nobody' },
        nonsense: 1,
        status: { name: 'Done' },
        created: 'now',
      }),
    ).toEqual({
      summary: 'You must specify a summary of the issue.',
      issuetype: 'valid issue type is required',
      priority: "Priority name 'Urgent' is not valid",
      labels: 'data was not an array',
      duedate: "Error parsing date string: '2023-02-29'",
      assignee: "User 'nobody' does not exist.",
      nonsense: notOnScreen('nonsense'),
      status: notOnScreen('status'),
      created: notOnScreen('created'),
    });
  });

  test.each([
    [{ summary: undefined }, { summary: 'You must specify a summary of the issue.' }],
    [{ summary: null }, { summary: 'You must specify a summary of the issue.' }],
    [{ summary: ' \t ' }, { summary: 'You must specify a summary of the issue.' }],
    [{ summary: 1 }, { summary: 'Operation value must be a string' }],
    [{ summary: 'x'.repeat(256) }, { summary: 'Summary must be less than 255 characters.' }],
    [{ summary: 'a\nb' }, { summary: 'The summary is invalid because it contains newline characters.' }],
    [{ description: {} }, { description: 'Operation value must be a string' }],
    [
      { description: 'x'.repeat(32_768) },
      { description: 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.' },
    ],
    [{ issuetype: { name: 'Nonsense' } }, { issuetype: 'The issue type selected is invalid.' }],
    [{ issuetype: { id: 'x' } }, { issuetype: 'The issue type selected is invalid.' }],
    [{ issuetype: 'Task' }, { issuetype: 'data was not an object' }],
    [{ project: undefined }, { project: 'project is required' }],
    [{ project: { key: 'NOPE' } }, { project: 'valid project is required' }],
    [{ project: { id: 'x' } }, { project: 'valid project is required' }],
    [{ project: 'QA' }, { project: 'valid project is required' }],
    [{ project: {} }, { project: 'valid project is required' }],
    [{ priority: { id: '99' } }, { priority: 'The priority selected is invalid.' }],
    [{ priority: 'High' }, { priority: 'data was not an object' }],
    [{ labels: ['a b'] }, { labels: "The label 'a b' contains spaces which is invalid." }],
    [{ labels: [1] }, { labels: 'Operation value must be a string' }],
    [{ labels: [''] }, { labels: 'A label must not be empty.' }],
    [
      { labels: ['x'.repeat(256)] },
      { labels: `The label '${'x'.repeat(100)}…' exceeds the allowed limit of 255 characters.` },
    ],
    [
      { labels: Array.from({ length: 1001 }, (_, n) => `l${n}`) },
      { labels: 'An issue can have at most 1000 labels.' },
    ],
    [{ duedate: 20300101 }, { duedate: 'Operation value must be a string' }],
    [{ duedate: '2030-13-01' }, { duedate: "Error parsing date string: '2030-13-01'" }],
    [{ assignee: 'fred' }, { assignee: 'data was not an object' }],
    [{ assignee: {} }, { assignee: "Could not find a user by 'name', 'key' or 'accountId' in the object." }],
    [{ assignee: { name: 'wilma' } }, { assignee: "User 'wilma' cannot be assigned issues." }],
    [{ reporter: null }, { reporter: 'Reporter is required.' }],
    [{ reporter: { accountId: 'fred' } }, { reporter: "User 'fred' does not exist." }],
    [{ resolution: { name: 'Done' } }, { resolution: notOnScreen('resolution') }],
    [{ parent: { key: 'QA-1' } }, { parent: notOnScreen('parent') }],
  ])('%j is refused', async (fields, errors) => {
    expect(await errorsOf(fields)).toEqual(errors);
  });

  test('limits themselves are allowed', async () => {
    const fields = { summary: 'x'.repeat(255), description: 'y'.repeat(32_767), labels: ['x'.repeat(255)] };
    expect((await tracker.create(fields)).status).toBe(201);
  });

  test.each(['name', 'key', 'accountId', 'id', 'email'] as const)('people are named by %s', async (by) => {
    const { user } = tracker.world.fred;
    const reference = {
      name: { name: 'FRED' },
      key: { key: user.key },
      accountId: { accountId: user.accountId },
      id: { id: user.accountId },
      email: { name: 'fred@example.com' },
    }[by];
    const key = await tracker.made({ assignee: reference, reporter: reference });
    expect((await tracker.fieldsOf(key)).assignee.name).toBe('fred');
  });

  test('an issue can be made by ids alone, given as text or numbers', async () => {
    const { project } = await tracker.fieldsOf('QA-1');
    for (const as of [String, Number]) {
      const key = await tracker.made({
        project: { id: as(project.id) },
        issuetype: { id: as('10004') },
        priority: { id: as('1') },
      });
      const fields = await tracker.fieldsOf(key);
      expect([fields.issuetype.name, fields.priority.name]).toEqual(['Bug', 'Highest']);
    }
  });

  test('update verbs work as well as fields, but not for the same field', async () => {
    const { fred } = tracker.world;
    const body = (fields: object, update: object) =>
      tracker.call('POST', '/issue', fred, {
        fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, ...fields },
        update,
      });
    const made = await body({}, { summary: [{ set: 'By verbs' }], labels: [{ add: 'a' }, { add: 'b' }] });
    expect(made.status).toBe(201);
    expect(await tracker.fieldsOf(made.body.key)).toMatchObject({ summary: 'By verbs', labels: ['a', 'b'] });
    const both = await body({ summary: 'x' }, { summary: [{ set: 'y' }] });
    expect(both.body.errors).toEqual({
      summary: "Field 'summary' cannot appear in both 'fields' and 'update'",
    });
    for (const [update, message] of [
      [{ summary: { set: 'x' } }, 'data was not an array'],
      [{ summary: ['x'] }, 'An operation must be an object with one of set, add, remove, edit.'],
      [
        { summary: [{ set: 'x', add: 'y' }] },
        'An operation must be an object with one of set, add, remove, edit.',
      ],
      [{ summary: [{ frob: 'x' }] }, 'An operation must be an object with one of set, add, remove, edit.'],
      [
        { summary: [{ add: 'x' }] },
        "Field 'summary' does not support operation 'add' Supported operation(s) are: 'set'",
      ],
    ] as const) {
      expect((await body({}, update)).body.errors.summary).toBe(message);
    }
  });

  describe('sub-tasks', () => {
    const subtask = { issuetype: { name: 'Sub-task' } };

    test('need a parent', async () => {
      expect(await errorsOf(subtask)).toEqual({
        issuetype: 'Issue type is a sub-task but parent issue key or id not specified.',
      });
    });

    test('whose parent must be seen, in the same project, and no sub-task', async () => {
      const child = await tracker.made({ ...subtask, parent: { key: 'QA-1' } });
      expect(await errorsOf({ ...subtask, parent: { key: 'QA-9999' } })).toEqual({
        parent: 'Could not find issue by id or key.',
      });
      expect(await errorsOf({ ...subtask, parent: { key: 'PUB-1' } })).toEqual({
        project: 'Sub-tasks must be created in the same project as the parent.',
      });
      expect(await errorsOf({ ...subtask, parent: { key: child } })).toEqual({
        parent: 'A sub-task cannot be the parent of another issue.',
      });
      const hidden = await tracker.create(
        { project: { key: 'PUB' }, ...subtask, parent: { key: 'QA-1' } },
        tracker.world.wilma,
      );
      expect(hidden.body.errors).toEqual({ parent: 'Could not find issue by id or key.' });
    });
  });

  test('nobody signed in is asked to sign in, whatever the project', async () => {
    for (const key of ['QA', 'PUB', 'NOPE']) {
      const reply = await tracker.create({ project: { key } }, null);
      expect([reply.status, reply.body]).toEqual([401, { errorMessages: [signIn], errors: {} }]);
    }
  });

  test('a project that is hidden is answered like one that is missing', async () => {
    const { wilma } = tracker.world;
    const hidden = await tracker.create({ project: { key: 'QA' } }, wilma);
    const missing = await tracker.create({ project: { key: 'NOPE' } }, wilma);
    expect([hidden.status, hidden.body]).toEqual([400, missing.body]);
  });

  test('a field for which the right is missing is not on the screen', async () => {
    const { admin, wilma } = tracker.world;
    const { id } = (await tracker.get('/project/PUB/permissionscheme', admin)).body;
    const { permissions } = (await tracker.get(`/permissionscheme/${id}?expand=permissions`, admin)).body;
    for (const grant of permissions) {
      if (!['MODIFY_REPORTER', 'ASSIGN_ISSUES', 'SCHEDULE_ISSUES'].includes(grant.permission)) continue;
      const removed = await tracker.call('DELETE', `/permissionscheme/${id}/permission/${grant.id}`, admin);
      expect(removed.status).toBe(204);
    }
    const fields = {
      project: { key: 'PUB' },
      reporter: { name: 'wilma' },
      assignee: { name: 'wilma' },
      duedate: '2030-01-01',
    };
    expect((await tracker.create(fields, wilma)).body.errors).toEqual({
      reporter: notOnScreen('reporter'),
      assignee: notOnScreen('assignee'),
      duedate: notOnScreen('duedate'),
    });
    const meta = await tracker.get(
      '/issue/createmeta?projectKeys=PUB&expand=projects.issuetypes.fields',
      wilma,
    );
    const shown = Object.keys(meta.body.projects[0].issuetypes[0].fields);
    expect(shown).not.toContain('reporter');
    expect(shown).toContain('priority');
  });

  describe('in bulk', () => {
    const bulk = (issueUpdates: unknown) =>
      tracker.call('POST', '/issue/bulk', tracker.world.fred, { issueUpdates });
    const fields = (summary: string) => ({
      fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary },
    });

    test('good ones are made and bad ones told by number', async () => {
      const { status, body } = await bulk([fields('One'), fields(''), fields('Two')]);
      expect(status).toBe(201);
      expect(body.errors).toEqual([
        {
          status: 400,
          elementErrors: {
            errorMessages: [],
            errors: { summary: 'You must specify a summary of the issue.' },
          },
          failedElementNumber: 1,
        },
      ]);
      expect(body.issues).toHaveLength(2);
      expect((await tracker.fieldsOf(body.issues[1].key)).summary).toBe('Two');
    });

    test('only bad ones are a bad request, and more than fifty too', async () => {
      expect((await bulk([fields('')])).status).toBe(400);
      expect((await bulk(Array.from({ length: 51 }, () => fields('x')))).status).toBe(400);
      expect((await bulk('x')).status).toBe(400);
    });
  });

  test.each([null, [], 'x', 1, { fields: [] }, { fields: 'x' }, { x: 1 }, { fields: null }])(
    'a body that is %j is a bad request',
    async (body) => {
      expect((await tracker.call('POST', '/issue', tracker.world.fred, body)).status).toBe(400);
    },
  );
});
