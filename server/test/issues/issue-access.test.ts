import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useTracker } from './tracker.ts';

const unseen = 'You do not have the permission to see the specified issue.';
const missing = 'Issue Does Not Exist';
const either = 'Issue does not exist or you do not have permission to see it.';

/** Every resource of an issue, with a body where it needs one. */
const resources: readonly [method: string, path: string, body?: unknown][] = [
  ['GET', ''],
  ['PUT', '', { fields: { summary: 'Mine now' } }],
  ['DELETE', ''],
  ['PUT', '/assignee', { name: 'fred' }],
  ['GET', '/editmeta'],
  ['GET', '/changelog'],
  ['GET', '/transitions'],
  ['POST', '/transitions', { transition: { id: '31' } }],
  ['GET', '/comment'],
  ['POST', '/comment', { body: 'x' }],
  ['GET', '/comment/COMMENT'],
  ['PUT', '/comment/COMMENT', { body: 'x' }],
  ['DELETE', '/comment/COMMENT'],
  ['GET', '/worklog'],
  ['POST', '/worklog', { timeSpent: '1h' }],
  ['GET', '/worklog/WORKLOG'],
  ['PUT', '/worklog/WORKLOG', { timeSpent: '1h' }],
  ['DELETE', '/worklog/WORKLOG'],
  ['GET', '/watchers'],
  ['POST', '/watchers', 'fred'],
  ['DELETE', '/watchers?username=fred'],
  ['GET', '/votes'],
  ['POST', '/votes'],
  ['DELETE', '/votes'],
  ['GET', '/properties'],
  ['GET', '/properties/p'],
  ['PUT', '/properties/p', 1],
  ['DELETE', '/properties/p'],
];

describe.each(engines)('who sees an issue on %s', (engine) => {
  describe.each(['datacenter', 'cloud'] as const)('in the %s profile', (profile) => {
    const tracker = useTracker(engine, { env: { TESSERA_PROFILE: profile } });
    let id: string;
    let comment: string;
    let worklog: string;

    beforeAll(async () => {
      id = (await tracker.get('/issue/QA-1')).body.id;
      const { fred } = tracker.world;
      comment = (await tracker.call('POST', '/issue/QA-1/comment', fred, { body: 'Private' })).body.id;
      worklog = (await tracker.call('POST', '/issue/QA-1/worklog', fred, { timeSpent: '1h' })).body.id;
      await tracker.call('PUT', '/issue/QA-1/properties/p', fred, 1);
    });

    describe.each(resources)('%s %s', (method, path, body) => {
      const call = (name: string, by: 'wilma' | null) =>
        tracker.call(
          method,
          `/issue/${name}${path.replace('COMMENT', comment).replace('WORKLOG', worklog)}`,
          by && tracker.world[by],
          body,
        );

      test('a private issue is refused to nobody and to strangers, by key and by id', async () => {
        for (const name of ['QA-1', 'qa-1', id]) {
          const nobody = await call(name, null);
          const stranger = await call(name, 'wilma');
          if (profile === 'cloud') {
            expect([nobody.status, nobody.body]).toEqual([404, { errorMessages: [either], errors: {} }]);
            expect([stranger.status, stranger.body]).toEqual([404, nobody.body]);
          } else {
            expect([nobody.status, nobody.body]).toEqual([
              401,
              { errorMessages: [unseen, 'Login Required'], errors: {} },
            ]);
            expect([stranger.status, stranger.body]).toEqual([403, { errorMessages: [unseen], errors: {} }]);
          }
        }
      });

      test('a missing issue is not there', async () => {
        for (const name of ['QA-999', 'NOPE-1', '99999', 'junk']) {
          for (const by of [null, 'wilma'] as const) {
            const reply = await call(name, by);
            const message = profile === 'cloud' ? either : missing;
            expect([reply.status, reply.body]).toEqual([404, { errorMessages: [message], errors: {} }]);
          }
        }
      });
    });

    test('nothing of it was changed', async () => {
      const { summary, comment: page } = await tracker.fieldsOf('QA-1');
      expect([summary, page.total]).toEqual(['Private matter 1', 1]);
    });

    test('a public issue is read by nobody, and changed only after signing in', async () => {
      expect((await tracker.get('/issue/PUB-1', null)).status).toBe(200);
      const changes = resources.filter(([method, path]) => method !== 'GET' && !/COMMENT|WORKLOG/.test(path));
      for (const [method, path, body] of changes) {
        const reply = await tracker.call(method, `/issue/PUB-1${path}`, null, body);
        expect([method, path, reply.status, reply.body.errorMessages]).toEqual([
          method,
          path,
          401,
          ['You are not authenticated. Authentication required to perform this operation.'],
        ]);
      }
    });
  });
});
