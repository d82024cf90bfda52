import { describe, expect, test } from 'vitest';
import { ask } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { useCast } from './cast.ts';

describe.each(engines)('search on %s', (engine) => {
  const cast = useCast(engine);
  const url = (path: string) => `${cast.tracker.server.url}/rest/api/${path}`;
  const get = (path: string) => ask('GET', url(path), { headers: cast.tracker.world.fred.auth });
  const post = (path: string, body: unknown) =>
    ask('POST', url(path), { headers: cast.tracker.world.fred.auth, body });
  const keys = (reply: { body: any }) => reply.body.issues.map(({ key }: any) => key);

  test('answers a page of issues as Jira does', async () => {
    const reply = await get('2/search?jql=key%3DQA-1');
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      expand: 'schema,names',
      startAt: 0,
      maxResults: 50,
      total: 1,
      issues: [
        {
          expand: expect.stringContaining('changelog'),
          id: expect.stringMatching(/^\d+$/),
          self: expect.stringContaining('/rest/api/2/issue/'),
          key: 'QA-1',
          fields: expect.objectContaining({
            summary: 'Private matter 1',
            project: expect.objectContaining({ key: 'QA' }),
          }),
        },
      ],
    });
    expect(reply.body.issues[0].fields).not.toHaveProperty('comment');
    const one = await get(`2/issue/QA-1`);
    const { comment, worklog, attachment, timetracking, ...rest } = one.body.fields;
    expect(reply.body.issues[0].fields).toEqual(rest);
  });

  test('GET and POST, 2 and latest, with and without a trailing slash, say the same', async () => {
    const jql = 'project = QA order by key';
    const query = `jql=${encodeURIComponent(jql)}&fields=summary,status&maxResults=2&startAt=1`;
    const { body } = await get(`2/search?${query}`);
    expect([body.startAt, body.maxResults, body.total, keys({ body })]).toEqual([1, 2, 6, ['QA-2', 'QA-3']]);
    expect(Object.keys(body.issues[0].fields).sort()).toEqual(['status', 'summary']);
    for (const path of [
      `latest/search?${query}`,
      `2/search/?${query}`,
      `2/search?${query}&validateQuery=strict`,
    ]) {
      expect((await get(path)).body.issues.map(({ id }: any) => id)).toEqual(
        body.issues.map(({ id }: any) => id),
      );
    }
    for (const more of [
      { fields: ['summary', 'status'] },
      { fields: 'summary,status', expand: '', validateQuery: true },
      { fields: ['summary,status'], expand: null, properties: [], fieldsByKeys: false },
    ]) {
      expect((await post('2/search', { jql, maxResults: 2, startAt: 1, ...more })).body).toEqual(body);
    }
    const repeated = await get(`2/search?jql=key%3DQA-1&fields=summary&fields=status`);
    expect(Object.keys(repeated.body.issues[0].fields).sort()).toEqual(['status', 'summary']);
  });

  test('pages', async () => {
    const page = async (query: string) => {
      const { body } = await get(`2/search?jql=project%3DQA%20order%20by%20key&fields=summary&${query}`);
      return [body.startAt, body.maxResults, body.total, keys({ body }).length];
    };
    expect(await page('')).toEqual([0, 50, 6, 6]);
    expect(await page('maxResults=4')).toEqual([0, 4, 6, 4]);
    expect(await page('maxResults=4&startAt=4')).toEqual([4, 4, 6, 2]);
    expect(await page('maxResults=6')).toEqual([0, 6, 6, 6]);
    expect(await page('maxResults=0')).toEqual([0, 0, 6, 0]);
    expect(await page('startAt=6')).toEqual([6, 50, 6, 0]);
    expect(await page('startAt=1000000')).toEqual([1_000_000, 50, 6, 0]);
    expect(await page('startAt=-3')).toEqual([0, 50, 6, 6]);
    expect(await page('maxResults=5000')).toEqual([0, 1000, 6, 6]);
    expect(await page('maxResults=-1')).toEqual([0, 1000, 6, 6]);
    expect((await get('2/search?maxResults=many')).status).toBe(400);
    expect((await get('2/search?jql=a&jql=b')).status).toBe(400);
  });

  test('expands', async () => {
    const expand = ['names', 'schema', 'changelog', 'transitions', 'editmeta', 'renderedFields'];
    const jql = `key in (QA-1, ${cast.keys.d}) order by key`;
    const { body } = await post('2/search', { jql, fields: ['summary', 'status'], expand });
    expect(body.names).toEqual({ summary: 'Summary', status: 'Status' });
    expect(body.schema.summary).toMatchObject({ type: 'string' });
    const [first, done] = body.issues;
    for (const issue of body.issues) {
      expect(issue).not.toHaveProperty('names');
      expect(issue).not.toHaveProperty('schema');
      expect(issue.transitions.map(({ name }: any) => name)).toEqual(['To Do', 'In Progress', 'Done']);
      expect(issue.editmeta.fields).toHaveProperty('summary');
      expect(issue.renderedFields).toHaveProperty('summary');
    }
    expect(first.changelog).toMatchObject({ startAt: 0, total: 0, histories: [] });
    const alone = await get(`2/issue/${cast.keys.d}?expand=changelog`);
    expect(done.changelog).toEqual(alone.body.changelog);
    expect(done.changelog.total).toBeGreaterThan(0);
  });

  test('shows properties', async () => {
    const { fred } = cast.tracker.world;
    await cast.tracker.call('PUT', '/issue/QA-2/properties/color', fred, { red: 1 });
    const { body } = await post('2/search', {
      jql: 'key in (QA-1, QA-2) order by key',
      properties: ['color'],
      fields: 'id',
    });
    expect(body.issues.map(({ properties }: any) => properties)).toEqual([{}, { color: { red: 1 } }]);
  });

  test('refuses what it does not know', async () => {
    const reply = await post('2/search', { jql: '', bogus: 1 });
    expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, ['bogus']]);
    expect((await post('2/search', { jql: 5 })).status).toBe(400);
    expect((await post('2/search', { maxResults: '5' })).status).toBe(400);
    expect(await get('2/search?jql=project%20foo')).toMatchObject({
      status: 400,
      body: { errorMessages: [expect.stringContaining('(line 1, character 9)')], errors: {} },
    });
  });

  test('search/jql pages by token', async () => {
    const jql = 'project = QA order by key';
    const seen: string[] = [];
    let nextPageToken: string | undefined;
    for (let page = 0; page < 3; page++) {
      const { status, body } = await post('2/search/jql', {
        jql,
        maxResults: 2,
        fields: ['summary'],
        nextPageToken,
      });
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('total');
      expect(body.isLast).toBe(page === 2);
      expect(body.nextPageToken === undefined).toBe(page === 2);
      seen.push(...keys({ body }));
      nextPageToken = body.nextPageToken;
    }
    expect(seen).toEqual(['QA-1', 'QA-2', 'QA-3', 'QA-4', 'QA-5', 'QA-6']);
  });

  test('search/jql by GET shows ids unless asked for more', async () => {
    const { body } = await get('2/search/jql?jql=key%3DQA-1');
    expect(body).toEqual({
      isLast: true,
      issues: [
        {
          expand: expect.any(String),
          id: expect.any(String),
          self: expect.any(String),
          key: 'QA-1',
          fields: {},
        },
      ],
    });
    const more = await get('2/search/jql?jql=key%3DQA-1&fields=*navigable');
    expect(more.body.issues[0].fields.summary).toBe('Private matter 1');
    expect((await get('2/search/jql?jql=project%3DQA&maxResults=0')).body).toEqual({
      isLast: true,
      issues: [],
    });
  });

  test('a token of another query, or of nobody, is refused', async () => {
    const { body } = await post('2/search/jql', { jql: 'project = QA', maxResults: 1 });
    const other = await post('2/search/jql', { jql: 'project = PUB', nextPageToken: body.nextPageToken });
    expect([other.status, other.body.errorMessages]).toEqual([
      400,
      ['The nextPageToken is not one of this query. Start again without it.'],
    ]);
    for (const nextPageToken of ['x', '!!', 'AAAA', Buffer.from('5').toString('base64url')]) {
      expect((await post('2/search/jql', { jql: '', nextPageToken })).status).toBe(400);
    }
  });

  test('counts', async () => {
    expect(await post('2/search/approximate-count', { jql: 'project = QA' })).toMatchObject({
      status: 200,
      body: { count: 6 },
    });
    expect((await post('2/search/approximate-count', { jql: 'project = NOPE' })).status).toBe(400);
  });
});
