import { beforeAll, describe, expect, test } from 'vitest';
import { adapterOf } from '../../src/db/dialect.ts';
import type { Actor } from '../../src/identity.ts';
import { navigableFields } from '../../src/issues/wanted-fields.ts';
import { searchIssues } from '../../src/search/search.ts';
import { useCast } from './cast.ts';

describe('a search costs', () => {
  const cast = useCast('sqlite');
  let actor: Actor;

  beforeAll(async () => {
    const { site } = cast.tracker.server.app;
    const { revision } = await site.db
      .selectFrom('config_revision')
      .select('revision')
      .executeTakeFirstOrThrow();
    actor = { user: cast.tracker.world.fred.user, revision, profile: 'datacenter' };
  });

  /** Everything that goes through either side of the database while the search runs. */
  async function cost(jql: string, maxResults = 50): Promise<number> {
    const { site } = cast.tracker.server.app;
    let count = 0;
    const counted = <F extends (...given: any[]) => unknown>(object: object, name: string): (() => void) => {
      const real = Reflect.get(object, name) as F | undefined;
      if (real === undefined) return () => {};
      const own = (...given: any[]) => {
        count++;
        return real.apply(object, given);
      };
      Object.defineProperty(object, name, { value: own, configurable: true, writable: true });
      return () => Object.defineProperty(object, name, { value: real, configurable: true, writable: true });
    };
    const undo = [
      counted(site.db.getExecutor(), 'executeQuery'),
      counted(site.searchDb.getExecutor(), 'executeQuery'),
      counted(adapterOf(site.db), 'runHot'),
    ];
    await searchIssues(site, actor, {
      jql,
      maxResults,
      wanted: navigableFields,
      expand: new Set(),
      properties: [],
      strict: true,
    });
    for (const step of undo) step();
    return count;
  }

  /** Of what the issues on the page have: labels, custom values, parents and people. */
  let page: number;

  test('as many statements for one issue as for all', async () => {
    page = await cost('order by key');
    expect(page).toBeLessThanOrEqual(8);
    expect(await cost('order by key', 1)).toBeLessThanOrEqual(page);
  });

  test.each([
    ['issues that do not exist', 'summary ~ nothinglikeit', -6],
    ['a page that is full, which has to be counted', 'order by key', 1],
    ['fields and values', 'project = QA and status = Done or labels in (red, blue) or Points > 1', 0],
    ['texts', 'text ~ login or comment ~ needle', 0],
    ['history', 'status was "To Do" and not status changed to "In Progress" after -1d', 0],
    ['people by name, all in one', 'assignee was in (fred, admin) or reporter = wilma', 1],
    ['who made a change', 'status was "To Do" by fred or status changed by (admin, wilma)', 1],
    ['issues by key, all of a project in one', 'key in (QA-1, QA-2, QA-3) or parent = QA-3', 1],
    [
      'groups',
      'assignee in membersOf("jira-administrators") or assignee was in membersOf("jira-software-users")',
      1,
    ],
    ['projects of mine', 'project in projectsLeadByUser() or project in projectsWhereUserHasRole(Users)', 0],
    ['sign-in times', 'created > lastLogin() or created > currentLogin() or key > QA-1', 2],
    ['updates', 'issue in updatedBy(fred, "-1w") or issue in updatedBy(admin)', 1],
    ['an order', 'order by priority, assignee desc, labels, Team, key', 0],
  ])('for %s', async (_name, jql, more) => {
    const most = more === 1 && jql === 'order by key' ? 3 : 50;
    expect(await cost(jql, most)).toBeLessThanOrEqual(page + more);
  });
});
