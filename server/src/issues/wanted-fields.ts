import { findSystemField } from '../workflows/system-fields.ts';

/** Which fields of an issue an answer shall hold. */
export interface WantedFields {
  /** Every field there is, so that nothing needs to be left out. */
  readonly all: boolean;
  has(fieldId: string): boolean;
}

export const allFields: WantedFields = { all: true, has: () => true };

/** What a search shows unasked; `comment`, `worklog`, `attachment` and `timetracking` are no columns. */
export const navigableFields: WantedFields = { all: false, has: isNavigable };

function isNavigable(fieldId: string): boolean {
  return findSystemField(fieldId)?.navigable ?? true;
}

/**
 * `fields=*all,-comment`, `summary,status`, `*navigable,description` …: words may come comma-separated,
 * one parameter each, or both. Only exclusions: of all.
 */
export function wantedFields(asked: readonly string[] | undefined, fallback: WantedFields): WantedFields {
  const words =
    asked
      ?.flatMap((text) => text.split(','))
      .map((word) => word.trim())
      .filter(Boolean) ?? [];
  if (words.length === 0) return fallback;
  const excluded = new Set(words.filter((word) => word.startsWith('-')).map((word) => word.slice(1)));
  const included = new Set(words.filter((word) => !word.startsWith('-')));
  const everything = included.has('*all') || included.size === 0;
  if (everything && excluded.size === 0) return allFields;
  const navigable = included.has('*navigable');
  return {
    all: false,
    has: (fieldId) =>
      !excluded.has(fieldId) && (everything || included.has(fieldId) || (navigable && isNavigable(fieldId))),
  };
}
