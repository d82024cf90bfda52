import { referenceFragments } from '../../workflows/reference-json.ts';
import { parseChoice, quoted } from './choice.ts';
import { type Field, fieldError, nothingRecorded } from './field.ts';

/** Set while an issue is brought to an end; in between it follows from the status (transitions.ts). */
export const resolution: Field = {
  id: 'resolution',
  name: 'Resolution',
  schema: { type: 'resolution', system: 'resolution' },
  verbs: ['set'],
  required: false,
  hasDefault: true,
  screens: ['transition'],
  apply(draft, { value }, { reference }) {
    if (value === null) throw fieldError('resolution', 'Resolution is required.');
    const chosen = parseChoice('resolution', value, reference.resolutions, (word, text) =>
      word === 'id' ? 'The resolution selected is invalid.' : `Resolution name ${quoted(text)} is not valid`,
    );
    draft.resolutionId = chosen.id;
  },
  recorded(draft, { reference }) {
    if (draft.resolutionId === null) return nothingRecorded;
    const chosen = reference.resolutions.byId(draft.resolutionId);
    return { value: String(draft.resolutionId), text: chosen?.name ?? null };
  },
  allowedValues: ({ reference, wire }) => [...referenceFragments(reference, wire.base).resolutions.values()],
};
