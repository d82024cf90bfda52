import { beforeAll, describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { type Account, addAccount } from '../support/world.ts';
import { useCast } from './cast.ts';

/** The cast of cast.ts: a to d, p and q in QA, k in PUB. */
describe.each(engines)('functions of JQL on %s', (engine) => {
  const cast = useCast(engine);
  const world = () => cast.tracker.world;
  let stranger: Account;

  beforeAll(async () => {
    stranger = await addAccount(cast.tracker.server, 'stranger');
  });

  test.each([
    ['type in standardIssueTypes()', 'abdkpq'],
    ['issuetype not in subtaskIssueTypes()', 'abdkpq'],
    ['type in subtaskIssueTypes()', 'c'],
    ['type in (subtaskIssueTypes(), Bug)', 'ac'],
    ['projectType = software', 'abcdkpq'],
    ['projectType = Business', ''],
    ['projectType != software', ''],
    ['projectType in (software, service_desk) and type = Bug', 'a'],
    ['project in projectsLeadByUser()', ''],
    ['project in projectsLeadByUser(admin)', 'abcdkpq'],
    ['project not in projectsLeadByUser(admin)', ''],
    ['project in projectsWhereUserHasPermission("Edit Issues")', 'abcdkpq'],
    ['project in projectsWhereUserHasPermission("Administer Projects")', ''],
    ['project in projectsWhereUserHasPermission(browse_projects)', 'abcdkpq'],
    ['project not in projectsWhereUserHasPermission("Edit Issues")', ''],
    ['project in projectsWhereUserHasRole(Users)', 'abcdpq'],
    ['project in projectsWhereUserHasRole(developers)', ''],
    ['project in (projectsWhereUserHasRole(Users), PUB)', 'abcdkpq'],
    ['issue in updatedBy(fred)', 'abcd'],
    ['issue not in updatedBy(fred)', 'kpq'],
    ['key in updatedBy(admin) and key > QA-2', ''],
    ['issue in updatedBy(fred, "-1d")', 'bcd'],
    ['issue in updatedBy(fred, "-5d", "-1d")', 'ab'],
    ['issue in (updatedBy(fred, "-1d"), QA-1)', 'bcdp'],
    ['issue not in (updatedBy(fred, "-1d"), QA-1)', 'akq'],
    ['created <= currentLogin()', ''],
    ['created >= lastLogin()', ''],
  ])('%s', async (jql, letters) => {
    expect(await cast.found(jql)).toBe(letters);
  });

  test('the last two sign-ins are known', async () => {
    const { site } = cast.tracker.server.app;
    const { user } = world().fred;
    const now = cast.tracker.server.clock.now();
    await site.db
      .insertInto('sign_in_records')
      .values({
        user_id: user.id,
        sign_in_count: 2,
        failed_count: 0,
        last_sign_in_at: now - 1,
        previous_sign_in_at: now - 86_400_000 - 1,
      })
      .execute();
    expect(await cast.found('key > QA-2 and created > currentLogin()')).toBe('cd');
    expect(await cast.found('key > QA-2 and created > lastLogin()')).toBe('bcd');
    await site.db.deleteFrom('sign_in_records').where('user_id', '=', user.id).execute();
  });

  test.each([
    [
      'type = standardIssueTypes()',
      "Operator '=' does not support the list value 'standardIssueTypes()' for field 'type'.",
    ],
    [
      'status in standardIssueTypes()',
      "A value provided by the function 'standardIssueTypes' is invalid for the field 'status'.",
    ],
    [
      'parent in updatedBy(fred)',
      "A value provided by the function 'updatedBy' is invalid for the field 'parent'.",
    ],
    ['issue in updatedBy(nobody)', "The value 'nobody' does not exist for the field 'issue'."],
    ['issue in updatedBy()', "Function 'updatedBy' expected between '1' and '3' arguments but received '0'."],
    [
      'issue in updatedBy(fred, soon)',
      expect.stringMatching(/^Date value 'soon' for field 'issue' is invalid/),
    ],
    ['projectType = tennis', "The value 'tennis' does not exist for the field 'projectType'."],
    [
      'project in projectsLeadByUser(nobody)',
      "Function 'projectsLeadByUser' can not generate a list of projects for user 'nobody'; the user does not exist.",
    ],
    [
      'project in projectsWhereUserHasPermission(Fly)',
      "Function 'projectsWhereUserHasPermission' can not generate a list of projects for permission 'Fly'; the permission does not exist.",
    ],
    [
      'project in projectsWhereUserHasRole(King)',
      "Function 'projectsWhereUserHasRole' can not generate a list of projects for role 'King'; the role does not exist.",
    ],
    [
      'project in projectsWhereUserHasRole()',
      "Function 'projectsWhereUserHasRole' expected '1' arguments but received '0'.",
    ],
    [
      'issue in issueHistory()',
      `Operator 'in' does not support the non-list value 'issueHistory()' for field 'issue'.`,
    ],
  ])('refused: %s', async (jql, message) => {
    expect(await cast.refused(jql)).toEqual([message]);
  });

  test('nobody has no projects and no past', async () => {
    for (const call of [
      'projectsLeadByUser()',
      'projectsLeadByUser(admin)',
      'projectsWhereUserHasRole(Users)',
    ]) {
      const name = call.slice(0, call.indexOf('('));
      expect(await cast.refused(`project in ${call}`, null)).toEqual([
        `Function '${name}' cannot be called as anonymous user.`,
      ]);
    }
    expect(await cast.found('created > lastLogin()', null)).toBe('');
  });

  test('Z4: who may not browse people cannot try names out', async () => {
    for (const [known, unknown] of [
      ['project in projectsLeadByUser(fred)', 'project in projectsLeadByUser(ghost)'],
      ['issue in updatedBy(fred)', 'issue in updatedBy(ghost)'],
      ['issue not in updatedBy(fred)', 'issue not in updatedBy(ghost)'],
      ['status changed by fred', 'status changed by ghost'],
      ['assignee was not fred', 'assignee was not ghost'],
      ['not status changed by fred', 'not status changed by ghost'],
    ]) {
      const [one, other] = await Promise.all(
        [known, unknown].map((jql) => cast.search({ jql: jql! }, stranger)),
      );
      expect([one!.status, one!.body]).toEqual([other!.status, other!.body]);
    }
  });

  test('Z4: projects that are hidden belong to nobody', async () => {
    expect(await cast.found('project in projectsLeadByUser(admin)', world().wilma)).toBe('k');
    expect(await cast.found('projectType = software', world().wilma)).toBe('k');
    expect(await cast.found('issue in updatedBy(fred)', world().wilma)).toBe('');
  });

  test('Z4: a comment that is hidden is no update', async () => {
    const { admin, fred } = world();
    const key = await cast.tracker.made({ summary: 'Quiet' });
    const say = await cast.tracker.call('POST', `/issue/${key}/comment`, admin, {
      body: 'For us',
      visibility: { type: 'role', value: 'Administrators' },
    });
    expect(say.status).toBe(201);
    const total = async (by: Account) =>
      (await cast.search({ jql: `key = ${key} and issue in updatedBy(admin)` }, by)).body.total;
    expect([await total(admin), await total(fred)]).toEqual([1, 0]);
  });
});
