import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('comments on %s', (engine) => {
  const tracker = useTracker(engine);
  let dino: Account;
  const say = (key: string, body: unknown, by = tracker.world.fred) =>
    tracker.call('POST', `/issue/${key}/comment`, by, body);
  const saidBy = async (key: string, query = '', by = tracker.world.fred) =>
    (await tracker.get(`/issue/${key}/comment${query}`, by)).body;
  const bodies = (page: { comments: { body: string }[] }) => page.comments.map(({ body }) => body);

  beforeAll(async () => {
    // Sees QA by the role of administrators and is in no group.
    dino = await addAccount(tracker.server, 'dino');
    const role = builtIn.roles.administrators;
    const given = await tracker.call('POST', `/project/QA/role/${role}`, tracker.world.admin, {
      user: ['dino'],
    });
    expect(given.status).toBe(200);
  });

  test('are written, read, changed and deleted', async () => {
    const key = await tracker.made();
    const { updated } = await tracker.fieldsOf(key);
    tracker.server.clock.advance(1000);
    const { status, body } = await say(key, { body: 'First' });
    expect(status).toBe(201);
    const now = new Date(tracker.server.clock.now()).toISOString().replace('Z', '+0000');
    expect(body).toEqual({
      self: expect.stringMatching(/\/rest\/api\/2\/issue\/\d+\/comment\/\d+$/),
      id: expect.stringMatching(/^\d+$/),
      author: expect.objectContaining({ name: 'fred' }),
      updateAuthor: expect.objectContaining({ name: 'fred' }),
      body: 'First',
      created: now,
      updated: now,
    });
    expect((await tracker.fieldsOf(key)).updated).not.toBe(updated);
    const path = `/issue/${key}/comment/${body.id}`;
    expect((await tracker.get(path)).body).toEqual(body);
    expect(await saidBy(key)).toEqual({ startAt: 0, maxResults: 1000, total: 1, comments: [body] });
    expect((await tracker.fieldsOf(key)).comment).toEqual({
      comments: [body],
      maxResults: 1,
      total: 1,
      startAt: 0,
    });

    tracker.server.clock.advance(1000);
    const changed = await tracker.call('PUT', path, tracker.world.fred, { ...body, body: 'Second' });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ id: body.id, body: 'Second', created: now });
    expect(changed.body.updated).not.toBe(now);
    expect((await tracker.call('DELETE', path, tracker.world.fred)).status).toBe(204);
    expect((await tracker.get(path)).status).toBe(404);
    expect((await saidBy(key)).total).toBe(0);
  });

  test('are paged and ordered', async () => {
    const key = await tracker.made();
    for (const body of ['a', 'b', 'c']) await say(key, { body });
    expect(bodies(await saidBy(key))).toEqual(['a', 'b', 'c']);
    expect(bodies(await saidBy(key, '?orderBy=-created'))).toEqual(['c', 'b', 'a']);
    expect(bodies(await saidBy(key, '?orderBy=+created'))).toEqual(['a', 'b', 'c']);
    const page = await saidBy(key, '?startAt=1&maxResults=1');
    expect([bodies(page), page.total, page.startAt, page.maxResults]).toEqual([['b'], 3, 1, 1]);
    expect((await saidBy(key, '?maxResults=99999')).maxResults).toBe(1000);
    expect((await saidBy(key, '?maxResults=0')).comments).toEqual([]);
    expect((await tracker.get(`/issue/${key}/comment?orderBy=body`)).status).toBe(400);
    expect((await tracker.get(`/issue/${key}/comment?startAt=x`)).status).toBe(400);
  });

  test('are rendered on demand', async () => {
    const made = await tracker.call('POST', '/issue/QA-1/comment?expand=renderedBody', tracker.world.fred, {
      body: '<b>',
    });
    expect(made.body.renderedBody).toBe('<p>&lt;b&gt;</p>');
  });

  test.each([
    [{}, 'Comment body can not be empty!'],
    [{ body: '  \n' }, 'Comment body can not be empty!'],
    [{ body: null }, 'Comment body can not be empty!'],
    [{ body: { type: 'doc' } }, 'Comment body must be a string.'],
    [
      { body: 'x'.repeat(32_768) },
      'The entered text is too long. It exceeds the allowed limit of 32,767 characters.',
    ],
  ])('%j is refused', async (body, message) => {
    const reply = await say('QA-1', body);
    expect([reply.status, reply.body]).toEqual([400, { errorMessages: [], errors: { comment: message } }]);
  });

  test('unknown members are refused by name', async () => {
    const reply = await say('QA-1', { body: 'x', shout: true });
    expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, ['shout']]);
  });

  test.each(['99999', 'x', '-1', '1e3', '9'.repeat(30)])('there is no comment %s', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      const reply = await tracker.call(method, `/issue/QA-1/comment/${id}`, tracker.world.fred);
      expect([reply.status, reply.body.errorMessages]).toEqual([
        404,
        [`Can not find a comment for the id: ${id}.`],
      ]);
    }
  });

  test('a comment is found under its own issue alone', async () => {
    const { id } = (await say('QA-1', { body: 'x' })).body;
    expect((await tracker.get(`/issue/QA-2/comment/${id}`)).status).toBe(404);
    expect((await tracker.call('DELETE', `/issue/PUB-1/comment/${id}`, tracker.world.admin)).status).toBe(
      404,
    );
  });

  describe('kept to a group or role', () => {
    let key: string;
    let toGroup: { id: string };

    beforeAll(async () => {
      key = await tracker.made();
      await say(key, { body: 'to all' });
      const group = { type: 'group', value: 'jira-software-users' };
      const role = { type: 'role', value: 'Users' };
      toGroup = (await say(key, { body: 'to the group', visibility: group })).body;
      await say(key, { body: 'to the role', visibility: role });
      expect(toGroup).toMatchObject({ visibility: { ...group, identifier: '10001' } });
    });

    test('are read by its members', async () => {
      expect(bodies(await saidBy(key))).toEqual(['to all', 'to the group', 'to the role']);
      expect(bodies(await saidBy(key, '', tracker.world.admin))).toEqual(['to all', 'to the group']);
    });

    test('are nowhere for others: not in the list, its total, the issue, or by id', async () => {
      expect(await saidBy(key, '', dino)).toMatchObject({ total: 1, comments: [{ body: 'to all' }] });
      const { comment } = (await tracker.get(`/issue/${key}`, dino)).body.fields;
      expect([bodies(comment), comment.total, comment.maxResults]).toEqual([['to all'], 1, 1]);
      const rendered = (await tracker.get(`/issue/${key}?expand=renderedFields`, dino)).text;
      expect(rendered).not.toContain('to the');
      const missing = await tracker.get(`/issue/${key}/comment/99999`, dino);
      const hidden = await tracker.get(`/issue/${key}/comment/${toGroup.id}`, dino);
      expect([hidden.status, hidden.text.replace(toGroup.id, '99999')]).toEqual([404, missing.text]);
      for (const method of ['PUT', 'DELETE']) {
        const reply = await tracker.call(method, `/issue/${key}/comment/${toGroup.id}`, dino, { body: 'x' });
        expect(reply.status).toBe(404);
      }
    });

    test('only of those that the author is in, whether others exist or not', async () => {
      for (const [visibility, sentence] of [
        [{ type: 'group', value: 'jira-administrators' }, 'group: jira-administrators'],
        [{ type: 'group', value: 'nowhere' }, 'group: nowhere'],
        [{ type: 'role', value: 'Administrators' }, 'project role: Administrators'],
        [{ type: 'role', value: 'Nobodies' }, 'project role: Nobodies'],
      ] as const) {
        const reply = await say(key, { body: 'x', visibility });
        expect([reply.status, reply.body.errors]).toEqual([
          400,
          { commentLevel: `You are currently not a member of the ${sentence}.` },
        ]);
      }
      for (const visibility of ['x', { type: 'user', value: 'fred' }, { type: 'role' }]) {
        expect((await say(key, { body: 'x', visibility })).status).toBe(400);
      }
    });

    test('by identifier too, and opened again with null', async () => {
      const visibility = { type: 'group', identifier: '10001' };
      const { body } = await say(key, { body: 'x', visibility });
      expect(body.visibility.value).toBe('jira-software-users');
      const path = `/issue/${key}/comment/${body.id}`;
      const kept = await tracker.call('PUT', path, tracker.world.fred, { body: 'y' });
      expect(kept.body.visibility).toEqual(body.visibility);
      const opened = await tracker.call('PUT', path, tracker.world.fred, { body: 'y', visibility: null });
      expect(opened.body).not.toHaveProperty('visibility');
    });
  });

  test("others' comments need the right to all; nobody has any", async () => {
    const { wilma, fred } = tracker.world;
    const { id } = (await say('PUB-1', { body: "fred's" })).body;
    const path = `/issue/PUB-1/comment/${id}`;
    for (const [method, what] of [
      ['PUT', 'edit'],
      ['DELETE', 'delete'],
    ] as const) {
      const stranger = await tracker.call(method, path, wilma, { body: 'x' });
      const message = `You do not have permission to ${what} comment with id '${id}'.`;
      expect([stranger.status, stranger.body.errorMessages]).toEqual([400, [message]]);
      expect((await tracker.call(method, path, null, { body: 'x' })).status).toBe(401);
    }
    expect((await tracker.call('DELETE', path, fred)).status).toBe(204);
  });

  test('properties are kept with a comment', async () => {
    const made = await say('QA-1', {
      body: 'x',
      properties: [{ key: 'sd.public.comment', value: { internal: true } }],
    });
    const { body } = await tracker.get(`/issue/QA-1/comment/${made.body.id}?expand=properties`);
    expect(body.properties).toEqual([{ key: 'sd.public.comment', value: { internal: true } }]);
  });
});
