import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('createmeta on %s', (engine) => {
  const tracker = useTracker(engine);
  const meta = async (query = '', by: 'fred' | 'wilma' | null = 'fred') =>
    (await tracker.get(`/issue/createmeta${query}`, by && tracker.world[by])).body;
  const shape = (body: { projects: { key: string; issuetypes: { name: string }[] }[] }) =>
    body.projects.map((project) => [project.key, project.issuetypes.map((type) => type.name).join(' ')]);

  test('nobody signed in gets an empty list and no challenge', async () => {
    const reply = await tracker.get('/issue/createmeta', null);
    expect([reply.status, reply.body]).toEqual([200, { expand: 'projects', projects: [] }]);
    expect(reply.headers.has('www-authenticate')).toBe(false);
  });

  test('lists the projects in which who asks may create, with their types', async () => {
    const types = 'Epic Story Task Bug Sub-task';
    expect(shape(await meta())).toEqual([
      ['PUB', types],
      ['QA', types],
    ]);
    expect(shape(await meta('', 'wilma'))).toEqual([['PUB', types]]);
    const [project] = (await meta()).projects;
    expect(project).toMatchObject({ expand: 'issuetypes', id: expect.any(String), name: 'Project PUB' });
    expect(project.issuetypes[0]).toMatchObject({ name: 'Epic', subtask: false });
    expect(project.issuetypes[0]).not.toHaveProperty('fields');
  });

  test.each([
    ['?projectKeys=QA', ['QA']],
    ['?projectKeys=qa,PUB', ['PUB', 'QA']],
    ['?projectKeys=QA&projectKeys=PUB', ['PUB', 'QA']],
    ['?projectKeys=', ['PUB', 'QA']],
    ['?projectKeys=NOPE', []],
    ['?projectIds=x', []],
  ])('%s filters projects', async (query, keys) => {
    expect((await meta(query)).projects.map((project: { key: string }) => project.key)).toEqual(keys);
  });

  test('filters by ids and by type', async () => {
    const { id } = (await meta('?projectKeys=QA')).projects[0];
    expect(shape(await meta(`?projectIds=${id}&issuetypeNames=bug,Task`))).toEqual([['QA', 'Task Bug']]);
    expect(shape(await meta(`?projectIds=${id}&issuetypeIds=10004&issuetypeNames=Epic`))).toEqual([
      ['QA', 'Epic Bug'],
    ]);
    expect(shape(await meta('?issuetypeNames=Nonsense'))).toEqual([]);
  });

  test('expand=projects.issuetypes.fields describes each field', async () => {
    const { projects } = await meta('?projectKeys=QA&expand=projects.issuetypes.fields');
    const [, , task, , subtask] = projects[0].issuetypes;
    expect(Object.keys(task.fields).sort()).toEqual([
      'assignee',
      'description',
      'duedate',
      'environment',
      'issuetype',
      'labels',
      'priority',
      'project',
      'reporter',
      'summary',
      'timetracking',
    ]);
    expect(Object.keys(subtask.fields)).toContain('parent');
    expect(task.fields.summary).toEqual({
      required: true,
      schema: { type: 'string', system: 'summary' },
      name: 'Summary',
      key: 'summary',
      fieldId: 'summary',
      hasDefaultValue: false,
      operations: ['set'],
    });
    expect(task.fields.priority).toMatchObject({
      hasDefaultValue: true,
      defaultValue: { id: '3', name: 'Medium' },
      allowedValues: [{ id: '1' }, { id: '2' }, { id: '3' }, { id: '4' }, { id: '5' }],
    });
    expect(task.fields.issuetype.allowedValues).toMatchObject([{ name: 'Task' }]);
    expect(task.fields.project.allowedValues).toMatchObject([{ key: 'QA' }]);
    expect(task.fields.assignee.autoCompleteUrl).toContain(tracker.server.url);
  });

  test('every field it shows can be sent as it says', async () => {
    const { projects } = await meta(
      '?projectKeys=QA&issuetypeNames=Sub-task&expand=projects.issuetypes.fields',
    );
    const fields: Record<string, unknown> = { parent: { key: 'QA-1' } };
    for (const [id, field] of Object.entries<any>(projects[0].issuetypes[0].fields)) {
      if (field.allowedValues?.length) fields[id] ??= field.allowedValues[0];
      else if (field.schema.type === 'user') fields[id] ??= { name: 'fred' };
      else if (field.schema.type === 'date') fields[id] ??= '2030-01-01';
      else if (field.schema.type === 'array') fields[id] ??= ['x'];
      else if (field.schema.type === 'timetracking') fields[id] ??= { originalEstimate: '1d' };
      else fields[id] ??= 'x';
    }
    const reply = await tracker.create(fields);
    expect([reply.status, reply.body.errors]).toEqual([201, undefined]);
  });

  test('the newer forms answer pages under both names', async () => {
    const types = await meta('/QA/issuetypes?maxResults=2');
    expect(types).toMatchObject({ startAt: 0, maxResults: 2, total: 5, isLast: false });
    expect(types.values.map((type: { name: string }) => type.name)).toEqual(['Epic', 'Story']);
    expect(types.issueTypes).toEqual(types.values);
    const fields = await meta('/qa/issuetypes/10002?startAt=1');
    expect(fields).toMatchObject({ startAt: 1, maxResults: 50, total: 11, isLast: true });
    expect(fields.values).toHaveLength(10);
    expect(fields.fields).toEqual(fields.values);
    expect(fields.values[0].fieldId).toBe('issuetype');
  });

  test.each(['/NOPE/issuetypes', '/99999/issuetypes', '/QA/issuetypes/1', '/QA/issuetypes/x'])(
    '%s is a bad request',
    async (path) => {
      expect((await tracker.get(`/issue/createmeta${path}`)).status).toBe(400);
    },
  );

  test('a project that is hidden, or closed to new issues, is answered like one that is missing', async () => {
    const { wilma } = tracker.world;
    const missing = await tracker.get('/issue/createmeta/NOPE/issuetypes', wilma);
    expect((await tracker.get('/issue/createmeta/QA/issuetypes', wilma)).body).toEqual(missing.body);
    expect((await tracker.get('/issue/createmeta/PUB/issuetypes', null)).body).toEqual(missing.body);
  });

  test('an answer that would be enormous is refused with what to do about it', async () => {
    const { admin } = tracker.world;
    const type = 'com.atlassian.jira.plugin.system.customfieldtypes:select';
    const { id } = (await tracker.call('POST', '/field', admin, { name: 'Long', type })).body;
    for (let call = 0; call < 6; call++) {
      const options = Array.from({ length: 1000 }, (_, n) => ({ value: `${call}-${n}` }));
      const path = `/field/${id}/context/${id.split('_')[1]}/option`;
      expect((await tracker.call('POST', path, admin, { options })).status).toBe(200);
    }
    const query = '/issue/createmeta?expand=projects.issuetypes.fields';
    const whole = await tracker.get(query);
    expect([whole.status, whole.body.errorMessages[0]]).toEqual([
      400,
      expect.stringContaining('projectKeys'),
    ]);
    const part = await tracker.get(`${query}&projectKeys=QA`);
    expect(part.body.projects[0].issuetypes[0].fields[id].allowedValues).toHaveLength(6000);
  });
});
