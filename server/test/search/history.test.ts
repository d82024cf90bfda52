import fc from 'fast-check';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { dialectOf } from '../../src/db/dialect.ts';
import { jql } from '../../src/db/migrations/0022-jql.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { useTracker } from '../issues/tracker.ts';
import { engines } from '../support/databases.ts';
import type { Account } from '../support/world.ts';

const dayMs = 86_400_000;

/** Day by day, each at noon: what was done to issues a to d. Today is day 9. */
describe.each(engines)('WAS and CHANGED on %s', (engine) => {
  const tracker = useTracker(engine);
  const keys: Record<string, string> = {};
  let firstNoon: number;
  const day = (offset: number) => new Date(firstNoon + offset * dayMs).toISOString().slice(0, 10);

  beforeAll(async () => {
    const { clock } = tracker.server;
    const { admin, fred } = tracker.world;
    const noon = Math.ceil(clock.now() / dayMs) * dayMs + dayMs / 2;
    clock.advance(noon + dayMs - clock.now());
    firstNoon = clock.now();
    const must = async (method: string, path: string, by: Account, body: unknown) => {
      const reply = await tracker.call(method, path, by, body);
      if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    };
    const move = async (letter: string, status: string, by = fred) => {
      const { body } = await tracker.get(`/issue/${keys[letter]}/transitions`, by);
      const { id } = body.transitions.find((one: any) => one.to.name === status);
      await must('POST', `/issue/${keys[letter]}/transitions`, by, { transition: { id } });
    };
    const set = (letter: string, fields: unknown, by = fred) =>
      must('PUT', `/issue/${keys[letter]}`, by, { fields });
    const days: (() => Promise<unknown>)[] = [
      async () => {
        keys.a = await tracker.made({ assignee: { name: 'fred' }, priority: { name: 'High' } });
        keys.b = await tracker.made();
      },
      () => move('a', 'In Progress'),
      async () => {
        await move('a', 'Done', admin);
        await set('b', { assignee: { name: 'fred' } });
      },
      () => move('a', 'To Do'),
      async () => {
        keys.c = await tracker.made({ assignee: { name: 'admin' } });
        await set('b', { assignee: null }, admin);
      },
      () => set('c', { assignee: { name: 'fred' }, priority: { name: 'Low' } }, admin),
      () => move('b', 'In Progress', admin),
      async () => {
        keys.d = await tracker.made();
      },
      () => set('a', { summary: 'Another', reporter: { name: 'admin' } }, admin),
    ];
    for (const act of days) {
      await act();
      clock.advance(dayMs);
    }
  });

  const search = (jql: string, by: Account | null) =>
    tracker.call('POST', '/search', by, { jql, fields: ['summary'], maxResults: 100 });

  async function found(jql: string, by: Account | null = tracker.world.fred): Promise<string> {
    const { status, body, text } = await search(`key > QA-2 and (${jql})`, by);
    if (status !== 200) throw new Error(`${jql}: ${status} ${text}`);
    const letters = new Map(Object.entries(keys).map(([letter, key]) => [key, letter]));
    expect(body.total).toBe(body.issues.length);
    return body.issues
      .map(({ key }: any) => letters.get(key))
      .sort()
      .join('');
  }

  /** `{n}` stands for day n. */
  const dated = (jql: string) => jql.replaceAll(/\{(\d)\}/g, (_, offset) => `"${day(Number(offset))}"`);

  test.each([
    ['status was Done', 'a'],
    ['status was "in progress"', 'ab'],
    ['status was "To Do"', 'abcd'],
    ['status was 10001', 'a'],
    ['status was not Done', 'bcd'],
    ['not status was Done', 'bcd'],
    ['not status was not Done', 'a'],
    ['status was in (Done, "In Progress")', 'ab'],
    ['status was not in (Done, "In Progress")', 'cd'],
    ['assignee was fred', 'abc'],
    ['assignee was admin', 'c'],
    ['assignee was EMPTY', 'bd'],
    ['assignee was not EMPTY', 'ac'],
    ['assignee was in (admin, EMPTY)', 'bcd'],
    ['assignee was currentUser()', 'abc'],
    ['assignee was in membersOf("jira-administrators")', 'c'],
    ['assignee was not fred', 'd'],
    ['reporter was fred', 'abcd'],
    ['reporter was admin', 'a'],
    ['priority was High', 'a'],
    ['priority was Low', 'c'],
    ['priority was not High', 'bcd'],
    ['resolution was Done', 'a'],
    ['resolution was Unresolved', 'abcd'],
    ['resolution was not EMPTY', ''],

    ['status was "To Do" before {1}', 'ab'],
    ['status was "To Do" before {0}', ''],
    ['status was Done before {2}', ''],
    ['status was Done before {3}', 'a'],
    ['status was "In Progress" after {3}', 'b'],
    ['status was "In Progress" after {2}', 'ab'],
    ['status was "In Progress" on {1}', 'a'],
    ['status was "In Progress" on {3}', ''],
    ['status was "To Do" on {1}', 'ab'],
    ['status was "To Do" on {2}', 'b'],
    ['status was not "To Do" on {2}', 'acd'],
    ['status was Done during ({0}, {1})', ''],
    ['status was Done during ({0}, {3})', 'a'],
    ['status was Done during ({3}, {9})', 'a'],
    ['status was Done during ({4}, {9})', ''],
    ['status was Done during ({3}, {1})', ''],
    ['status was Done after {1} before {3}', 'a'],
    ['status was Done after -4d', ''],
    ['status was Done after startOfDay("-7d")', 'a'],
    ['assignee was fred during ({3}, {4})', 'ab'],
    ['assignee was EMPTY during ({3}, {4})', ''],
    ['assignee was EMPTY on {4}', 'b'],
    ['status was Done by admin', 'a'],
    ['status was Done by fred', ''],
    ['status was "To Do" by admin', ''],
    ['status was "To Do" by fred', 'abcd'],
    ['status was "In Progress" by (admin, fred)', 'ab'],
    ['status was "In Progress" by membersOf("jira-administrators")', 'b'],
    ['status was "In Progress" by currentUser() before {4}', 'a'],
    ['assignee was EMPTY by admin', 'b'],
    ['assignee was EMPTY by fred', 'bd'],
    ['status was not "In Progress" by fred', 'bcd'],

    ['status changed', 'ab'],
    ['not status changed', 'cd'],
    ['assignee changed', 'bc'],
    ['priority changed', 'c'],
    ['reporter changed', 'a'],
    ['resolution changed', 'a'],
    ['status changed from "To Do"', 'ab'],
    ['status changed to "To Do"', 'a'],
    ['status changed from Done to "To Do"', 'a'],
    ['status changed from "To Do" to Done', ''],
    ['status changed from ("To Do", "In Progress") to (Done, "In Progress")', 'ab'],
    ['status changed to (Done)', 'a'],
    ['status changed from Done from "To Do"', ''],
    ['not status changed to Done', 'bcd'],
    ['assignee changed from EMPTY', 'b'],
    ['assignee changed to EMPTY', 'b'],
    ['assignee changed from fred to EMPTY', 'b'],
    ['assignee changed to fred by admin', 'c'],
    ['assignee changed to fred by fred', 'b'],
    ['resolution changed from Unresolved to Done', 'a'],
    ['status changed by admin', 'ab'],
    ['status changed by (fred)', 'a'],
    ['status changed after {3}', 'ab'],
    ['status changed after {4}', 'b'],
    ['status changed before {2}', 'a'],
    ['status changed on {6}', 'b'],
    ['status changed on {5}', ''],
    ['status changed on endOfDay("-3d")', 'b'],
    ['status changed during ({5}, {7})', 'b'],
    ['status changed during (startOfDay("-4d"), endOfDay())', 'b'],
    ['status changed from Done before {4} after {2} by fred', 'a'],
    ['status changed and assignee changed', 'b'],
    ['status changed or priority was Low', 'abc'],
  ])('%s', async (jql, letters) => {
    expect(await found(dated(jql))).toBe(letters);
  });

  test.each([
    ['summary was x', "History searches do not support the  'summary' field."],
    ['Labels changed', "History searches do not support the  'Labels' field."],
    ['status was Nope', "The value 'Nope' does not exist for the field 'status'."],
    ['status changed to Nope', "The value 'Nope' does not exist for the field 'status'."],
    ['assignee was nobody', "The value 'nobody' does not exist for the field 'assignee'."],
    ['status was Done from "To Do"', "The predicate 'from' is not supported by the operator 'was'."],
    [
      'status was in Done',
      `Operator 'was in' does not support the non-list value '"Done"' for field 'status'.`,
    ],
    ['status was (Done)', `Operator 'was' does not support the list value '("Done")' for field 'status'.`],
    ['status changed during {1}', "The predicate 'during' for field 'status' takes a list of two dates."],
    ['status changed during ({1})', "The predicate 'during' for field 'status' takes a list of two dates."],
    ['status changed after ({1}, {2})', "The predicate 'after' for field 'status' takes one date."],
    ['status changed on EMPTY', "The predicate 'on' for field 'status' takes one date."],
    [
      'status changed after Monday',
      expect.stringMatching(/^Date value 'Monday' for field 'status' is invalid/),
    ],
    ['status changed by nobody', "The value 'nobody' does not exist for the field 'by'."],
    ['status changed by currentUser(1)', "Function 'currentUser' expected '0' arguments but received '1'."],
    ['bogus was x', "Field 'bogus' does not exist or you do not have permission to view it."],
  ])('refused: %s', async (jql, message) => {
    for (const text of [dated(jql), `not (${dated(jql)})`]) {
      const { status, body } = await search(text, tracker.world.fred);
      expect([status, body.errorMessages]).toEqual([400, [message]]);
    }
  });

  test('a thousand queries find what the change history of each issue says', async () => {
    interface Stay {
      readonly value: string | null;
      readonly since: number;
      readonly until: number;
      readonly by: string;
    }
    const stays = new Map<string, Stay[]>();
    for (const [letter, key] of Object.entries(keys)) {
      const { body } = await tracker.get(`/issue/${key}?expand=changelog`);
      for (const field of ['status', 'assignee'] as const) {
        const now = field === 'status' ? body.fields.status.name : (body.fields.assignee?.name ?? null);
        const steps = body.changelog.histories.flatMap(({ created, author, items }: any) =>
          items
            .filter((item: any) => item.field === field)
            .map((item: any) => ({
              at: Date.parse(created),
              by: author.name,
              from: item.fromString?.toLowerCase() ?? null,
            })),
        );
        let since = Date.parse(body.fields.created);
        let by = body.fields.creator.name;
        const list: Stay[] = [];
        for (const step of steps) {
          list.push({ value: step.from, since, until: step.at, by });
          since = step.at;
          by = step.by;
        }
        list.push({ value: now?.toLowerCase() ?? null, since, until: Number.POSITIVE_INFINITY, by });
        stays.set(`${field} ${letter}`, list);
      }
    }
    const at = (offset: number) => Date.parse(`${day(offset)}T00:00:00Z`);
    const random = fc.record({
      field: fc.constantFrom('status', 'assignee'),
      values: fc.subarray([0, 1, 2], { minLength: 1 }),
      operator: fc.constantFrom('was in', 'was not in', 'changed from', 'changed to', 'changed'),
      after: fc.option(fc.integer({ min: 0, max: 9 })),
      before: fc.option(fc.integer({ min: 0, max: 9 })),
      by: fc.option(fc.constantFrom('fred', 'admin')),
      not: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(random, async ({ field, values, operator, after, before, by, not }) => {
        const names = field === 'status' ? ['to do', 'in progress', 'done'] : ['fred', 'admin', null];
        const wanted = values.map((index) => names[index] ?? null);
        const list = `(${wanted.map((name) => (name === null ? 'EMPTY' : `"${name}"`)).join(', ')})`;
        const from = after === null ? Number.NEGATIVE_INFINITY : at(after) + 1;
        const to = before === null ? Number.POSITIVE_INFINITY : at(before) - 1;
        const jql = [
          not ? 'not' : '',
          `${field} ${operator} ${operator === 'changed' ? '' : list}`,
          after === null ? '' : `after "${day(after)}"`,
          before === null ? '' : `before "${day(before)}"`,
          by === null ? '' : `by ${by}`,
        ].join(' ');
        const holds = (letter: string): boolean => {
          const own = stays.get(`${field} ${letter}`)!;
          if (!operator.startsWith('changed')) {
            return own.some(
              (stay) =>
                from <= to &&
                wanted.includes(stay.value) &&
                stay.until > from &&
                stay.since <= to &&
                (by === null || stay.by === by),
            );
          }
          return own.slice(1).some((stay, index) => {
            const before = own[index]!;
            const value = operator === 'changed from' ? before.value : stay.value;
            return (
              (operator === 'changed' || wanted.includes(value)) &&
              stay.since >= from &&
              stay.since <= to &&
              (by === null || stay.by === by)
            );
          });
        };
        const negated = (operator === 'was not in') !== not;
        const expected = ['a', 'b', 'c', 'd'].filter((letter) => holds(letter) !== negated).join('');
        expect([jql, await found(jql)]).toEqual([jql, expected]);
      }),
      { numRuns: 1_000 },
    );
  }, 120_000);

  test('what is wrong matches nothing when it is only a warning', async () => {
    for (const jql of [
      'status was not Nope',
      'not status changed to Nope',
      'status was not Done by nobody',
    ]) {
      const { status, body } = await tracker.call('POST', '/search', tracker.world.fred, {
        jql,
        validateQuery: 'warn',
      });
      expect([jql, status, body.total, body.warningMessages.length]).toEqual([jql, 200, 0, 1]);
    }
  });

  test('Z4: the history of hidden issues is in no answer', async () => {
    const { wilma } = tracker.world;
    for (const who of [wilma, null]) {
      for (const jql of [
        'status was Done',
        'status changed',
        'assignee changed to EMPTY',
        'priority was High',
      ]) {
        const { body } = await search(jql, who);
        expect([jql, body.total, body.issues]).toEqual([jql, 0, []]);
      }
      const { body } = await search('status was not Done', who);
      expect(body.issues.map(({ key }: any) => key)).toEqual(['PUB-1']);
    }
  });

  test('an older database gets the same from its change history', async () => {
    const { db } = tracker.server.app.site;
    const rows = () =>
      db
        .selectFrom('held_values')
        .select(['issue_id', 'field', 'value', 'next_value', 'since_at', 'since_by', 'until_at', 'until_by'])
        .orderBy('until_at')
        .orderBy('issue_id')
        .orderBy('field')
        .execute();
    const written = await rows();
    expect(written.length).toBeGreaterThan(8);
    await sql`drop table held_values`.execute(db);
    for (const index of ['change_groups_by_author', 'comments_by_author', 'issues_by_creator']) {
      await sql`drop index ${sql.id(index)}`.execute(db);
    }
    await inTransaction(db, (trx) => jql.up(trx, dialectOf(db)));
    expect(await rows()).toEqual(written);
  });

  test('the history goes with its issue', async () => {
    const key = await tracker.made();
    await tracker.call('PUT', `/issue/${key}`, tracker.world.fred, {
      fields: { priority: { name: 'High' } },
    });
    const { db } = tracker.server.app.site;
    const rows = () => db.selectFrom('held_values').select('id').execute();
    const before = (await rows()).length;
    expect((await tracker.call('DELETE', `/issue/${key}`, tracker.world.admin)).status).toBe(204);
    expect((await rows()).length).toBe(before - 1);
  });
});
