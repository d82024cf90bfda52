import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../src/db/migrations/fresh-site.ts';
import { engines } from '../support/databases.ts';
import { type Account, addAccount, addIssue } from '../support/world.ts';
import { useCast } from './cast.ts';

describe.each(engines)('what a search lets be seen on %s', (engine) => {
  const cast = useCast(engine);
  const world = () => cast.tracker.world;

  test('without a query: the issues of projects one may browse', async () => {
    expect(await cast.found('', world().wilma)).toBe('k');
    expect(await cast.found('', null)).toBe('k');
    expect(await cast.found('not key = PUB-1', world().wilma)).toBe('');
    expect(await cast.found('summary !~ xyz or created > -99w', null)).toBe('k');
  });

  test.each([
    ['a key', 'project = QA', 'project = ZZ'],
    ['a name', 'project = "Project QA"', 'project = "Project ZZ"'],
    ['a negated key', 'project not in (PUB, QA)', 'project not in (PUB, ZZ)'],
    ["an issue's key", 'key = QA-1', 'key = ZZ-1'],
    ["an issue's key in another letter case", 'key != qa-2', 'key != zz-2'],
    ["a sub-task's parent", 'parent = QA-3', 'parent = ZZ-3'],
    ['a comparison', 'key > QA-1', 'key > ZZ-1'],
  ])('a hidden project and one that does not exist look alike by %s', async (_name, hidden, missing) => {
    for (const who of [world().wilma, null]) {
      const told = await cast.refused(hidden, who);
      expect(told).toHaveLength(1);
      expect(told.map((text) => text.replace(/QA/gi, 'ZZ'))).toEqual(
        (await cast.refused(missing, who)).map((text) => text.replace(/zz/g, 'ZZ')),
      );
    }
  });

  test('and by number', async () => {
    const { body: issue } = await cast.tracker.get('/issue/QA-1');
    for (const who of [world().wilma, null]) {
      for (const [field, id] of [
        ['issue', issue.id],
        ['project', issue.fields.project.id],
      ]) {
        const told = (number: string) =>
          `A value with ID '${number}' does not exist for the field '${field}'.`;
        expect(await cast.refused(`${field} = ${id}`, who)).toEqual([told(id)]);
        expect(await cast.refused(`${field} = 99999`, who)).toEqual([told('99999')]);
      }
    }
  });

  test('a needle in a hidden issue is in no answer', async () => {
    const needle = 'zebrafinch';
    await cast.tracker.made({ summary: needle, description: needle, environment: needle, labels: [needle] });
    for (const who of [world().wilma, null]) {
      for (const jql of [
        `text ~ ${needle}`,
        `summary ~ ${needle} or labels = ${needle}`,
        `text ~ "zebra*"`,
        `labels is not empty`,
        `not labels = ${needle}`,
      ]) {
        for (const path of ['/search', '/search/jql']) {
          const reply = await cast.tracker.call('POST', path, who, { jql, fields: ['*all'] });
          expect([jql, reply.status, reply.body.issues]).toEqual([jql, 200, []]);
          expect(reply.text).not.toContain(needle);
        }
        const count = await cast.tracker.call('POST', '/search/approximate-count', who, { jql });
        expect(count.body).toEqual({ count: 0 });
      }
    }
  });

  test('a comment for some is found by those alone', async () => {
    const { admin, fred } = world();
    for (const field of ['comment', 'text']) {
      expect(await cast.found(`${field} ~ haystack`, admin)).toBe('c');
      expect(await cast.found(`${field} ~ haystack`, fred)).toBe('');
      expect(await cast.found(`${field} ~ needle`, admin)).toBe('bd');
      expect(await cast.found(`${field} ~ needle`, fred)).toBe('b');
    }
    expect(await cast.found('comment !~ needle', admin)).toBe('c');
    expect(await cast.found('comment !~ needle', fred)).toBe('');
    expect(await cast.found('comment !~ nothing', fred)).toBe('b');
  });

  test('somebody anonymous is nobody', async () => {
    expect(await cast.found('assignee = currentUser() or reporter = currentUser()', null)).toBe('');
    expect(await cast.refused('bogus = 1', null)).toEqual([
      "Field 'bogus' does not exist or this field cannot be viewed by anonymous users.",
    ]);
  });

  describe('permissions held on some issues only', () => {
    let rita: Account;

    beforeAll(async () => {
      const { tracker } = cast;
      const { admin } = world();
      rita = await addAccount(tracker.server, 'rita', { groups: [builtIn.groups.softwareUsers] });
      const anyone = (permission: string) => ({ holder: { type: 'applicationRole' }, permission });
      for (const [key, browse] of [
        ['REP', 'reporter'],
        ['ASG', 'assignee'],
      ] as const) {
        const scheme = await tracker.call('POST', '/permissionscheme', admin, {
          name: `Own ${key}`,
          permissions: [
            { holder: { type: browse }, permission: 'BROWSE_PROJECTS' },
            {
              holder: { type: 'projectRole', parameter: String(builtIn.roles.administrators) },
              permission: 'BROWSE_PROJECTS',
            },
            ...['CREATE_ISSUES', 'ASSIGN_ISSUES', 'ASSIGNABLE_USER', 'MODIFY_REPORTER'].map(anyone),
          ],
        });
        const project = await tracker.call('POST', '/project', admin, {
          key,
          name: `Project ${key}`,
          projectTypeKey: 'software',
          lead: 'admin',
          permissionScheme: scheme.body.id,
        });
        expect([scheme.status, project.status]).toEqual([201, 201]);
      }
      await addIssue(tracker.server, admin, 'REP', 'theirs');
      await addIssue(tracker.server, admin, 'REP', 'hers', { reporter: { name: 'rita' } });
      await addIssue(tracker.server, admin, 'ASG', 'theirs');
      await addIssue(tracker.server, admin, 'ASG', 'hers', { assignee: { name: 'rita' } });
    });

    const keysOf = async (jql: string, who: Account) => {
      const { body } = await cast.search({ jql }, who);
      expect(body.total).toBe(body.issues.length);
      return body.issues.map(({ key }: any) => key).sort();
    };

    test('find those issues and no other', async () => {
      expect(await keysOf('project in (REP, ASG)', rita)).toEqual(['ASG-2', 'REP-2']);
      expect(await keysOf('project = REP', rita)).toEqual(['REP-2']);
      expect(await keysOf('summary ~ theirs', rita)).toEqual([]);
      expect(await keysOf('project = REP or key = ASG-2', rita)).toEqual(['ASG-2', 'REP-2']);
      expect(await keysOf('project in (REP, ASG)', world().admin)).toEqual([
        'ASG-1',
        'ASG-2',
        'REP-1',
        'REP-2',
      ]);
      expect(await keysOf('', rita)).toEqual(['ASG-2', 'PUB-1', 'REP-2']);
    });

    test('the others look as if they did not exist', async () => {
      expect(await cast.refused('key = REP-1', rita)).toEqual([
        "An issue with key 'REP-1' does not exist for field 'key'.",
      ]);
      expect(await cast.refused('project = REP', null)).toEqual([
        "The value 'REP' does not exist for the field 'project'.",
      ]);
    });
  });

  describe('who may not browse people', () => {
    let stranger: Account;

    beforeAll(async () => {
      stranger = await addAccount(cast.tracker.server, 'stranger');
    });

    test.each([
      ['user names', 'assignee = fred', 'assignee = ghost'],
      ['addresses', 'assignee = "fred@example.com"', 'assignee = "ghost@example.com"'],
      [
        'negated names',
        'reporter in (admin) and assignee != fred',
        'reporter in (admin) and assignee != ghost',
      ],
    ])('cannot try %s out', async (_name, existing, missing) => {
      for (const who of [stranger, null]) {
        const answers = await Promise.all(
          [existing, missing].map((jql) => cast.search({ jql, fields: 'summary' }, who)),
        );
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        expect(answers[0]!.body).toEqual(answers[1]!.body);
      }
    });

    test('learns no address from an issue that may be seen', async () => {
      const { tracker } = cast;
      await addIssue(tracker.server, world().admin, 'PUB', 'of fred', { assignee: { name: 'fred' } });
      const total = async (jql: string, who: Account) => (await cast.search({ jql }, who)).body.total;
      expect(await total('project = PUB and assignee = "fred@example.com"', stranger)).toBe(0);
      expect(await total('project = PUB and assignee = fred', stranger)).toBe(1);
      expect(await total('project = PUB and assignee = "fred@example.com"', world().wilma)).toBe(1);
    });

    test('nor which groups there are', async () => {
      const told = (group: string) =>
        `Function 'membersOf' can not generate a list of usernames for group '${group}'; the group does not exist.`;
      for (const who of [stranger, null]) {
        for (const group of ['jira-administrators', 'nosuch']) {
          expect(await cast.refused(`assignee in membersOf("${group}")`, who)).toEqual([told(group)]);
        }
      }
    });
  });
});
