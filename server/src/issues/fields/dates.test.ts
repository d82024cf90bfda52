import { describe, expect, test } from 'vitest';
import { parseDay, parseMoment } from './dates.ts';

describe('parseDay', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['2024-2-9', '2024-02-09'],
    ['0001-01-01', '0001-01-01'],
    ['9999-12-31', '9999-12-31'],
  ])('%s is a day', (text, day) => {
    expect(parseDay(text)).toBe(day);
  });

  test.each([
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-04-31',
    '0000-01-01',
    '24-01-01',
    '2024-01-01T00:00',
    '',
  ])('%j is none', (text) => {
    expect(parseDay(text)).toBeUndefined();
  });
});

describe('parseMoment', () => {
  test.each([
    ['2011-10-19T10:29:29.908+1100', '2011-10-18T23:29:29.908Z'],
    ['2011-10-19T10:29:29.908-0130', '2011-10-19T11:59:29.908Z'],
    ['2011-10-19T10:29:29Z', '2011-10-19T10:29:29.000Z'],
    ['2011-10-19T10:29+00:00', '2011-10-19T10:29:00.000Z'],
    ['2011-10-19T10:29:29.5Z', '2011-10-19T10:29:29.500Z'],
  ])('%s is a moment', (text, iso) => {
    expect(new Date(parseMoment(text)!).toISOString()).toBe(iso);
  });

  test.each([
    '2011-10-19',
    '2011-02-30T10:00:00.000+0000',
    '2011-10-19T24:00:00.000+0000',
    '2011-10-19T10:60:00Z',
    'now',
  ])('%j is none', (text) => {
    expect(parseMoment(text)).toBeUndefined();
  });
});
