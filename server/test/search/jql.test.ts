import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useCast } from './cast.ts';

/** Fred sees p and q (QA-1, QA-2), k (PUB-1) and the cast: a bug, b story, c sub-task of a, d done. */
describe.each(engines)('JQL on %s', (engine) => {
  const cast = useCast(engine);

  test.each([
    ['', 'abcdkpq'],
    ['project = QA', 'abcdpq'],
    ['project = "project pub"', 'k'],
    ['project in (qa, PUB)', 'abcdkpq'],
    ['project != QA', 'k'],
    ['project not in (QA, PUB)', ''],
    ['project is empty', ''],
    ['project is not empty', 'abcdkpq'],
    ['issuetype = Bug', 'a'],
    ['type = 10004', 'a'],
    ['type in (bug, "Story")', 'ab'],
    ['type not in (bug, Story, Task)', 'c'],
    ['status = "To Do" and project = QA', 'abcpq'],
    ['status != "To Do"', 'd'],
    ['statusCategory = Done', 'd'],
    ['statusCategory != done', 'abckpq'],
    ['statusCategory = new and type = Bug', 'a'],
    ['status not in ("To Do", Done)', ''],
    ['priority != Medium', 'ab'],
    ['statusCategory is empty', ''],
    ['not statusCategory = Done and type in (Bug, Story)', 'ab'],
    ['priority = Highest', 'a'],
    ['priority > Medium', 'a'],
    ['priority >= medium and type != Task', 'ac'],
    ['priority < Medium', 'b'],
    ['priority <= 1', 'abcdkpq'],
    ['resolution = Unresolved', 'abckpq'],
    ['resolution is empty', 'abckpq'],
    ['resolution != Unresolved', 'd'],
    ['resolution = Done', 'd'],
    ['resolution in (Done, Unresolved)', 'abcdkpq'],
    ['resolution not in (Duplicate, Unresolved)', 'd'],
    ['resolution not in (Done, Unresolved)', ''],
    ['not resolution = Unresolved', 'd'],
    ['assignee = fred', 'a'],
    ['assignee = "fred@example.com"', 'a'],
    ['assignee = currentUser()', 'a'],
    ['assignee != currentUser()', 'cd'],
    ['assignee is empty', 'bkpq'],
    ['assignee in (fred, EMPTY)', 'abkpq'],
    ['assignee not in (fred, EMPTY)', 'cd'],
    ['assignee != EMPTY', 'acd'],
    ['not assignee = fred', 'cd'],
    ['assignee != fred or assignee is empty', 'bcdkpq'],
    ['assignee in membersOf("jira-administrators")', 'cd'],
    ['assignee not in membersOf("Jira-Administrators")', 'a'],
    ['reporter = admin', 'ckpq'],
    ['creator = fred', 'abcd'],
    ['reporter != creator', null],
    ['labels = red', 'ac'],
    ['labels = BLUE', 'a'],
    ['labels in (blue, green)', 'a'],
    ['labels != blue', 'c'],
    ['labels not in (blue, green)', 'c'],
    ['labels is empty', 'bdkpq'],
    ['labels is not empty', 'ac'],
    ['labels = red and labels = blue', 'a'],
    ['labels in (red, EMPTY) and type = Story', 'b'],
    ['due < now()', 'a'],
    ['duedate > now()', 'b'],
    ['due is empty', 'cdkpq'],
    ['due != EMPTY', 'ab'],
    ['due <= 7d', 'ab'],
    ['created >= startOfDay()', 'cd'],
    ['created >= -36h', 'bcd'],
    ['created >= "-1d"', 'bcd'],
    ['created < startOfDay("-1d") and created > -3d', 'a'],
    ['created >= startOfWeek() and project = QA and created <= endOfWeek() and type != Task', 'abc'],
    ['created > endOfDay()', ''],
    ['not created >= startOfDay() and created > -3d', 'ab'],
    ['updated > startOfDay()', 'bcd'],
    ['resolved > startOfDay()', 'd'],
    ['resolutiondate is empty', 'abckpq'],
    ['created = now()', 'cd'],
    ['summary ~ login', 'ab'],
    ['summary ~ "logins fail"', 'a'],
    ['summary ~ "\\"login page\\""', 'b'],
    ['summary ~ "page login"', 'b'],
    ['summary ~ "log*"', 'ab'],
    ['summary ~ "login -page"', 'a'],
    ['summary ~ "page OR monday"', 'ab'],
    ['summary !~ login', 'cdkpq'],
    ['not summary ~ login', 'cdkpq'],
    ['summary ~ "GRÖSSE" or summary ~ GRÖßE', 'd'],
    ['summary ~ maß', 'd'],
    ['summary ~ "!!!"', ''],
    ['summary is empty', ''],
    ['description ~ run', 'a'],
    ['description ~ "qa-31"', 'a'],
    ['description ~ notes', 'a'],
    ['description !~ run', ''],
    ['description is empty', 'bcdkpq'],
    ['environment ~ linux', 'b'],
    ['environment !~ windows', 'b'],
    ['comment ~ needle', 'b'],
    ['comment ~ haystack', ''],
    ['comment !~ needle', ''],
    ['text ~ login', 'ab'],
    ['text ~ needle', 'b'],
    ['text ~ milk', 'a'],
    ['text ~ linux', 'b'],
    ['text ~ example', ''],
    ['not text ~ login and project = QA', 'cdpq'],
    ['key = QA-1', 'p'],
    ['key in (qa-1, PUB-1)', 'kp'],
    ['issuekey != QA-1 and issue not in (QA-2, PUB-1)', 'abcd'],
    ['key > QA-1 and key <= QA-3', 'aq'],
    ['not key > QA-1', 'p'],
    ['key = QA-1 or key = QA-2 or key = PUB-1', 'kpq'],
    ['parent = QA-3', 'c'],
    ['parent is empty', 'abdkpq'],
    ['parent is not empty', 'c'],
    ['Points = 3', 'a'],
    ['Points > 1', 'ab'],
    ['points >= 1.5 and points < 3.0', 'b'],
    ['Points != 3', 'b'],
    ['Points is empty', 'cdkpq'],
    ['Points in (1.5, 3)', 'ab'],
    ['Points in (3, EMPTY)', 'acdkpq'],
    ['Team = alpha', 'a'],
    ['Team != alpha', 'b'],
    ['Skills = SQL', 'ab'],
    ['Skills != CSS', 'b'],
    ['Skills in (CSS)', 'a'],
    ['Notes ~ "remember milk"', 'a'],
    ['Notes !~ bread', 'a'],
    ['Notes ~ login', ''],
    ['"Start" <= 2d', 'a'],
    ['"Start" > 2d', 'b'],
    ['Seen >= startOfDay()', 'c'],
    ['Seen is not empty', 'c'],
    ['Owner = admin', 'a'],
    ['Owner = currentUser()', ''],
    ['Tags = x', 'ab'],
    ['Tags != y', 'a'],
    ['Link = "https://example.com/a?b=c"', 'a'],
    ['Code = "Exactly this"', 'a'],
    ['Code = "Exactly"', ''],
    ['project = QA AND (assignee = fred OR labels = red) AND NOT type = Sub-task', 'a'],
    ['not (type = Bug or type = Story) and project = QA', 'cdpq'],
    ['not (type = Bug and labels = red)', 'bcdkpq'],
  ] as const)('%s', async (jql, letters) => {
    if (letters === null) await expect(cast.refused(jql)).resolves.toHaveLength(1);
    else expect(await cast.found(jql)).toBe(letters);
  });

  test('custom fields go by their number too', async () => {
    const { Points, Team } = cast.fieldIds;
    expect(await cast.found(`cf[${Points}] = 3`)).toBe('a');
    expect(await cast.found(`customfield_${Team} = Beta`)).toBe('b');
    expect(await cast.found(`cf[${Points}] is not empty order by cf[${Points}]`)).toBe('ba');
  });

  test('two custom fields of one name are both meant', async () => {
    const { tracker, fieldIds } = cast;
    const type = 'com.atlassian.jira.plugin.system.customfieldtypes:float';
    const made = await tracker.call('POST', '/field', tracker.world.admin, { name: 'points', type });
    const edited = await tracker.call('PUT', `/issue/${cast.keys.d}`, tracker.world.fred, {
      fields: { [made.body.id]: 3 },
    });
    expect([made.status, edited.status]).toEqual([201, 204]);
    expect(await cast.found('Points = 3')).toBe('ad');
    expect(await cast.found(`cf[${fieldIds.Points}] = 3`)).toBe('a');
    const cleared = await tracker.call('PUT', `/issue/${cast.keys.d}`, tracker.world.fred, {
      fields: { [made.body.id]: null },
    });
    expect(cleared.status).toBe(204);
  });

  test.each([
    ['project = QA order by key', 'pqabcd'],
    ['project = QA order by key desc', 'dcbaqp'],
    ['order by key', 'kpqabcd'],
    ['order by project, key desc', 'kdcbaqp'],
    ['key > QA-2 order by created', 'abcd'],
    ['key > QA-2 order by created asc, key asc', 'abcd'],
    ['key > QA-2 order by created desc', 'dcba'],
    ['key > QA-2 order by priority desc, key', 'acdb'],
    ['key > QA-2 order by priority, key', 'bcda'],
    ['key > QA-2 order by assignee, key', 'cdab'],
    ['key > QA-2 order by assignee desc, key', 'bacd'],
    ['key > QA-2 order by due', 'abcd'],
    ['key > QA-2 order by due desc, key', 'cdba'],
    ['key > QA-2 order by issuetype, key', 'bdac'],
    ['key > QA-2 order by status desc, key', 'dabc'],
    ['key > QA-2 order by summary', 'bdca'],
    ['key > QA-2 order by labels, key', 'acbd'],
    ['key > QA-2 order by Points, key', 'bacd'],
    ['key > QA-2 order by Team desc, key', 'cdba'],
    ['key > QA-2 order by Owner, key', 'abcd'],
    ['key > QA-2 order by "start" desc, key desc', 'dcba'],
    ['key > QA-2 order by resolution, key', 'dabc'],
    ['key > QA-2 order by resolved, key', 'dabc'],
    ['key > QA-2 order by description, key', 'abcd'],
  ])('%s', async (jql, letters) => {
    expect(await cast.found(jql)).toBe(letters);
  });

  test('without ORDER BY the newest comes first', async () => {
    const { body } = await cast.search({ jql: 'project = QA' });
    const ids = body.issues.map(({ id }: any) => Number(id));
    expect(ids).toEqual(ids.toSorted((x: number, y: number) => y - x));
  });

  test('dates are those of the searcher', async () => {
    const { site } = cast.tracker.server.app;
    const inZone = async (zone: string, jql: string) => {
      await site.db.updateTable('users').set({ time_zone: zone }).where('name', '=', 'fred').execute();
      return cast.found(jql);
    };
    const day = new Date(cast.tracker.server.clock.now()).toISOString().slice(0, 10);
    // c was made at 12:00 UTC, which is 00:00 of the next day in Auckland's winter or 01:00 in its summer.
    expect(await inZone('UTC', `created >= "${day} 12:00" and type = Sub-task`)).toBe('c');
    expect(await inZone('UTC', `created > "${day} 12:00" and type = Sub-task`)).toBe('');
    expect(await inZone('America/New_York', `created >= "${day} 12:00" and type = Sub-task`)).toBe('');
    expect(await inZone('Pacific/Kiritimati', `created < "${day} 23:00" and type = Sub-task`)).toBe('');
    expect(await inZone('UTC', `created < "${day} 23:00" and type = Sub-task`)).toBe('c');
  });
});
