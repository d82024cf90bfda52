import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('the changelog on %s', (engine) => {
  const tracker = useTracker(engine);

  test('is paged, oldest first, and the same inside the issue', async () => {
    const key = await tracker.made();
    for (const summary of ['one', 'two', 'three']) {
      await tracker.call('PUT', `/issue/${key}`, tracker.world.fred, { fields: { summary } });
    }
    const first = (await tracker.get(`/issue/${key}/changelog?maxResults=2`)).body;
    expect(first).toMatchObject({ startAt: 0, maxResults: 2, total: 3, isLast: false });
    expect(first.values[0]).toMatchObject({
      id: expect.stringMatching(/^\d+$/),
      author: { name: 'fred' },
      created: expect.stringMatching(/\+0000$/),
      items: [{ field: 'summary', fromString: 'Something', toString: 'one' }],
    });
    const { auth } = tracker.world.fred;
    const second = (await (await fetch(first.nextPage, { headers: auth })).json()) as typeof first;
    expect(second).toMatchObject({ startAt: 2, isLast: true });
    expect(second.values).toHaveLength(1);
    expect(second).not.toHaveProperty('nextPage');
    const inside = (await tracker.get(`/issue/${key}?expand=changelog`)).body.changelog;
    expect(inside).toEqual({
      startAt: 0,
      maxResults: 3,
      total: 3,
      histories: [...first.values, ...second.values],
    });
  });

  test('of an issue that nobody changed is empty', async () => {
    const { body } = await tracker.get(`/issue/${await tracker.made()}/changelog`);
    expect(body).toMatchObject({ total: 0, isLast: true, values: [] });
  });
});
