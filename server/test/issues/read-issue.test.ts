import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('reading an issue on %s', (engine) => {
  const tracker = useTracker(engine);
  const keysOf = (object: object) => Object.keys(object).sort();

  test("has every member of Jira's shape", async () => {
    const { fred } = tracker.world;
    const parent = await tracker.made();
    const made = await tracker.create({
      issuetype: { name: 'Sub-task' },
      parent: { key: parent },
      summary: 'The shape',
      description: 'Some\ntext',
      environment: 'Here',
      labels: ['b', 'a'],
      priority: { name: 'High' },
      duedate: '2030-02-28',
      assignee: { name: 'fred' },
    });
    const { status, body } = await tracker.get(`/issue/${made.body.key}`);
    const base = tracker.server.url;
    const now = new Date(tracker.server.clock.now()).toISOString().replace('Z', '+0000');
    expect(status).toBe(200);
    const person = {
      self: `${base}/rest/api/2/user?username=fred`,
      key: fred.user.key,
      name: 'fred',
      accountId: fred.user.accountId,
      accountType: 'atlassian',
      emailAddress: 'fred@example.com',
      displayName: 'Fred',
      active: true,
      timeZone: 'UTC',
      avatarUrls: expect.objectContaining({ '48x48': expect.stringContaining(base) }),
    };
    const status10000 = {
      self: `${base}/rest/api/2/status/10000`,
      description: '',
      iconUrl: `${base}/images/icons/statuses/new.svg`,
      name: 'To Do',
      id: '10000',
      statusCategory: {
        self: `${base}/rest/api/2/statuscategory/2`,
        id: 2,
        key: 'new',
        colorName: 'blue-gray',
        name: 'To Do',
      },
    };
    const parentFields = await tracker.fieldsOf(parent);
    expect(body).toEqual({
      expand: expect.any(String),
      id: made.body.id,
      self: made.body.self,
      key: made.body.key,
      fields: {
        issuetype: {
          self: `${base}/rest/api/2/issuetype/10003`,
          id: '10003',
          description: 'The sub-task of the issue',
          iconUrl: `${base}/images/icons/issuetypes/subtask.svg`,
          name: 'Sub-task',
          subtask: true,
          hierarchyLevel: -1,
        },
        parent: {
          id: expect.any(String),
          key: parent,
          self: expect.stringMatching(/\/rest\/api\/2\/issue\/\d+$/),
          fields: {
            summary: 'Something',
            status: status10000,
            priority: parentFields.priority,
            issuetype: parentFields.issuetype,
          },
        },
        project: expect.objectContaining({ key: 'QA', self: expect.any(String), name: 'Project QA' }),
        priority: {
          self: `${base}/rest/api/2/priority/2`,
          iconUrl: `${base}/images/icons/priorities/high.svg`,
          name: 'High',
          id: '2',
        },
        status: status10000,
        summary: 'The shape',
        description: 'Some\ntext',
        environment: 'Here',
        labels: ['a', 'b'],
        duedate: '2030-02-28',
        assignee: person,
        reporter: person,
        creator: person,
        created: now,
        updated: now,
        resolution: null,
        resolutiondate: null,
        subtasks: [],
        comment: { comments: [], maxResults: 0, total: 0, startAt: 0 },
        worklog: { startAt: 0, maxResults: 20, total: 0, worklogs: [] },
        votes: { self: `${base}/rest/api/2/issue/${made.body.key}/votes`, votes: 0, hasVoted: false },
        watches: {
          self: `${base}/rest/api/2/issue/${made.body.key}/watchers`,
          watchCount: 1,
          isWatching: true,
        },
        progress: { progress: 0, total: 0 },
        aggregateprogress: { progress: 0, total: 0 },
        timetracking: {},
        timespent: null,
        timeestimate: null,
        timeoriginalestimate: null,
        aggregatetimespent: null,
        aggregatetimeestimate: null,
        aggregatetimeoriginalestimate: null,
        workratio: -1,
        lastViewed: null,
        issuelinks: [],
        components: [],
        versions: [],
        fixVersions: [],
        attachment: [],
      },
    });
    expect(parentFields.subtasks).toEqual([
      expect.objectContaining({
        key: made.body.key,
        fields: expect.objectContaining({ summary: 'The shape' }),
      }),
    ]);
    expect(parentFields).not.toHaveProperty('parent');
  });

  test('is found by key in any letter case and by id', async () => {
    const { id } = (await tracker.get('/issue/QA-1')).body;
    for (const name of ['qa-1', 'Qa-1', id]) {
      expect((await tracker.get(`/issue/${name}`)).body.key).toBe('QA-1');
    }
  });

  test.each([
    'QA-999',
    'NOPE-1',
    '1',
    '999999999999',
    'QA',
    'QA-',
    'QA-1x',
    '-1',
    '1e4',
    '0x2710',
    'ünï-1',
    '%20',
    'QA-99999999999999999999',
  ])('what is named %s does not exist', async (name) => {
    const reply = await tracker.get(`/issue/${encodeURI(name).replace('%2520', '%20')}`);
    expect([reply.status, reply.body.errorMessages]).toEqual([404, ['Issue Does Not Exist']]);
  });

  test.each([
    ['?fields=summary', ['summary']],
    ['?fields=summary,status', ['status', 'summary']],
    ['?fields=summary&fields=status', ['status', 'summary']],
    ['?fields=nothing', []],
  ])('%s holds only those fields', async (query, expected) => {
    expect(keysOf((await tracker.get(`/issue/QA-1${query}`)).body.fields)).toEqual(expected);
  });

  test('fields can be excluded, and all or the navigable ones asked for', async () => {
    const all = keysOf((await tracker.get('/issue/QA-1?fields=*all')).body.fields);
    expect(keysOf((await tracker.get('/issue/QA-1')).body.fields)).toEqual(all);
    expect(keysOf((await tracker.get('/issue/QA-1?fields=')).body.fields)).toEqual(all);
    const without = keysOf((await tracker.get('/issue/QA-1?fields=*all,-comment,-status')).body.fields);
    expect(without).toEqual(all.filter((id) => id !== 'comment' && id !== 'status'));
    const navigable = keysOf((await tracker.get('/issue/QA-1?fields=*navigable')).body.fields);
    expect(navigable).toEqual(
      all.filter((id) => !['comment', 'worklog', 'attachment', 'timetracking'].includes(id)),
    );
  });

  test('expand adds names, schemas, transitions, editmeta and the changelog', async () => {
    const key = await tracker.made();
    const query = 'expand=names,schema,transitions,editmeta,changelog&fields=summary,status';
    const { body } = await tracker.get(`/issue/${key}?${query}`);
    expect(body.names).toEqual({ summary: 'Summary', status: 'Status' });
    expect(body.schema.summary).toEqual({ type: 'string', system: 'summary' });
    expect(body.transitions.map((one: { name: string }) => one.name)).toEqual([
      'To Do',
      'In Progress',
      'Done',
    ]);
    expect(body.editmeta.fields.summary).toMatchObject({ required: true, operations: ['set'] });
    expect(body.changelog).toEqual({ startAt: 0, maxResults: 0, total: 0, histories: [] });
  });

  test('an empty expand, and words that mean nothing, change nothing', async () => {
    const plain = await tracker.get('/issue/QA-1');
    expect((await tracker.get('/issue/QA-1?expand=')).body).toEqual(plain.body);
    expect((await tracker.get('/issue/QA-1?expand=x,operations.y')).body).toEqual(plain.body);
  });

  test('rendered fields are escaped text with its lines', async () => {
    const key = await tracker.made({ description: '<script>alert(1)</script>\nx\n\ny' });
    await tracker.call('POST', `/issue/${key}/comment`, tracker.world.fred, { body: 'a & b' });
    const { renderedFields } = (await tracker.get(`/issue/${key}?expand=renderedFields`)).body;
    expect(renderedFields.description).toBe('<p>&lt;script&gt;alert(1)&lt;/script&gt;<br/>\nx</p>\n<p>y</p>');
    expect(renderedFields.comment.comments[0].body).toBe('<p>a &amp; b</p>');
    expect(renderedFields.summary).toBeNull();
  });

  test('is the same at /rest/api/latest', async () => {
    const { auth } = tracker.world.fred;
    const reply = await fetch(`${tracker.server.url}/rest/api/latest/issue/QA-1`, { headers: auth });
    expect(await reply.json()).toEqual((await tracker.get('/issue/QA-1')).body);
  });
});
