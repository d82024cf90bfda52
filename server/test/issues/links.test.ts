import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import type { Account } from '../support/world.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('links between issues on %s', (engine) => {
  const tracker = useTracker(engine);
  const link = (from: string, to: string, more: object = {}, by: Account | null = tracker.world.fred) =>
    tracker.call('POST', '/issueLink', by, {
      type: { name: 'Blocks' },
      inwardIssue: { key: from },
      outwardIssue: { key: to },
      ...more,
    });
  const linksOf = async (key: string, by = tracker.world.fred) =>
    (await tracker.get(`/issue/${key}`, by)).body.fields.issuelinks;

  test('are made, shown at both ends, read, recorded and deleted', async () => {
    const [a, b] = [await tracker.made(), await tracker.made()];
    expect((await link(a, b)).status).toBe(201);
    expect((await link(a, b)).status).toBe(201);
    const [out] = await linksOf(a);
    expect(await linksOf(a)).toHaveLength(1);
    expect(out).toMatchObject({
      type: { name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
      outwardIssue: { key: b, fields: { summary: 'Something', status: { name: 'To Do' } } },
    });
    expect(await linksOf(b)).toEqual([
      { id: out.id, self: out.self, type: out.type, inwardIssue: expect.objectContaining({ key: a }) },
    ]);
    const read = (await tracker.get(`/issueLink/${out.id}`)).body;
    expect([read.inwardIssue.key, read.outwardIssue.key, read.type.name]).toEqual([a, b, 'Blocks']);
    expect((await tracker.call('DELETE', `/issueLink/${out.id}`, tracker.world.fred)).status).toBe(204);
    expect((await tracker.call('DELETE', `/issueLink/${out.id}`, tracker.world.fred)).status).toBe(404);
    expect([await linksOf(a), await linksOf(b)]).toEqual([[], []]);
    const words = async (key: string) =>
      (await tracker.get(`/issue/${key}/changelog`)).body.values.map(({ items: [item] }: any) => [
        item.field,
        item.fromString,
        item.toString,
      ]);
    const [blocks, blocked] = [`This issue blocks ${b}`, `This issue is blocked by ${a}`];
    expect(await words(a)).toEqual([
      ['Link', null, blocks],
      ['Link', blocks, null],
    ]);
    expect(await words(b)).toEqual([
      ['Link', null, blocked],
      ['Link', blocked, null],
    ]);
  });

  test('a comment is said along with it', async () => {
    const [a, b] = [await tracker.made(), await tracker.made()];
    expect((await link(a, b, { comment: { body: 'Because' } })).status).toBe(201);
    expect((await tracker.fieldsOf(a)).comment.comments[0].body).toBe('Because');
  });

  test.each([
    [{ type: { name: 'Nope' } }, 404],
    [{ type: { id: '99' } }, 404],
    [{ type: undefined }, 404],
    [{ inwardIssue: {} }, 400],
    [{ outwardIssue: { key: 'QA-1' }, inwardIssue: { key: 'QA-1' } }, 400],
    [{ outwardIssue: { key: 'QA-9999' } }, 404],
    [{ comment: { body: '' } }, 400],
  ])('%j is refused', async (more, status) => {
    expect((await link('QA-1', 'QA-2', more)).status).toBe(status);
    expect(await linksOf('QA-1')).toEqual([]);
  });

  test('to what one may not see are hidden, and made by nobody who may not', async () => {
    const { admin, fred, wilma } = tracker.world;
    const a = await tracker.made();
    expect((await link('PUB-1', a, {}, wilma)).status).toBe(403);
    expect((await link('PUB-1', a, {}, null)).status).toBe(401);
    const made = await link(a, 'PUB-1', {}, fred);
    expect(made.status).toBe(201);
    expect(await linksOf('PUB-1', fred)).toHaveLength(1);
    expect(await linksOf('PUB-1', wilma)).toEqual([]);
    const [{ id }] = await linksOf(a);
    expect((await tracker.get(`/issueLink/${id}`, wilma)).status).toBe(403);
    expect((await tracker.call('DELETE', `/issue/${a}`, admin)).status).toBe(204);
    expect(await linksOf('PUB-1', fred)).toEqual([]);
  });

  test('ten at once, in both directions, are two', async () => {
    const [a, b] = [await tracker.made(), await tracker.made()];
    const all = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? link(a, b) : link(b, a))));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([201]));
    expect(await linksOf(a)).toHaveLength(2);
  });
});
