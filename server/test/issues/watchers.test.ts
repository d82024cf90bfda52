import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useTracker } from './tracker.ts';

describe.each(engines)('watchers on %s', (engine) => {
  const tracker = useTracker(engine);
  /** Manages QA: sees watchers and changes them. */
  let dino: Account;
  const watch = (key: string, body?: unknown, by: Account | null = tracker.world.fred) =>
    tracker.call('POST', `/issue/${key}/watchers`, by, body);
  const unwatch = (key: string, query: string, by: Account | null = tracker.world.fred) =>
    tracker.call('DELETE', `/issue/${key}/watchers?${query}`, by);
  const watchersOf = async (key: string, by = dino) => (await tracker.get(`/issue/${key}/watchers`, by)).body;
  const names = async (key: string) => (await watchersOf(key)).watchers.map((one: any) => one.name);

  beforeAll(async () => {
    dino = await addAccount(tracker.server, 'dino');
    const { admin } = tracker.world;
    const role = `/project/QA/role/${builtIn.roles.administrators}`;
    expect((await tracker.call('POST', role, admin, { user: ['dino'] })).status).toBe(200);
    const { id } = (await tracker.get('/project/QA/permissionscheme', admin)).body;
    for (const permission of ['MANAGE_WATCHERS', 'VIEW_VOTERS_AND_WATCHERS']) {
      const holder = { type: 'projectRole', parameter: String(builtIn.roles.administrators) };
      const grant = { holder, permission };
      const path = `/permissionscheme/${id}/permission`;
      expect((await tracker.call('POST', path, admin, grant)).status).toBe(201);
    }
  });

  test('who makes an issue watches it, and says so no more when it is taken back', async () => {
    const key = await tracker.made();
    const self = expect.stringMatching(`/rest/api/2/issue/${key}/watchers$`);
    expect((await tracker.fieldsOf(key)).watches).toEqual({ self, watchCount: 1, isWatching: true });
    const fred = expect.objectContaining({ name: 'fred', displayName: 'Fred', active: true });
    expect(await watchersOf(key)).toEqual({ self, isWatching: false, watchCount: 1, watchers: [fred] });
    expect((await unwatch(key, 'username=fred')).status).toBe(204);
    expect((await unwatch(key, 'username=fred')).status).toBe(204);
    expect((await tracker.fieldsOf(key)).watches).toEqual({ self, watchCount: 0, isWatching: false });
  });

  test('who comments watches, also with a step or an edit', async () => {
    for (const comment of [
      (key: string) => tracker.call('POST', `/issue/${key}/comment`, tracker.world.fred, { body: 'x' }),
      (key: string) =>
        tracker.call('PUT', `/issue/${key}`, tracker.world.fred, {
          update: { comment: [{ add: { body: 'x' } }] },
        }),
    ]) {
      const key = await tracker.made();
      await unwatch(key, 'username=fred');
      expect((await comment(key)).status).toBeLessThan(300);
      expect(await names(key)).toEqual(['fred']);
    }
  });

  test('an edit makes nobody watch', async () => {
    const key = await tracker.made();
    await unwatch(key, 'username=fred');
    await tracker.call('PUT', `/issue/${key}`, tracker.world.fred, { fields: { summary: 'New' } });
    expect(await names(key)).toEqual([]);
  });

  test('one is added without a body, by name, key and account id, once only', async () => {
    const key = await tracker.made();
    const { fred } = tracker.world;
    await unwatch(key, `accountId=${fred.user.accountId}`);
    const { updated } = await tracker.fieldsOf(key);
    tracker.server.clock.advance(1000);
    for (const body of [undefined, 'fred', 'FRED', fred.user.key, fred.user.accountId, '']) {
      expect((await watch(key, body)).status, String(body)).toBe(204);
      expect(await names(key)).toEqual(['fred']);
    }
    expect((await tracker.fieldsOf(key)).updated).toBe(updated);
  });

  test('who may manage them adds and removes others', async () => {
    const key = await tracker.made();
    expect((await watch(key, 'dino', dino)).status).toBe(204);
    await unwatch(key, 'username=fred', dino);
    expect((await watch(key, tracker.world.fred.user.accountId, dino)).status).toBe(204);
    expect((await names(key)).sort()).toEqual(['dino', 'fred']);
    expect((await unwatch(key, `accountId=${tracker.world.fred.user.accountId}`, dino)).status).toBe(204);
    expect(await names(key)).toEqual(['dino']);
    expect((await unwatch(key, 'username=nobody-at-all', dino)).status).toBe(404);
    expect((await watch(key, 'nobody-at-all', dino)).body).toEqual({
      errorMessages: ["The user 'nobody-at-all' does not exist."],
      errors: {},
    });
  });

  test('others may not, and learn of nobody whether there is an account', async () => {
    const key = await tracker.made();
    const known = await watch(key, 'dino');
    const unknown = await watch(key, 'nobody-at-all');
    expect([known.status, unknown.status]).toEqual([403, 403]);
    expect(unknown.body).toEqual(known.body);
    expect((await unwatch(key, 'username=dino')).status).toBe(403);
    expect((await unwatch(key, 'username=nobody-at-all')).status).toBe(403);
    expect(await names(key)).toEqual(['fred']);
  });

  test('who may not see who watches sees the number, and oneself', async () => {
    const key = await tracker.made();
    await watch(key, 'dino', dino);
    const page = await watchersOf(key, tracker.world.fred);
    expect([page.watchCount, page.watchers.map((one: any) => one.name)]).toEqual([2, ['fred']]);
    await unwatch(key, 'username=fred');
    const after = await watchersOf(key, tracker.world.fred);
    expect([after.watchCount, after.isWatching, after.watchers]).toEqual([1, false, []]);
  });

  test('nobody is added who does not see the issue', async () => {
    const refused = await watch('QA-1', 'wilma', dino);
    expect([refused.status, refused.body.errorMessages[0]]).toEqual([
      400,
      expect.stringMatching(/^The user "wilma" does not have permission to view this issue/),
    ]);
  });

  test.each([{}, { accountId: 'x' }, ['fred'], 5, true])('the body %j is refused', async (body) => {
    expect((await watch('QA-1', body)).status).toBe(400);
  });

  test('nobody signed in watches nothing, and somebody must be named to be removed', async () => {
    await tracker.call('POST', '/issue/QA-1/watchers', null);
    expect((await unwatch('QA-1', '')).status).toBe(400);
  });

  test('a search tells of each issue whether I watch it', async () => {
    const mine = await tracker.made({ labels: ['watched'] });
    const other = (await tracker.create({ labels: ['watched'] }, dino)).body.key;
    const found = await tracker.get('/search?jql=labels%20=%20watched&fields=watches');
    const by = Object.fromEntries(found.body.issues.map((one: any) => [one.key, one.fields.watches]));
    expect(by[mine]).toMatchObject({ watchCount: 1, isWatching: true });
    expect(by[other]).toMatchObject({ watchCount: 1, isWatching: false });
  });

  test('many issues are asked about at once', async () => {
    const { id } = (await tracker.create({})).body;
    const others = (await tracker.create({}, dino)).body.id;
    const ask = (issueIds: unknown, by: Account | null = tracker.world.fred) =>
      tracker.call('POST', '/issue/watching', by, { issueIds });
    expect((await ask([id, others, '999999', 'x'])).body).toEqual({
      issuesIsWatching: { [id]: true, [others]: false, 999999: false, x: false },
    });
    expect((await ask([id], null)).body.issuesIsWatching).toEqual({ [id]: false });
    expect((await ask([id], tracker.world.wilma)).body.issuesIsWatching).toEqual({ [id]: false });
    expect((await ask(Array.from({ length: 1001 }, String))).status).toBe(400);
  });

  test('twenty at once leave one watcher, and an issue goes with its watchers', async () => {
    const key = await tracker.made();
    await unwatch(key, 'username=fred');
    const all = await Promise.all(Array.from({ length: 20 }, () => watch(key)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([204]));
    const { id, fields } = (await tracker.get(`/issue/${key}`)).body;
    expect(fields.watches.watchCount).toBe(1);
    expect((await tracker.call('DELETE', `/issue/${key}`, tracker.world.admin)).status).toBe(204);
    const { db } = tracker.server.app.site;
    const left = await db.selectFrom('issue_marks').selectAll().where('issue_id', '=', id).execute();
    expect(left).toEqual([]);
  });
});
