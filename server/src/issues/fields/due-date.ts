import { quoted } from './choice.ts';
import { parseDay } from './dates.ts';
import { type Field, fieldError, nothingRecorded } from './field.ts';

export const dueDate: Field = {
  id: 'duedate',
  name: 'Due Date',
  schema: { type: 'date', system: 'duedate' },
  verbs: ['set'],
  required: false,
  hasDefault: false,
  screens: ['create', 'edit'],
  permission: 'SCHEDULE_ISSUES',
  apply(draft, { value }) {
    draft.dueDate = parseDate('duedate', value);
  },
  recorded: ({ dueDate: day }) => (day === null ? nothingRecorded : { value: day, text: day }),
};

export function parseDate(id: string, value: unknown): string | null {
  if (value === null || value === '') return null;
  if (typeof value !== 'string') throw fieldError(id, 'Operation value must be a string');
  const day = parseDay(value);
  if (day === undefined) throw fieldError(id, `Error parsing date string: ${quoted(value)}`);
  return day;
}
