import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type RunningServer, startServer } from '../support/server.ts';
import { addAccount } from '../support/world.ts';
import { type Caller, caller } from './cast.ts';

const none = { errorMessages: ['This would leave the site without an active administrator.'], errors: {} };

describe.each(engines)('the last administrator (%s)', (engine) => {
  let server: RunningServer;
  let admin: Caller;
  let second: Caller;

  beforeEach(async () => {
    server = await startServer({ engine });
    const groups = [builtIn.groups.administrators];
    admin = caller(server, await addAccount(server, 'admin', { groups }));
    second = caller(server, await addAccount(server, 'second', { groups }));
  });

  afterEach(() => server.stop());

  const leave = (who: Caller, name: string) =>
    who.delete(`/group/user?groupname=jira-administrators&username=${name}`);

  test('cannot leave the group, be deactivated, or lose the group', async () => {
    expect((await leave(admin, 'second')).status).toBe(200);
    for (const refused of [
      await leave(admin, 'admin'),
      await admin.put('/user?username=admin', { active: false }),
      await admin.delete('/group?groupname=jira-administrators'),
    ]) {
      expect([refused.status, refused.body]).toEqual([400, none]);
    }
    expect((await admin.get('/permissions')).status).toBe(200);
    expect((await admin.get('/group?groupname=jira-administrators')).status).toBe(200);
  });

  test('an inactive administrator does not count', async () => {
    expect((await admin.put('/user?username=second', { active: false })).status).toBe(200);
    expect((await leave(admin, 'admin')).status).toBe(400);
  });

  // A race is lost now and then only, so it is run often.
  const rounds = Array.from({ length: 8 }, (_, round) => round);

  test('two who remove each other at once: one stays', async () => {
    const { db } = server.app.site;
    const members = await db.selectFrom('group_members').selectAll().execute();
    for (const _ of rounds) {
      const replies = await Promise.all([leave(admin, 'second'), leave(second, 'admin')]);
      const statuses = replies.map(({ status }) => status).toSorted();
      // The loser is refused either as no longer an administrator or as the last one.
      expect(statuses[0]).toBe(200);
      expect([400, 403]).toContain(statuses[1]);
      const left = await db.selectFrom('group_members').selectAll().execute();
      expect(left).toHaveLength(1);
      const gone = members.filter(({ user_id }) => user_id !== left[0]!.user_id);
      await db.insertInto('group_members').values(gone).execute();
    }
  });

  test('two who deactivate each other at once: one stays', async () => {
    const { db } = server.app.site;
    for (const _ of rounds) {
      const replies = await Promise.all([
        admin.put('/user?username=second', { active: false }),
        second.put('/user?username=admin', { active: false }),
      ]);
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      const users = await db.selectFrom('users').select('active').execute();
      expect(users.filter(({ active }) => active === 1)).toHaveLength(1);
      await db.updateTable('users').set({ active: 1 }).execute();
    }
  });
});
