import type { Collection } from '../../workflows/collection.ts';
import { fieldError, requireObject, textOf } from './field.ts';

/** `{id}` or `{name}` of something configured; `missing` words the refusal of what is not there. */
export function parseChoice<T>(
  id: string,
  value: unknown,
  choices: Pick<Collection<T>, 'byIdText' | 'byName'>,
  missing: (word: 'id' | 'name', text: string) => string,
): T {
  const object = requireObject(id, value);
  const byId = textOf(object, 'id');
  const byName = textOf(object, 'name');
  if (byId === undefined && byName === undefined) {
    throw fieldError(id, `Could not find valid 'id' or 'name' in the object.`);
  }
  const found = byId === undefined ? choices.byName(byName!) : choices.byIdText(byId);
  if (found !== undefined) return found;
  throw fieldError(id, byId === undefined ? missing('name', byName!) : missing('id', byId));
}

/** Repeats only as much of a client's value as fits a message. */
export function quoted(text: string): string {
  return `'${text.length > 100 ? `${text.slice(0, 100)}…` : text}'`;
}
