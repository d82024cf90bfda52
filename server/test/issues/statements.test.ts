import { beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../../src/db/tables.ts';
import { loadIssueViews } from '../../src/issues/issue-view.ts';
import { viewIssue } from '../../src/issues/issues.ts';
import { allFields, wantedFields } from '../../src/issues/wanted-fields.ts';
import { counting } from '../support/counting-db.ts';
import type { Account } from '../support/world.ts';
import { useTracker } from './tracker.ts';

describe('reading issues costs', () => {
  const tracker = useTracker('sqlite');
  let plain: string;
  let rich: string;
  let revision: number;

  beforeAll(async () => {
    const { admin, fred } = tracker.world;
    const type = 'com.atlassian.jira.plugin.system.customfieldtypes:textfield';
    const field = (await tracker.call('POST', '/field', admin, { name: 'Text', type })).body.id;
    plain = await tracker.made({ labels: ['a', 'b'] });
    rich = await tracker.made({ [field]: 'x', labels: ['a'] });
    await tracker.call('POST', `/issue/${rich}/comment`, fred, { body: 'x' });
    await tracker.call('POST', `/issue/${rich}/worklog`, fred, { timeSpent: '1h' });
    await tracker.made({ issuetype: { name: 'Sub-task' }, parent: { key: rich } });
    const { db } = tracker.server.app.site;
    revision = (await db.selectFrom('config_revision').select('revision').executeTakeFirstOrThrow()).revision;
    await tracker.get(`/issue/${rich}`);
  });

  async function cost(read: (site: { db: Db }, by: (account: Account) => object) => Promise<unknown>) {
    const { site } = tracker.server.app;
    const { db, count } = counting(site.db);
    const actor = ({ user }: Account) => ({ user, revision, profile: 'datacenter' });
    await read({ ...site, db } as never, actor);
    return count();
  }

  const view = (account: Account, idOrKey: string, fields?: string) =>
    cost((site, actor) =>
      viewIssue(site as never, actor(account) as never, {
        idOrKey,
        wanted: wantedFields(fields?.split(','), allFields),
        expand: new Set(),
        properties: [],
      }),
    );

  // In QA the right to browse comes with a role, so who asks costs one statement of each of these.
  test('two statements for an issue of my own', async () => {
    expect(await view(tracker.world.fred, plain)).toBe(2);
  });

  test("one more for the people of somebody else's", async () => {
    expect(await view(tracker.world.admin, plain)).toBe(3);
  });

  test('one more each for custom values, sub-tasks, comments and worklogs, where there are any', async () => {
    expect(await view(tracker.world.fred, rich)).toBe(6);
  });

  test('none for fields that were not asked for', async () => {
    expect(await view(tracker.world.fred, rich, 'summary,status')).toBe(2);
  });

  test('one for each kind of row that a page has, however long it is', async () => {
    const { db } = tracker.server.app.site;
    const ids = (await db.selectFrom('issues').select('id').execute()).map(({ id }) => id);
    const page = (account: Account, some: number[]) =>
      cost((site, actor) => loadIssueViews(site, actor(account) as never, some, allFields));
    expect(ids.length).toBeGreaterThan(5);
    // Memberships, issues, custom values, sub-tasks, parents, comments, worklogs and people.
    expect(await page(tracker.world.fred, ids)).toBe(8);
    for (let n = 0; n < 20; n++) ids.push(Number((await tracker.create({})).body.id));
    expect(await page(tracker.world.fred, ids)).toBe(8);
  });
});
