import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jiraTime } from './jira-time.ts';

test('a time is written as Jira writes it', () => {
  expect(jiraTime(Date.UTC(2015, 1, 19, 0, 53, 59, 600))).toBe('2015-02-19T00:53:59.600+0000');
});

test('any moment is written as ISO 8601 has it', () => {
  const limit = 8_640_000_000_000_000;
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.integer({ min: -limit, max: limit })),
      (ms) => {
        expect(jiraTime(ms)).toBe(new Date(ms).toISOString().replace('Z', '+0000'));
      },
    ),
    { numRuns: 2000 },
  );
});
