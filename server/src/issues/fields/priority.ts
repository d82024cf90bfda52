import { priorityRefJson, referenceFragments } from '../../workflows/reference-json.ts';
import { parseChoice, quoted } from './choice.ts';
import { type Field, nothingRecorded } from './field.ts';

export const priority: Field = {
  id: 'priority',
  name: 'Priority',
  schema: { type: 'priority', system: 'priority' },
  verbs: ['set'],
  required: false,
  hasDefault: true,
  screens: ['create', 'edit'],
  apply(draft, { value }, { reference }) {
    if (value === null) {
      draft.priorityId = null;
      return;
    }
    const chosen = parseChoice('priority', value, reference.priorities, (word, text) =>
      word === 'id' ? 'The priority selected is invalid.' : `Priority name ${quoted(text)} is not valid`,
    );
    draft.priorityId = chosen.id;
  },
  recorded(draft, { reference }) {
    if (draft.priorityId === null) return nothingRecorded;
    const chosen = reference.priorities.byId(draft.priorityId);
    return { value: String(draft.priorityId), text: chosen?.name ?? null };
  },
  allowedValues: ({ reference, wire }) => [...referenceFragments(reference, wire.base).priorities.values()],
  defaultValue: ({ reference, wire }) =>
    reference.defaultPriority && priorityRefJson(reference.defaultPriority, wire.base),
};
