import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('deleting a project while issues are made in it, on %s', (engine) => {
  const tracker = useTracker(engine);

  test('each issue is made and goes with it, or is refused', async () => {
    const { admin } = tracker.world;
    for (let round = 0; round < 6; round++) {
      const body = { key: `R${round}X`, name: `Round ${round}`, projectTypeKey: 'software', lead: 'admin' };
      expect((await tracker.call('POST', '/project', admin, body)).status).toBe(201);
      const create = () => tracker.create({ project: { key: body.key } }, admin);
      const replies = await Promise.all([
        create(),
        create(),
        tracker.call('DELETE', `/project/${body.key}`, admin),
        create(),
        create(),
      ]);
      expect(replies[2]!.status).toBe(204);
      for (const { status, text } of replies) expect([201, 204, 400], text).toContain(status);
      for (const made of replies.filter(({ status }) => status === 201)) {
        expect((await tracker.get(`/issue/${made.body.id}`, admin)).status).toBe(404);
      }
    }
  });
});
