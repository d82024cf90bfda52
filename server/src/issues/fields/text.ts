import { fieldError } from './field.ts';

/** Jira's own limit of long texts (seen in jenkinsci/jira-plugin#667 and mozilla/jira-bugzilla-integration#1030). */
export const longTextLimit = 32_767;

export function tooLong(limit: number): string {
  return `The entered text is too long. It exceeds the allowed limit of ${limit.toLocaleString('en')} characters.`;
}

/** null and '' both mean that there is none. */
export function parseText(id: string, value: unknown, limit: number): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value !== 'string') throw fieldError(id, 'Operation value must be a string');
  if (value.length > limit) throw fieldError(id, tooLong(limit));
  return value;
}
