import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { bumpRevision } from '../../src/db/revision.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('transitions on %s', (engine) => {
  const tracker = useTracker(engine);
  const go = (key: string, id: unknown, more: object = {}) =>
    tracker.call('POST', `/issue/${key}/transitions`, tracker.world.fred, { transition: { id }, ...more });
  const names = async (key: string) =>
    (await tracker.get(`/issue/${key}/transitions`)).body.transitions.map(
      (one: { name: string }) => one.name,
    );

  test('the simplified workflow goes from any status to any', async () => {
    const key = await tracker.made();
    const { body } = await tracker.get(`/issue/${key}/transitions`);
    expect(body.expand).toBe('transitions');
    expect(body.transitions[1]).toEqual({
      id: '21',
      name: 'In Progress',
      to: expect.objectContaining({
        id: '3',
        name: 'In Progress',
        statusCategory: expect.objectContaining({ key: 'indeterminate' }),
      }),
      hasScreen: true,
      isGlobal: true,
      isInitial: false,
      isAvailable: true,
      isConditional: false,
      isLooped: false,
    });
    for (const [id, status] of [
      ['21', 'In Progress'],
      [31, 'Done'],
      ['11', 'To Do'],
    ] as const) {
      const reply = await go(key, id);
      expect([reply.status, reply.text]).toEqual([204, '']);
      expect((await tracker.fieldsOf(key)).status.name).toBe(status);
      expect(await names(key)).toEqual(['To Do', 'In Progress', 'Done']);
    }
    expect((await tracker.get(`/issue/${key}/transitions?transitionId=31`)).body.transitions).toHaveLength(1);
  });

  test('reaching Done resolves, leaving it reopens, and both are recorded', async () => {
    const key = await tracker.made();
    tracker.server.clock.advance(60_000);
    await go(key, '31');
    const done = await tracker.fieldsOf(key);
    expect(done.resolution).toMatchObject({ id: '10000', name: 'Done' });
    expect(Date.parse(done.resolutiondate.replace('+0000', 'Z'))).toBe(tracker.server.clock.now());
    expect(done.updated).toBe(done.resolutiondate);
    await go(key, '31');
    await go(key, '11');
    const open = await tracker.fieldsOf(key);
    expect([open.resolution, open.resolutiondate]).toEqual([null, null]);
    const { values } = (await tracker.get(`/issue/${key}/changelog`)).body;
    const item = (field: string, from: unknown, fromString: unknown, to: unknown, toText: unknown) => ({
      field,
      fieldtype: 'jira',
      fieldId: field,
      from,
      fromString,
      to,
      toString: toText,
    });
    expect(values.map((change: { items: object[] }) => change.items)).toEqual([
      [item('status', '10000', 'To Do', '10001', 'Done'), item('resolution', null, null, '10000', 'Done')],
      [item('status', '10001', 'Done', '10000', 'To Do'), item('resolution', '10000', 'Done', null, null)],
    ]);
  });

  test('resolution, assignee and a comment can come along', async () => {
    const key = await tracker.made();
    const reply = await go(key, '31', {
      fields: { resolution: { name: 'Duplicate' }, assignee: { name: 'fred' } },
      update: { comment: [{ add: { body: 'Seen before' } }] },
    });
    expect(reply.status).toBe(204);
    expect(await tracker.fieldsOf(key)).toMatchObject({
      resolution: { name: 'Duplicate' },
      assignee: { name: 'fred' },
      comment: { comments: [{ body: 'Seen before' }] },
    });
  });

  test('expand=transitions.fields says so', async () => {
    const { transitions } = (await tracker.get('/issue/QA-1/transitions?expand=transitions.fields')).body;
    const fields = Object.fromEntries(
      transitions.map((one: { name: string; fields: object }) => [one.name, Object.keys(one.fields).sort()]),
    );
    expect(fields).toEqual({
      'To Do': ['assignee', 'comment'],
      'In Progress': ['assignee', 'comment'],
      Done: ['assignee', 'comment', 'resolution'],
    });
    expect(transitions[2].fields.resolution.allowedValues).toHaveLength(4);
  });

  test.each([
    [{ transition: { id: '31' }, fields: { summary: 'x' } }, { summary: expect.stringContaining('screen') }],
    [
      { transition: { id: '21' }, fields: { resolution: { name: 'Done' } } },
      { resolution: expect.stringContaining('screen') },
    ],
    [
      { transition: { id: '31' }, fields: { resolution: { name: 'Nope' } } },
      { resolution: "Resolution name 'Nope' is not valid" },
    ],
  ])('%j is refused and the issue stays', async (body, errors) => {
    const key = await tracker.made();
    const reply = await tracker.call('POST', `/issue/${key}/transitions`, tracker.world.fred, body);
    expect([reply.status, reply.body.errors]).toEqual([400, errors]);
    expect((await tracker.fieldsOf(key)).status.name).toBe('To Do');
  });

  test.each([
    [{}, "Missing 'transition' identifier"],
    [{ transition: {} }, "Missing 'transition' identifier"],
    [{ transition: { id: 'Done' } }, "'transition' identifier must be an integer"],
    [{ transition: '31' }, "'transition' identifier must be an integer"],
    [{ transition: { id: '999' } }, "Transition id '999' is not valid for this issue."],
  ])('%j is refused', async (body, message) => {
    const reply = await tracker.call('POST', '/issue/QA-1/transitions', tracker.world.fred, body);
    expect([reply.status, reply.body.errorMessages]).toEqual([400, [message]]);
  });

  test('who may not transition is offered none and takes none', async () => {
    expect((await tracker.get('/issue/PUB-1/transitions', null)).body.transitions).toEqual([]);
    const nobody = await tracker.call('POST', '/issue/PUB-1/transitions', null, { transition: { id: '31' } });
    expect(nobody.status).toBe(401);
  });

  describe('in the classic workflow', () => {
    beforeAll(async () => {
      const { db } = tracker.server.app.site;
      await inTransaction(db, async (trx) => {
        await trx
          .updateTable('projects')
          .set({ workflow_scheme_id: builtIn.workflowSchemes.classic })
          .where('key', '=', 'QA')
          .execute();
        await bumpRevision(trx);
      });
    });

    test('issues begin Open and go the ways there are', async () => {
      const key = await tracker.made();
      expect((await tracker.fieldsOf(key)).status.name).toBe('Open');
      expect(await names(key)).toEqual(['Start Progress', 'Resolve Issue', 'Close Issue']);
      expect((await go(key, '5')).status).toBe(204);
      expect(await names(key)).toEqual(['Close Issue', 'Reopen Issue']);
      const { resolutiondate } = await tracker.fieldsOf(key);
      tracker.server.clock.advance(1000);
      expect((await go(key, '701')).status).toBe(204);
      expect((await tracker.fieldsOf(key)).resolutiondate).toBe(resolutiondate);
    });

    test('of many who start progress at once one does, and the others are told', async () => {
      const key = await tracker.made();
      const replies = await Promise.all(Array.from({ length: 8 }, () => go(key, '4')));
      expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
      const refused = replies.find(({ status }) => status !== 204)!;
      expect(refused.status).toBe(400);
      expect(refused.body.errorMessages[0]).toContain(
        `a workflow operation (Start Progress) that is not valid for the current state of this issue (${key})`,
      );
    });
  });
});
