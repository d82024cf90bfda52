import { type Draft, type Field, fieldError } from './field.ts';
import { longTextLimit, parseText } from './text.ts';

const summaryLimit = 255;

export const summary: Field = {
  id: 'summary',
  name: 'Summary',
  schema: { type: 'string', system: 'summary' },
  verbs: ['set'],
  required: true,
  hasDefault: false,
  screens: ['create', 'edit'],
  apply(draft, { value }) {
    if (value !== null && typeof value !== 'string') {
      throw fieldError('summary', 'Operation value must be a string');
    }
    const text = value?.trim() ?? '';
    if (text.length > summaryLimit) {
      throw fieldError('summary', `Summary must be less than ${summaryLimit} characters.`);
    }
    if (/[\r\n]/.test(text)) {
      throw fieldError('summary', 'The summary is invalid because it contains newline characters.');
    }
    draft.summary = text;
  },
  check(draft) {
    if (draft.summary === '') throw fieldError('summary', 'You must specify a summary of the issue.');
  },
  recorded: (draft) => ({ value: null, text: draft.summary }),
};

function longText(id: 'description' | 'environment', name: string): Field {
  return {
    id,
    name,
    schema: { type: 'string', system: id },
    verbs: ['set'],
    required: false,
    hasDefault: false,
    screens: ['create', 'edit'],
    apply(draft: Draft, { value }) {
      draft[id] = parseText(id, value, longTextLimit);
    },
    recorded: (draft) => ({ value: null, text: draft[id] }),
  };
}

export const description = longText('description', 'Description');
export const environment = longText('environment', 'Environment');
