import { describe, expect, test } from 'vitest';
import { engines } from '../support/databases.ts';
import { useCast } from './cast.ts';

const times = (count: number, clause: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => clause(at));

describe.each(engines)('large queries on %s', (engine) => {
  const cast = useCast(engine);
  const ask = async (jql: string) => {
    const { status, body } = await cast.search({ jql, fields: 'summary', maxResults: 10 });
    return [status, body.total ?? body.errorMessages];
  };

  const mixed = (count: number) =>
    times(count, (at) => {
      const join = at === 0 ? '' : at % 3 === 0 ? ' and ' : ' or ';
      const clause = [
        `created > -${1 + (at % 9000)}d`,
        `assignee != fred`,
        `labels != "l${at}"`,
        `due < "2020-01-${String(1 + (at % 28)).padStart(2, '0')}"`,
        `key > QA-${1 + (at % 5)}`,
        `Points > ${at}`,
        `summary !~ "w${at}"`,
        `not priority > Medium`,
      ][at % 8];
      return join + clause;
    }).join('');

  test.each([
    ['one field with OR', times(2_000, (at) => `labels = l${at}`).join(' or '), 0],
    ['one field with AND', times(2_000, (at) => `labels != l${at}`).join(' and '), 2],
    ['keys', times(2_000, (at) => `key = QA-${1 + (at % 6)}`).join(' or '), 6],
    ['texts with OR', times(2_000, (at) => `summary ~ "w${at} login"`).join(' or '), 0],
    ['texts with AND', times(2_000, (at) => `summary !~ w${at}`).join(' and '), 7],
    [
      'all texts',
      times(2_000, (at) => `text ~ w${at}`)
        .join(' or ')
        .concat(' or text ~ login'),
      2,
    ],
    [
      'comments',
      times(500, (at) => `comment ~ w${at} and comment ~ x${at}`)
        .join(' or ')
        .concat(' or comment ~ needle'),
      1,
    ],
    ['dates', times(2_000, (at) => `created > -${at + 1}d`).join(' and '), 2],
    ['ranges', times(2_000, (at) => `(key >= QA-1 and created < -${at}h)`).join(' or '), null],
    ['a mixture', mixed(2_000), null],
  ])('2,000 clauses: %s', async (_name, jql, total) => {
    const answer = await ask(jql);
    expect(answer).toEqual([200, total ?? expect.any(Number)]);
  });

  test('H16: nested fifty deep, and no deeper', async () => {
    const nested = `${'(key != QA-1 and (labels is empty or '.repeat(24)}key = QA-2${'))'.repeat(24)}`;
    expect(await ask(nested)).toEqual([200, expect.any(Number)]);
    expect(await ask(`${'not '.repeat(50)}key = QA-2`)).toEqual([200, 1]);
    expect(await ask(`${'not '.repeat(51)}key = QA-2`)).toEqual([
      400,
      [expect.stringContaining('nested too deeply')],
    ]);
  });

  test('H16: a list holds a thousand values, and no more', async () => {
    const list = (count: number) => `(${times(count, (at) => `l${at}`).join()})`;
    expect(await ask(`labels in ${list(1_000)}`)).toEqual([200, 0]);
    expect(await ask(`labels in ${list(1_001)}`)).toEqual([
      400,
      [expect.stringMatching(/A list may hold 1000 values at most/)],
    ]);
    expect(await ask(`status changed to ${list(1_001)}`)).toEqual([400, [expect.stringMatching(/at most/)]]);
  });

  test('200 kB are answered or clearly refused', async () => {
    const lists = (count: number) =>
      times(count, (list) => `labels in (${times(1_000, (at) => `label${list}x${at}`).join()})`).join(' or ');
    expect(lists(20).length).toBeGreaterThan(200_000);
    expect(await ask(lists(20))).toEqual([200, 0]);
    expect(await ask(lists(31))).toEqual([
      400,
      ['The JQL query is too large: it compares with more than 30000 values.'],
    ]);
    expect(await ask(times(5_000, (at) => `summary ~ "w${at}"`).join(' or '))).toEqual([200, 0]);
    expect(await ask(mixed(8_000))).toEqual([400, [expect.stringMatching(/^The JQL query is too large: /)]]);
    expect(await ask(times(15_001, (at) => `summary ~ "w${at}"`).join(' or '))).toEqual([
      400,
      [expect.stringMatching(/^The JQL query is too large: /)],
    ]);
    expect(await ask(`summary ~ "${'word '.repeat(40_000)}"`)).toEqual([
      400,
      [expect.stringContaining('It is too long.')],
    ]);
    expect(await ask(`key = "${'x'.repeat(200_000)}"`)).toEqual([
      400,
      [expect.stringContaining('is invalid.')],
    ]);
    expect(await ask(`assignee in (${times(12_000, (at) => `somebody${at}`).join()})`)).toEqual([
      400,
      expect.any(Array),
    ]);
    expect(await ask(`key in (${times(15_000, (at) => `QA-${at + 1}`).join()})`)).toEqual([
      400,
      expect.any(Array),
    ]);
  });
});
