import { quoted } from './choice.ts';
import { fieldError, type Operation } from './field.ts';

const labelLimit = 255;
const labelsLimit = 1000;

/** The labels after an operation: set replaces, add and remove take one. Sorted by nobody, repeated never. */
export function applyToLabels(id: string, labels: readonly string[], operation: Operation): string[] {
  switch (operation.verb) {
    case 'add':
      return bounded(id, [...new Set([...labels, parseLabel(id, operation.value)])]);
    case 'remove': {
      const removed = parseLabel(id, operation.value);
      return labels.filter((label) => label !== removed);
    }
    default: {
      if (operation.value === null) return [];
      if (!Array.isArray(operation.value)) throw fieldError(id, 'data was not an array');
      bounded(id, operation.value);
      return [...new Set(operation.value.map((label) => parseLabel(id, label)))];
    }
  }
}

function parseLabel(id: string, value: unknown): string {
  if (typeof value !== 'string') throw fieldError(id, 'Operation value must be a string');
  if (value === '') throw fieldError(id, 'A label must not be empty.');
  if (/\s/.test(value)) throw fieldError(id, `The label ${quoted(value)} contains spaces which is invalid.`);
  if (value.length > labelLimit) {
    throw fieldError(id, `The label ${quoted(value)} exceeds the allowed limit of ${labelLimit} characters.`);
  }
  return value;
}

function bounded<T>(id: string, labels: readonly T[]): T[] {
  if (labels.length > labelsLimit) throw fieldError(id, `An issue can have at most ${labelsLimit} labels.`);
  return [...labels];
}
