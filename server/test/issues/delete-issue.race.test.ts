import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('deleting an issue while others work on it, on %s', (engine) => {
  const tracker = useTracker(engine);

  test('each request gets an answer that is true, and nothing is left behind', async () => {
    const { fred } = tracker.world;
    for (let round = 0; round < 15; round++) {
      const key = await tracker.made();
      const subtask = () => tracker.create({ issuetype: { name: 'Sub-task' }, parent: { key } });
      const replies = await Promise.all([
        subtask(),
        tracker.call('POST', `/issue/${key}/comment`, fred, { body: 'x' }),
        tracker.call('DELETE', `/issue/${key}?deleteSubtasks=${round % 2 === 0}`, fred),
        subtask(),
        tracker.call('PUT', `/issue/${key}`, fred, { update: { labels: [{ add: 'x' }] } }),
        tracker.call('PUT', `/issue/${key}/properties/race`, fred, 1),
        tracker.call('POST', `/issue/${key}/transitions`, fred, { transition: { id: '31' } }),
        subtask(),
      ]);
      for (const { status, text } of replies) expect([200, 201, 204, 400, 404, 409], text).toContain(status);
      const exists = (await tracker.get(`/issue/${key}`)).status === 200;
      expect(exists).toBe(replies[2]!.status !== 204);
      for (const made of [replies[0]!, replies[3]!, replies[7]!]) {
        if (made.status !== 201) continue;
        expect((await tracker.get(`/issue/${made.body.key}`)).status).toBe(exists ? 200 : 404);
      }
      if (!exists) {
        const { db } = tracker.server.app.site;
        const left = await db
          .selectFrom('entity_properties')
          .leftJoin('issues', 'issues.id', 'entity_properties.entity_id')
          .select('entity_id')
          .where('entity_type', '=', 'issue')
          .where('issues.id', 'is', null)
          .execute();
        expect(left).toEqual([]);
      }
    }
  });
});
