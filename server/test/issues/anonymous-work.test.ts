import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('a project where anybody may report and comment, on %s', (engine) => {
  const tracker = useTracker(engine);

  beforeAll(async () => {
    const { admin } = tracker.world;
    const { id } = (await tracker.get('/project/PUB/permissionscheme', admin)).body;
    for (const permission of ['CREATE_ISSUES', 'ADD_COMMENTS']) {
      const grant = { holder: { type: 'anyone' }, permission };
      const reply = await tracker.call('POST', `/permissionscheme/${id}/permission`, admin, grant);
      expect(reply.status).toBe(201);
    }
  });

  test('an issue of nobody has neither reporter nor creator', async () => {
    const made = await tracker.create({ project: { key: 'PUB' } }, null);
    expect([made.status, made.body.errors]).toEqual([201, undefined]);
    const { fields } = (await tracker.get(`/issue/${made.body.key}`, null)).body;
    expect([fields.reporter, fields.creator, fields.assignee]).toEqual([null, null, null]);
  });

  test('createmeta shows nobody that project alone, without what only others may set', async () => {
    const { projects } = (await tracker.get('/issue/createmeta?expand=projects.issuetypes.fields', null))
      .body;
    expect(projects.map(({ key }: { key: string }) => key)).toEqual(['PUB']);
    expect(Object.keys(projects[0].issuetypes[0].fields)).not.toContain('reporter');
  });

  test('a comment of nobody has no author, and nobody may change it', async () => {
    const made = await tracker.call('POST', '/issue/PUB-1/comment', null, { body: 'Hello' });
    expect(made.status).toBe(201);
    expect(made.body).not.toHaveProperty('author');
    expect(made.body).not.toHaveProperty('updateAuthor');
    const path = `/issue/PUB-1/comment/${made.body.id}`;
    expect((await tracker.call('DELETE', path, null)).status).toBe(401);
    expect((await tracker.call('PUT', path, tracker.world.wilma, { body: 'x' })).status).toBe(400);
  });

  test('a group or role cannot be named by who is in none', async () => {
    for (const type of ['group', 'role']) {
      const visibility = { type, value: 'jira-software-users' };
      const reply = await tracker.call('POST', '/issue/PUB-1/comment', null, { body: 'x', visibility });
      expect([reply.status, Object.keys(reply.body.errors)]).toEqual([400, ['commentLevel']]);
    }
  });
});
