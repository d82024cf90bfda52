import type { FieldMeta } from '../../api/fields.ts';
import type { Issue } from '../../api/issues.ts';
import { fieldKind } from '../../components/fields/field-value.ts';

export interface ShownField {
  id: string;
  /** What is known of the field; for a field one may not edit, as much as showing it needs. */
  meta: FieldMeta;
  editable: boolean;
  value: unknown;
}

/** System fields of the side panel in their order; Jira names them, so their names and types are fixed. */
const sideFields: [id: string, name: string, type: string, items?: string][] = [
  ['assignee', 'Assignee', 'user'],
  ['reporter', 'Reporter', 'user'],
  ['priority', 'Priority', 'priority'],
  ['resolution', 'Resolution', 'resolution'],
  ['labels', 'Labels', 'array', 'string'],
  ['components', 'Components', 'array', 'component'],
  ['fixVersions', 'Fix versions', 'array', 'version'],
  ['versions', 'Affects versions', 'array', 'version'],
  ['duedate', 'Due date', 'date'],
];

/** Fields that are always worth a line, also when they are empty and closed to the reader. */
const alwaysShown = new Set(['assignee', 'reporter', 'priority']);

export function sideFieldsOf(issue: Issue): ShownField[] {
  const system = sideFields.map(([id, name, type, items]) =>
    shown(issue, id, { name, type, ...(items && { items }) }),
  );
  return [...system, ...customFieldsOf(issue)].filter(
    (field) =>
      fieldKind(field.meta) !== 'text' &&
      (field.editable || alwaysShown.has(field.id) || !isEmpty(field.value)),
  );
}

export function longFieldsOf(issue: Issue): ShownField[] {
  const fields = [
    shown(issue, 'description', { name: 'Description', type: 'string' }),
    shown(issue, 'environment', { name: 'Environment', type: 'string' }),
    ...customFieldsOf(issue).filter((field) => fieldKind(field.meta) === 'text'),
  ];
  return fields.filter((field) => field.id === 'description' || !isEmpty(field.value) || field.editable);
}

function customFieldsOf(issue: Issue): ShownField[] {
  const ids = new Set([...Object.keys(issue.editmeta?.fields ?? {}), ...Object.keys(issue.fields)]);
  return [...ids]
    .filter((id) => id.startsWith('customfield_'))
    .map((id) => shown(issue, id, { name: issue.names?.[id] ?? id, type: 'any' }))
    .sort((one, other) => one.meta.name.localeCompare(other.meta.name));
}

function shown(issue: Issue, id: string, known: { name: string; type: string; items?: string }): ShownField {
  const meta = issue.editmeta?.fields[id];
  const value = issue.fields[id];
  if (meta) return { id, meta, value, editable: fieldKind(meta) !== 'unsupported' };
  const { name, ...schema } = known;
  const named = schema.items !== undefined && schema.items !== 'string';
  return {
    id,
    // An empty list of choices marks the field as one of choices; what else might be chosen is not ours to know.
    meta: { required: false, name, schema: { system: id, ...schema }, ...(named && { allowedValues: [] }) },
    value,
    editable: false,
  };
}

function isEmpty(value: unknown): boolean {
  return value == null || value === '' || (Array.isArray(value) && value.length === 0);
}
