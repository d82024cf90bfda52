import type { AllowedValue, FieldMeta } from '../../api/fields.ts';
import { type User, userRef } from '../../api/users.ts';

/** How a field is typed in; many Jira types share one way. */
export type FieldKind =
  | 'line'
  | 'text'
  | 'url'
  | 'number'
  | 'date'
  | 'datetime'
  | 'labels'
  | 'choice'
  | 'choices'
  | 'user'
  | 'users'
  | 'issue'
  | 'unsupported';

/** What an input holds: '' and [] are nothing, as is null for a person. */
export type FieldInputValue = string | string[] | User | User[] | null;

const longTexts = new Set(['description', 'environment']);

export function fieldKind({ schema, allowedValues }: FieldMeta): FieldKind {
  const custom = schema.custom?.split(':').at(-1);
  if (schema.type === 'array') {
    if (schema.items === 'user') return 'users';
    if (allowedValues) return 'choices';
    return schema.items === 'string' && schema.system !== 'attachment' ? 'labels' : 'unsupported';
  }
  if (schema.type === 'string') {
    if (longTexts.has(schema.system ?? '') || custom === 'textarea') return 'text';
    if (custom === 'url') return 'url';
    return allowedValues ? 'choice' : 'line';
  }
  if (schema.type === 'number' || schema.type === 'date' || schema.type === 'datetime') return schema.type;
  if (schema.type === 'user') return 'user';
  if (schema.type === 'issuelink') return 'issue';
  // A cascading choice has a second level, which needs an input of its own.
  if (schema.type === 'option-with-child') return 'unsupported';
  return allowedValues ? 'choice' : 'unsupported';
}

export function emptyValue(kind: FieldKind): FieldInputValue {
  if (kind === 'labels' || kind === 'choices' || kind === 'users') return [];
  return kind === 'user' ? null : '';
}

export function isEmptyValue(value: FieldInputValue | undefined): boolean {
  return value == null || value === '' || (Array.isArray(value) && value.length === 0);
}

export function choiceId(choice: AllowedValue): string {
  return choice.id ?? choice.key ?? choice.name ?? choice.value ?? '';
}

export function choiceLabel(choice: AllowedValue): string {
  return choice.name ?? choice.value ?? choice.key ?? choice.id ?? '';
}

/** A value as the API gave it, for the input. */
export function toInput(kind: FieldKind, value: unknown): FieldInputValue {
  if (value == null) return emptyValue(kind);
  switch (kind) {
    case 'choice':
      return typeof value === 'string' ? value : choiceId(value as AllowedValue);
    case 'choices':
      return (value as AllowedValue[]).map((one) => (typeof one === 'string' ? one : choiceId(one)));
    case 'labels':
      return value as string[];
    case 'user':
      return value as User;
    case 'users':
      return value as User[];
    case 'issue':
      return (value as { key?: string }).key ?? '';
    case 'datetime':
      return localDateTime(String(value));
    default:
      return String(value);
  }
}

/** What an input holds, for the API; null and [] empty the field. */
export function toWire(kind: FieldKind, value: FieldInputValue, meta: FieldMeta): unknown {
  switch (kind) {
    case 'choice':
      return value === '' ? null : choiceRef(value as string, meta);
    case 'choices':
      return (value as string[]).map((id) => choiceRef(id, meta));
    case 'labels':
      return value;
    case 'user':
      return value === null ? null : userRef(value as User);
    case 'users':
      return (value as User[]).map(userRef);
    case 'issue':
      return value === '' ? null : { key: value };
    case 'number':
      return value === '' ? null : Number(value);
    case 'datetime':
      return value === '' ? null : jiraDateTime(value as string);
    default:
      return value === '' ? null : value;
  }
}

function choiceRef(id: string, { schema, allowedValues = [] }: FieldMeta): unknown {
  const choice = allowedValues.find((one) => choiceId(one) === id);
  if (schema.type === 'string' || (schema.type === 'array' && schema.items === 'string')) return id;
  return choice?.id === undefined ? { name: choice?.name ?? id } : { id };
}

/** '2026-03-01T09:30:00.000+0000' as <input type="datetime-local"> wants it, in the browser's own zone. */
function localDateTime(text: string): string {
  const at = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function jiraDateTime(local: string): string {
  return new Date(local).toISOString().replace('Z', '+0000');
}
