import type { FieldMeta } from '../../api/fields.ts';
import {
  type FieldInputValue,
  fieldKind,
  isEmptyValue,
  toInput,
  toWire,
} from '../../components/fields/field-value.ts';

export interface FormField {
  id: string;
  meta: FieldMeta;
  initial: FieldInputValue;
  /** Shown at once; the others wait behind 'More fields'. */
  first: boolean;
}

const order = ['summary', 'parent', 'description', 'priority', 'assignee', 'labels', 'duedate'];

/** What the dialog asks otherwise, and the reporter, who is whoever creates the issue unless said otherwise. */
const askedElsewhere = new Set(['project', 'issuetype']);

export function formFields(metas: FieldMeta[]): FormField[] {
  return metas
    .map((meta) => ({ id: meta.fieldId ?? meta.key ?? '', meta }))
    .filter(({ id, meta }) => !askedElsewhere.has(id) && fieldKind(meta) !== 'unsupported')
    .map(({ id, meta }) => ({
      id,
      meta: id === 'reporter' ? { ...meta, required: false } : meta,
      initial: toInput(fieldKind(meta), meta.defaultValue),
      first: order.includes(id) || (meta.required && id !== 'reporter'),
    }))
    .sort((one, other) => rank(one) - rank(other) || one.meta.name.localeCompare(other.meta.name));
}

function rank({ id, meta }: FormField): number {
  const at = order.indexOf(id);
  if (at !== -1) return at;
  return meta.required ? order.length : order.length + 1;
}

export function missingFields(
  fields: FormField[],
  current: (field: FormField) => FieldInputValue,
): Record<string, string> {
  const absent = fields.filter((field) => {
    const value = current(field);
    return field.meta.required && isEmptyValue(typeof value === 'string' ? value.trim() : value);
  });
  return Object.fromEntries(absent.map(({ id, meta }) => [id, `${meta.name} is required.`]));
}

/** Only what was filled in: a field left out gets the project's default. */
export function wireFields(
  fields: FormField[],
  current: (field: FormField) => FieldInputValue,
): Record<string, unknown> {
  const filled = fields.filter((field) => !isEmptyValue(current(field)));
  return Object.fromEntries(
    filled.map((field) => [field.id, toWire(fieldKind(field.meta), current(field), field.meta)]),
  );
}
