import { jiraTime } from '../lib/jira-time.ts';
import type { CustomField } from '../workflows/reference.ts';
import type { ReferenceFragments } from '../workflows/reference-json.ts';
import type { CustomValue } from './issue.ts';
import type { PeopleJson } from './people-json.ts';

/** A custom field's value in an issue; `values` are its rows in order, at least one. */
export function customValueJson(
  field: CustomField,
  values: readonly CustomValue[],
  fragments: ReferenceFragments,
  person: PeopleJson,
): unknown {
  const [first] = values as [CustomValue];
  switch (field.type.kind) {
    case 'textfield':
    case 'textarea':
    case 'url':
    case 'datepicker':
      return first.text;
    case 'float':
      return first.number;
    case 'datetime':
      return first.time === null ? null : jiraTime(first.time);
    case 'select':
    case 'radiobuttons':
      return fragments.options.get(first.optionId ?? -1) ?? null;
    case 'multiselect':
    case 'multicheckboxes':
      return values.flatMap(({ optionId }) => fragments.options.get(optionId ?? -1) ?? []);
    case 'labels':
      return values.map(({ text }) => text);
    case 'userpicker':
      return person(first.userId) ?? null;
  }
}
