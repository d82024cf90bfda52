import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('votes on %s', (engine) => {
  const tracker = useTracker(engine);
  let dino: Account;
  const votes = (method: string, key: string, by: Account | null = dino) =>
    tracker.call(method, `/issue/${key}/votes`, by);
  const resolve = (key: string) =>
    tracker.call('POST', `/issue/${key}/transitions`, tracker.world.fred, { transition: { id: '31' } });

  beforeAll(async () => {
    dino = await addAccount(tracker.server, 'dino');
    const role = `/project/QA/role/${builtIn.roles.users}`;
    expect((await tracker.call('POST', role, tracker.world.admin, { user: ['dino'] })).status).toBe(200);
  });

  test('are given once, counted and taken back', async () => {
    const key = await tracker.made();
    expect((await votes('POST', key)).status).toBe(204);
    expect((await votes('POST', key)).status).toBe(204);
    const self = expect.stringMatching(`/rest/api/2/issue/${key}/votes$`);
    const voter = expect.objectContaining({ name: 'dino' });
    expect((await votes('GET', key)).body).toEqual({ self, votes: 1, hasVoted: true, voters: [voter] });
    // Who may not see who voted sees how many did.
    expect((await votes('GET', key, tracker.world.fred)).body).toEqual({
      self,
      votes: 1,
      hasVoted: false,
      voters: [],
    });
    expect((await tracker.fieldsOf(key)).votes).toEqual({ self, votes: 1, hasVoted: false });
    expect((await votes('DELETE', key)).status).toBe(204);
    expect((await votes('GET', key)).body.votes).toBe(0);
    const again = await votes('DELETE', key);
    expect([again.status, again.body.errorMessages]).toEqual([404, ['You have not voted for this issue.']]);
  });

  test('nobody votes for what they reported', async () => {
    const key = await tracker.made();
    const refused = await votes('POST', key, tracker.world.fred);
    expect([refused.status, refused.body.errorMessages]).toEqual([
      404,
      ['You cannot vote for an issue you have reported.'],
    ]);
  });

  test('what is resolved takes none and gives none back', async () => {
    const key = await tracker.made();
    await votes('POST', key);
    expect((await resolve(key)).status).toBe(204);
    for (const method of ['POST', 'DELETE']) {
      const refused = await votes(method, key);
      expect([refused.status, refused.body.errorMessages]).toEqual([
        404,
        ['You cannot vote or change your vote on resolved issues.'],
      ]);
    }
    expect((await votes('GET', key)).body.votes).toBe(1);
  });

  test('a race with the resolution leaves no vote that came after it', async () => {
    for (let round = 0; round < 10; round++) {
      const key = await tracker.made();
      const [voted] = await Promise.all([votes('POST', key), resolve(key)]);
      expect([204, 404]).toContain(voted.status);
      expect((await votes('GET', key)).body.votes).toBe(voted.status === 204 ? 1 : 0);
    }
  });
});
