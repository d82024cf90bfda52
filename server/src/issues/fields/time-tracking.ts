import { longestSeconds, parseDuration } from '../durations.ts';
import { type Field, fieldError, isObject, nothingRecorded, type RecordedPart } from './field.ts';

const id = 'timetracking';

/**
 * `{originalEstimate: "3h", remainingEstimate: "2h"}`, or seconds in members of those names with `Seconds`. A first
 * estimate is what remains, until somebody says otherwise.
 */
export const timeTracking: Field = {
  id,
  name: 'Time Tracking',
  schema: { type: 'timetracking', system: id },
  verbs: ['set', 'edit'],
  required: false,
  hasDefault: false,
  screens: ['create', 'edit'],
  apply(draft, { value }) {
    if (value === null) {
      draft.originalEstimate = null;
      draft.remainingEstimate = null;
      return;
    }
    if (!isObject(value)) throw fieldError(id, 'data was not an object');
    const original = estimateIn(value, 'originalEstimate');
    const remaining = estimateIn(value, 'remainingEstimate');
    if (original !== undefined) draft.originalEstimate = original;
    if (remaining !== undefined) draft.remainingEstimate = remaining;
    else if (original !== undefined) draft.remainingEstimate ??= original;
  },
  recorded: () => nothingRecorded,
  parts: [part('timeoriginalestimate', 'originalEstimate'), part('timeestimate', 'remainingEstimate')],
};

function part(name: string, member: 'originalEstimate' | 'remainingEstimate'): RecordedPart {
  return {
    id: name,
    recorded(draft) {
      const seconds = draft[member];
      return seconds === null ? nothingRecorded : { value: String(seconds), text: String(seconds) };
    },
  };
}

/** undefined: it is not there, and stays as it is. */
function estimateIn(
  value: Readonly<Record<string, unknown>>,
  member: 'originalEstimate' | 'remainingEstimate',
): number | null | undefined {
  const text = value[member];
  const seconds = value[`${member}Seconds`];
  if (text === undefined && seconds === undefined) return undefined;
  if (text === null || text === '' || (text === undefined && seconds === null)) return null;
  let parsed: number | undefined;
  if (text === undefined) parsed = isDuration(seconds) ? seconds : undefined;
  else if (typeof text === 'string' || typeof text === 'number') parsed = parseDuration(String(text));
  if (parsed === undefined) {
    const which = member === 'originalEstimate' ? 'original' : 'remaining';
    throw fieldError(
      `${id}_${member.toLowerCase()}`,
      `The ${which} estimate specified is not in the correct format.`,
    );
  }
  return parsed;
}

function isDuration(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= longestSeconds;
}
