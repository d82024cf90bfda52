import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './durations.ts';

const hour = 3600;

test.each([
  ['3h 30m', 3.5 * hour],
  ['3h30m', 3.5 * hour],
  ['1w 2d', 56 * hour],
  ['1.5h', 1.5 * hour],
  ['90', 1.5 * hour],
  ['  2D  ', 16 * hour],
  ['2 days 1 hour', 17 * hour],
  ['1 week', 40 * hour],
  ['5 minutes', 300],
  ['5min', 300],
  ['0m', 0],
])('%j is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  '',
  ' ',
  'h',
  '3x',
  '-3h',
  '3h-',
  '1h 2',
  '1hw',
  '3 hamsters',
  '1e3h',
  '9999999999w',
  '1'.repeat(200),
])('%j is refused or read as minutes at its end', (text) => {
  expect(parseDuration(text)).toBe(text === '1h 2' ? hour + 120 : undefined);
});

test.each([
  [0, '0m'],
  [59, '0m'],
  [60, '1m'],
  [3.5 * hour, '3h 30m'],
  [8 * hour, '1d'],
  [56 * hour, '1w 2d'],
  [40 * hour * 12 + 61, '12w 1m'],
])('%d seconds are %j', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('what is written is read again', () => {
  for (let minutes = 0; minutes < 5000; minutes += 7) {
    expect(parseDuration(formatDuration(minutes * 60))).toBe(minutes * 60);
  }
});
