import { expect, test } from 'vitest';
import { parseMoment } from './parse-moment.ts';

test.each([
  ['2026-08-01', 'first', '2026-08-01T00:00:00.000Z'],
  ['2026-08-01', 'last', '2026-08-01T23:59:59.999Z'],
  ['2026-08-01T10:00', 'last', '2026-08-01T10:00:00.000Z'],
  ['2026-08-01 10:00:01', 'first', '2026-08-01T10:00:01.000Z'],
  ['2026-08-01T10:00:01.250+0200', 'first', '2026-08-01T08:00:01.250Z'],
  ['2026-08-01T10:00:01.250-02:30', 'first', '2026-08-01T12:30:01.250Z'],
  ['2026-08-01T10:00:01Z', 'first', '2026-08-01T10:00:01.000Z'],
] as const)('%s (%s of its day)', (text, ofDay, iso) => {
  expect(new Date(parseMoment(text, ofDay)!).toISOString()).toBe(iso);
});

test.each([
  '',
  '2026',
  '2026-13-01',
  '2026-02-31',
  '01.08.2026',
  '2026-08-01T25:00',
  '2026-08-01T10:00+99',
  'x',
])("'%s' is no moment", (text) => {
  expect(parseMoment(text, 'first')).toBeUndefined();
});
