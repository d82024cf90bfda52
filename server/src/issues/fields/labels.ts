import type { Field } from './field.ts';
import { applyToLabels } from './list-of-text.ts';

export const labels: Field = {
  id: 'labels',
  name: 'Labels',
  schema: { type: 'array', items: 'string', system: 'labels' },
  verbs: ['add', 'set', 'remove'],
  required: false,
  hasDefault: false,
  screens: ['create', 'edit'],
  apply(draft, operation) {
    draft.labels = applyToLabels('labels', draft.labels, operation);
  },
  recorded: (draft) => ({ value: null, text: draft.labels.toSorted().join(' ') }),
};
