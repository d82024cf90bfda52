import { describe, expect, test } from 'vitest';
import { parseIssueAddress } from './issue-key.ts';

describe('parseIssueAddress', () => {
  test.each([
    ['QA-31', { projectKey: 'QA', number: 31 }],
    ['qa-31', { projectKey: 'QA', number: 31 }],
    ['A_1B-2', { projectKey: 'A_1B', number: 2 }],
    ['10000', { id: 10000 }],
  ])('understands %s', (text, address) => {
    expect(parseIssueAddress(text)).toEqual(address);
  });

  test.each([
    '',
    'QA',
    'QA-',
    '-1',
    'QA-1x',
    '1QA-1',
    'QA-1 ',
    '1e3',
    '0x10',
    '9'.repeat(16),
    `Q-${'9'.repeat(16)}`,
  ])('knows that %j names no issue', (text) => {
    expect(parseIssueAddress(text)).toBeUndefined();
  });
});
