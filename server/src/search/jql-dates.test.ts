import { describe, expect, test } from 'vitest';
import {
  dateFunctions,
  dateOfFunction,
  firstDayOfWeek,
  type Moment,
  parseJqlDate,
  parsePeriod,
} from './jql-dates.ts';
import { dayOf, instantOf, wallTime } from './zoned-time.ts';

const iso = (ms: number | undefined) =>
  ms === undefined ? undefined : new Date(ms).toISOString().replace('.000Z', 'Z');
const at = (now: string, zone = 'UTC', first = 7): Moment => ({
  now: Date.parse(now),
  zone,
  firstDayOfWeek: first,
});

describe('wall time', () => {
  test.each([
    ['2024-03-31T00:30:00Z', 'Europe/Berlin', '2024-03-31 1:30'],
    ['2024-03-31T01:30:00Z', 'Europe/Berlin', '2024-03-31 3:30'],
    ['2024-07-01T20:00:00Z', 'Asia/Kolkata', '2024-07-02 1:30'],
    ['2024-07-01T00:00:00Z', 'America/New_York', '2024-06-30 20:0'],
    ['2024-07-01T00:00:00Z', 'Nowhere/Land', '2024-07-01 0:0'],
  ])('%s in %s is %s', (instant, zone, wall) => {
    const { hour, minute } = wallTime(Date.parse(instant), zone);
    expect(`${dayOf(Date.parse(instant), zone)} ${hour}:${minute}`).toBe(wall);
  });

  test.each([
    ['clocks skip 02:30', { month: 3, day: 31, hour: 2, minute: 30 }, '2024-03-31T01:30:00Z'],
    ['02:30 comes twice', { month: 10, day: 27, hour: 2, minute: 30 }, '2024-10-27T00:30:00Z'],
    ['winter', { month: 1, day: 1, hour: 0, minute: 0 }, '2023-12-31T23:00:00Z'],
    ['a day beyond the month', { month: 1, day: 32, hour: 0, minute: 0 }, '2024-01-31T23:00:00Z'],
  ])('%s', (_name, wall, instant) => {
    expect(iso(instantOf({ year: 2024, second: 0, ...wall }, 'Europe/Berlin'))).toBe(instant);
  });

  test('every hour of a year and back, in a zone that changes its clocks', () => {
    for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2025, 0, 1); ms += 3_600_000) {
      const back = instantOf(wallTime(ms, 'America/New_York'), 'America/New_York');
      // The hour that comes twice is taken for the first.
      expect([0, 3_600_000]).toContain(ms - back);
    }
  });
});

describe('dates', () => {
  test.each([
    ['-5d', -432_000_000],
    ['4w 2d', 2_592_000_000],
    ['-4w 2d', -2_592_000_000],
    ['+2h', 7_200_000],
    ['30m', 1_800_000],
    ['1D 1H', 90_000_000],
    ['1w2d', 777_600_000],
    ['', undefined],
    ['5', undefined],
    ['1M', 60_000],
    ['1y', undefined],
    ['1d -2h', undefined],
    ['1234567d', undefined],
  ])('period %s', (text, ms) => {
    expect(parsePeriod(text)).toBe(ms);
  });

  test.each([
    ['2024-05-31', '2024-05-30T22:00:00Z'],
    ['2024/05/31', '2024-05-30T22:00:00Z'],
    ['2024-05-31 14:30', '2024-05-31T12:30:00Z'],
    ['2024/1/2 3:04', '2024-01-02T02:04:00Z'],
    ['-1d', '2024-06-14T12:00:00Z'],
    ['2024-02-29', '2024-02-28T23:00:00Z'],
    ['2023-02-29', undefined],
    ['2024-13-01', undefined],
    ['2024-00-01', undefined],
    ['2024-01-00', undefined],
    ['2024-01-01 24:00', undefined],
    ['2024-01-01 10:60', undefined],
    ['2022-07-01 17:07:00', undefined],
    ['2024-01/01', undefined],
    ['0000-01-01', undefined],
    ['yesterday', undefined],
    ['-999999w', undefined],
  ])('%s', (text, instant) => {
    expect(iso(parseJqlDate(text, at('2024-06-15T12:00:00Z', 'Europe/Berlin')))).toBe(instant);
  });
});

describe('functions', () => {
  const wednesday = at('2024-02-14T10:20:30Z');
  test.each([
    ['startofday', undefined, '2024-02-14T00:00:00Z'],
    ['endofday', undefined, '2024-02-14T23:59:59.999Z'],
    ['startofday', '-1', '2024-02-13T00:00:00Z'],
    ['startofday', '-1d', '2024-02-13T00:00:00Z'],
    ['startofday', '+3h', '2024-02-14T03:00:00Z'],
    ['endofday', '-30m', '2024-02-14T23:29:59.999Z'],
    ['startofday', '1w', '2024-02-21T00:00:00Z'],
    ['startofday', '1M', '2024-03-14T00:00:00Z'],
    ['startofweek', undefined, '2024-02-11T00:00:00Z'],
    ['endofweek', undefined, '2024-02-17T23:59:59.999Z'],
    ['startofweek', '-1w', '2024-02-04T00:00:00Z'],
    ['startofweek', '+1d', '2024-02-12T00:00:00Z'],
    ['startofmonth', undefined, '2024-02-01T00:00:00Z'],
    ['startofmonth', '+14d', '2024-02-15T00:00:00Z'],
    ['startofmonth', '-2', '2023-12-01T00:00:00Z'],
    ['endofmonth', undefined, '2024-02-29T23:59:59.999Z'],
    ['endofmonth', '-1M', '2024-01-31T23:59:59.999Z'],
    ['endofmonth', '+1', '2024-03-31T23:59:59.999Z'],
    ['endofmonth', '-14M', '2022-12-31T23:59:59.999Z'],
    ['endofmonth', '1y', '2025-02-28T23:59:59.999Z'],
    ['startofyear', undefined, '2024-01-01T00:00:00Z'],
    ['endofyear', '-1y', '2023-12-31T23:59:59.999Z'],
    ['startofyear', '1M', '2024-02-01T00:00:00Z'],
    ['startofday', '', undefined],
    ['startofday', 'x', undefined],
    ['startofday', '1q', undefined],
    ['startofday', '1d 2h', undefined],
    ['startofyear', '-9999', undefined],
  ])('%s(%s)', (name, increment, instant) => {
    expect(iso(dateOfFunction(dateFunctions.get(name)!, increment, wednesday))).toBe(instant);
  });

  test("a day is the searcher's", () => {
    const start = dateFunctions.get('startofday')!;
    expect(iso(dateOfFunction(start, undefined, at('2024-02-14T23:30:00Z', 'Europe/Berlin')))).toBe(
      '2024-02-14T23:00:00Z',
    );
    expect(iso(dateOfFunction(start, undefined, at('2024-02-14T03:30:00Z', 'America/New_York')))).toBe(
      '2024-02-13T05:00:00Z',
    );
  });

  test('a day with 23 hours ends in time', () => {
    const now = at('2024-03-31T12:00:00Z', 'Europe/Berlin');
    expect(iso(dateOfFunction(dateFunctions.get('startofday')!, undefined, now))).toBe(
      '2024-03-30T23:00:00Z',
    );
    expect(iso(dateOfFunction(dateFunctions.get('endofday')!, undefined, now))).toBe(
      '2024-03-31T21:59:59.999Z',
    );
  });

  test('weeks start where the searcher lives', () => {
    const monday = dateOfFunction(
      dateFunctions.get('startofweek')!,
      undefined,
      at('2024-02-14T10:00:00Z', 'UTC', 1),
    );
    expect(iso(monday)).toBe('2024-02-12T00:00:00Z');
    expect([firstDayOfWeek('en_US'), firstDayOfWeek('de_DE'), firstDayOfWeek('?')]).toEqual([7, 1, 7]);
  });
});
