import { describe, expect, it } from 'vitest';
import { jqlOf, orderOf, parseSort, quoted, withOrder, writeSort } from './jql.ts';

describe('jqlOf', () => {
  it('joins the filters that are set', () => {
    expect(jqlOf({ project: 'QA', status: 'In Progress', assignee: 'fred', text: 'login' })).toBe(
      'project = "QA" AND status = "In Progress" AND assignee = "fred" AND text ~ "login"',
    );
  });

  it('is empty without filters', () => {
    expect(jqlOf({})).toBe('');
  });

  it('knows me and nobody', () => {
    expect(jqlOf({ assignee: 'me' })).toBe('assignee = currentUser()');
    expect(jqlOf({ assignee: 'nobody' })).toBe('assignee is EMPTY');
  });

  it('lets no value end its own quotes', () => {
    expect(quoted('a" OR key = "B\\')).toBe('"a\\" OR key = \\"B\\\\"');
  });
});

describe('order', () => {
  it('is found behind the conditions, not inside quotes', () => {
    expect(orderOf('text ~ "order by x" ORDER BY priority DESC, key')).toEqual({
      field: 'priority',
      direction: 'DESC',
    });
    expect(orderOf('text ~ "order by x"')).toBeUndefined();
  });

  it('is replaced, and the conditions stay', () => {
    expect(withOrder('project = QA order  by key', { field: 'created', direction: 'DESC' })).toBe(
      'project = QA ORDER BY created DESC',
    );
    expect(withOrder('', { field: 'key', direction: 'ASC' })).toBe('ORDER BY key ASC');
  });

  it('survives the address', () => {
    expect(parseSort(writeSort({ field: 'key', direction: 'ASC' }))).toEqual({
      field: 'key',
      direction: 'ASC',
    });
    expect(parseSort('-priority')).toEqual({ field: 'priority', direction: 'DESC' });
    expect(parseSort(undefined)).toEqual({ field: 'updated', direction: 'DESC' });
  });
});
