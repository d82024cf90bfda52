import { describe, expect, test } from 'vitest';
import { allFields, navigableFields, wantedFields } from './wanted-fields.ts';

const of = (fields: string[] | undefined, ids: string) => {
  const wanted = wantedFields(fields, allFields);
  return ids.split(' ').filter((id) => wanted.has(id));
};

describe('wantedFields', () => {
  const ids = 'summary comment customfield_10000';

  test.each([
    [undefined, ids],
    [[''], ids],
    [['*all'], ids],
    [['summary'], 'summary'],
    [['summary, comment'], 'summary comment'],
    [['summary', 'comment'], 'summary comment'],
    [['*navigable'], 'summary customfield_10000'],
    [['*navigable', 'comment'], ids],
    [['*all', '-comment'], 'summary customfield_10000'],
    [['-comment'], 'summary customfield_10000'],
    [['*navigable,-summary'], 'customfield_10000'],
    [['nothing'], ''],
  ])('%j', (fields, expected) => {
    expect(of(fields, ids).join(' ')).toBe(expected);
  });

  test('comments are no column of a list', () => {
    expect(navigableFields.has('comment')).toBe(false);
    expect(navigableFields.has('labels')).toBe(true);
  });
});
