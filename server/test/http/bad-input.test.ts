import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, type Reply } from '../support/client.ts';
import { engines } from '../support/databases.ts';
import { sendRaw } from '../support/raw.ts';
import { useServer } from '../support/server.ts';
import { createWorld, type World } from '../support/world.ts';

describe.each(engines)('bad input on %s', (engine) => {
  const server = useServer({ engine });
  let world: World;
  const api = (path: string) => `${server.current.url}/rest/api/2/${path}`;
  const get = (path: string) => ask('GET', api(path), { headers: world.fred.auth });
  const post = (path: string, body: unknown) => ask('POST', api(path), { headers: world.fred.auth, body });
  /** A body that is sent as it stands. */
  const postRaw = async (path: string, body: string | Buffer, type = 'application/json'): Promise<Reply> => {
    const response = await fetch(api(path), {
      method: 'POST',
      // Without it a form is taken for one of another site.
      headers: { ...world.fred.auth, 'Content-Type': type, 'X-Atlassian-Token': 'no-check' },
      body: body as string,
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
  const jiraShape = { errorMessages: expect.any(Array), errors: expect.any(Object) };
  const issueCount = async () => (await get('search?jql=&maxResults=0')).body.total;

  beforeAll(async () => {
    world = await createWorld(server.current, { issues: 3 });
  });

  describe('bodies', () => {
    test.each([
      ['broken JSON', '{"fields":', 400, 'not valid JSON'],
      ['100,000 levels', '['.repeat(100_000), 400, 'levels deep'],
      ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'UTF-8'],
      ['a NUL', '{"fields":{"summary":"a\\u0000b"}}', 400, 'NUL'],
      ['a __proto__ key', '{"__proto__":{"fields":{}}}', 400, '__proto__'],
      ['more than 1 MiB', JSON.stringify({ fields: { summary: 'x'.repeat(1_100_000) } }), 413, 'larger'],
      ['nothing', '', 400, 'JSON body'],
      ['a list', '[]', 400, 'must be object'],
    ])('%s', async (_, body, status, sentence) => {
      const before = await issueCount();
      const reply = await postRaw('issue', body);
      expect([reply.status, reply.body]).toEqual([status, jiraShape]);
      expect(reply.text).toContain(sentence);
      expect(await issueCount()).toBe(before);
    });

    test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
      'a body of type %s is refused, not guessed at',
      async (type) => {
        const reply = await postRaw('issue', '{"fields":{}}', type);
        expect([reply.status, reply.body]).toEqual([415, jiraShape]);
      },
    );

    test('all wrong fields are reported at once, by name', async () => {
      const reply = await post('issue', {
        fields: {
          project: { key: 'QA' },
          issuetype: { name: 'Task' },
          priority: { name: 'No such priority' },
          duedate: '2026-02-30',
          labels: ['two words'],
          colour: 'red',
        },
      });
      expect(reply.status).toBe(400);
      expect(Object.keys(reply.body.errors).sort()).toEqual([
        'colour',
        'duedate',
        'labels',
        'priority',
        'summary',
      ]);
      expect(reply.body.errors.colour).toBe(
        "Field 'colour' cannot be set. It is not on the appropriate screen, or unknown.",
      );
    });

    test.each([
      ['a project as text', { project: 'QA' }, 'project'],
      ['a project that does not exist', { project: { key: 'NOPE' } }, 'project'],
      ['an issue type that does not exist', { issuetype: { name: 'Saga' } }, 'issuetype'],
      ['a summary of two lines', { summary: 'a\nb' }, 'summary'],
      ['a summary of 300 characters', { summary: 'x'.repeat(300) }, 'summary'],
      ['a summary that is a number', { summary: 5 }, 'summary'],
      ['an assignee who does not exist', { assignee: { name: 'nobody' } }, 'assignee'],
      ['labels as text', { labels: 'a' }, 'labels'],
      ['a date with a time', { duedate: '2026-02-03T10:00' }, 'duedate'],
      ['a status', { status: { name: 'Done' } }, 'status'],
      ['an id', { id: '5' }, 'id'],
    ])('%s is an error of that field', async (_, wrong, field) => {
      const before = await issueCount();
      const reply = await post('issue', {
        fields: { project: { key: 'QA' }, issuetype: { name: 'Task' }, summary: 'fine', ...wrong },
      });
      expect(reply.status).toBe(400);
      expect(reply.body.errors).toHaveProperty([field], expect.any(String));
      expect(await issueCount()).toBe(before);
    });
  });

  describe('addresses', () => {
    test.each([
      ['invalid percent-encoding', 'issue/%zz', 400],
      ['invalid UTF-8', 'issue/%ff%fe', 400],
      ['a NUL', 'issue/QA-1%00', 400],
      ['a NUL in the query', 'search?jql=%00', 400],
      ['an id that is no number', 'issue/QA-1/comment/abc', 404],
      ['an id beyond all numbers', 'issue/99999999999999999999', 404],
      ['a negative id', 'issue/-1', 404],
      ['a key in no form', 'issue/QA-1-2', 404],
      ['a number of another kind', 'issue/QA-1e3', 404],
      ['a path that does not exist', 'no/such/thing', 404],
      ['an address of 20 kB', `issue/${'x'.repeat(20_000)}`, 431],
    ])('%s', async (_, path, status) => {
      const response = await fetch(api(path), { headers: world.fred.auth });
      expect(response.status).toBe(status);
      if (status !== 431) expect(await response.json()).toEqual(jiraShape);
    });

    test('a query parameter given twice is refused by name', async () => {
      const reply = await get('search?jql=project%3DQA&startAt=0&startAt=1');
      expect(reply.status).toBe(400);
      expect(reply.body.errors.startAt).toContain('more than once');
    });

    test.each(['startAt=abc', 'startAt=1.5', 'maxResults=ten'])('%s is refused by name', async (pair) => {
      const reply = await get(`search?jql=&${pair}`);
      expect(reply.status).toBe(400);
      expect(Object.keys(reply.body.errors)).toEqual([pair.split('=')[0]]);
    });

    test.each(['True', 'TRUE', 'true'])('a flag may be written %s, as Python clients do', async (flag) => {
      expect((await get(`user/search?username=fred&includeActive=${flag}`)).status).toBe(200);
      const reply = await get(`user/search?username=fred&includeActive=${flag}ish`);
      expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, ['includeActive']]);
    });

    test("another project's key does not reach an issue of this one", async () => {
      const { body } = await get('issue/QA-1');
      expect((await get('issue/PUB-3')).status).toBe(404);
      expect((await get(`issue/PUB-1/comment/${body.id}`)).status).toBe(404);
    });
  });

  describe('JQL', () => {
    test('what does not parse names the position', async () => {
      const reply = await get(`search?jql=${encodeURIComponent('project = QA AND ORDER')}`);
      expect(reply.status).toBe(400);
      expect(reply.body.errorMessages[0]).toMatch(/^Error in the JQL Query: .*\(line 1, character \d+\)/);
    });

    test('2,000 clauses by POST are answered', async () => {
      const jql = Array.from({ length: 2000 }, (_, i) => `summary ~ "word${i}"`).join(' OR ');
      const mixed = Array.from({ length: 2000 }, (_, i) => `key = QA-${i}`).join(' OR ');
      expect((await post('search', { jql: `(${jql}) AND project = QA` })).status).toBe(200);
      const reply = await post('search', { jql: mixed });
      // Keys of issues that do not exist are told, as one error each, not as a failure of the server.
      expect([200, 400]).toContain(reply.status);
    });

    test('nesting without a bound is refused', async () => {
      const reply = await post('search', { jql: `${'('.repeat(5000)}project = QA${')'.repeat(5000)}` });
      expect(reply.status).toBe(400);
    });
  });

  test('17 KiB of headers', async () => {
    const text = `GET /status HTTP/1.1\r\nHost: localhost\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`;
    expect((await sendRaw(server.current.url, text)).status).toBe(431);
  });

  test('B3: whatever the header of a sign-in, nobody gets in and nothing breaks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.base64String().map((value) => `Basic ${value}`),
          fc.string({ unit: 'binary' }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
          fc.string().map((text) => `Bearer ${text}`),
          fc.string(),
        ),
        async (value) => {
          const header = value.replace(/[^\x20-\x7e]/g, '');
          const reply = await ask('GET', api('issue/PUB-1'), { headers: { Authorization: header } });
          expect([400, 401, 431]).toContain(reply.status);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('nothing of this was a bug', () => {
    expect(server.current.logged()).not.toContain('"msg":"bug"');
  });
});
