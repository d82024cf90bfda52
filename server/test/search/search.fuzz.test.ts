import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useCast } from './cast.ts';

const fields = fc.constantFrom(
  ...'project key id type status statusCategory priority resolution assignee reporter creator labels'.split(
    ' ',
  ),
  ...'summary description environment comment text created updated resolved due parent bogus'.split(' '),
  ...'Points Team Skills Notes "Start" Seen Owner Tags Link Code cf[10000] issue.property[a].b'.split(' '),
);
const operators = fc.constantFrom(
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '~',
  '!~',
  'in',
  'not in',
  'is',
  'is not',
  'was',
  'was not',
  'was in',
  'was not in',
  'changed from',
  'changed to',
);
const quote = (text: string) =>
  `"${text.replace(/["\\]|[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
const value = fc.oneof(
  fc.constantFrom(
    ...'QA PUB 10000 1 0 -1 Highest Medium Done "To Do" done new fred admin red login QA-1 QA-3 PUB-1 QA-999999999999999'.split(
      ' ',
    ),
    ...'999999999999999 99999999999999999999 1e308 -1e-308 0x10 Infinity NaN Alpha SQL x y 2024-02-29'.split(
      ' ',
    ),
    ...'"2024/02/29 10:00" 0001-01-01 9999-12-31 -1d 99999w "-4w 2d" EMPTY NULL needle "log*" "a OR -b" ""'.split(
      ' ',
    ),
    ...'currentUser() now() startOfDay() endOfMonth("-1") startOfYear(9999) membersOf("jira-administrators") f()'.split(
      ' ',
    ),
  ),
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => quote(text.replaceAll('\0', '0'))),
);
const operand = fc.oneof(
  { weight: 3, arbitrary: value },
  {
    weight: 2,
    arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => `(${values.join(', ')})`),
  },
);
const predicates = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom('by', 'from', 'to', 'after', 'before', 'on', 'during'), operand),
    fc.tuple(fc.constantFrom('after', 'before', 'on'), fc.constantFrom('-1d', 'startOfDay()', '2024-02-29')),
    fc.constantFrom(['by', 'fred'], ['during', '(-2d, now())'], ['by', '(EMPTY, admin)']),
  ),
  { maxLength: 3 },
);
const past = fc
  .tuple(
    fc.constantFrom('status', 'assignee', 'reporter', 'priority', 'resolution'),
    fc.oneof(
      fc.constant('changed'),
      fc
        .tuple(fc.constantFrom('was', 'was not', 'changed from', 'changed to'), value)
        .map((parts) => parts.join(' ')),
      fc.constantFrom('was in (EMPTY, fred, Done, Low)', 'was not in (EMPTY, admin, 1)'),
    ),
    predicates,
  )
  .map(([field, change, all]) => `${field} ${change} ${all.map((one) => one.join(' ')).join(' ')}`);
const term = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fields, operators, operand).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: past },
);
const clause = fc
  .array(fc.tuple(fc.constantFrom('and', 'or', 'and not', 'or not'), fc.boolean(), term), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) =>
    parts
      .map(([join, wrapped, one], at) => `${at === 0 ? '' : `${join} `}${wrapped ? `(${one})` : one}`)
      .join(' '),
  );
const query = fc
  .tuple(clause, fc.uniqueArray(fc.tuple(fields, fc.constantFrom('', 'asc', 'desc')), { maxLength: 3 }))
  .map(([where, sorts]) =>
    sorts.length === 0 ? where : `${where} order by ${sorts.map((sort) => sort.join(' ')).join(', ')}`,
  );

describe.each(engines)('whatever is asked on %s', (engine) => {
  const cast = useCast(engine);

  /** Without validation everything that parses reaches the database. */
  test('the answer is issues or a 400', async () => {
    const { admin, fred, wilma } = cast.tracker.world;
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(query, fc.constantFrom(admin, fred, wilma, null), async (jql, who) => {
        const { status, body } = await cast.search(
          { jql, validateQuery: 'none', fields: 'id', maxResults: 3 },
          who,
        );
        expect([200, 400]).toContain(status);
        if (status === 400) return;
        answered += 1;
        expect(body.total).toBeGreaterThanOrEqual(body.issues.length);
      }),
      { numRuns: 500 },
    );
    // Most are no nonsense.
    expect(answered).toBeGreaterThan(250);
  }, 60_000);

  /** Each issue is found by a condition, by its opposite, or has no value to judge by. */
  test('a condition and its opposite share no issue', async () => {
    const { admin } = cast.tracker.world;
    await fc.assert(
      fc.asyncProperty(clause, async (jql) => {
        const count = async (text: string) =>
          (await cast.search({ jql: text, validateQuery: 'none', maxResults: 0 }, admin)).body.total;
        const both = await count(`(${jql}) and not (${jql})`);
        expect(both ?? 0).toBe(0);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
