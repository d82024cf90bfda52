const form = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/;
const dayMs = 86_400_000;

/**
 * A date or a date-time as people and Jira write them (`2026-08-01`, `2026-08-01T10:00:00.000+0000`), as ms; UTC where
 * no zone is given. A date alone is the first or the last moment of its day. undefined: no such moment.
 */
export function parseMoment(text: string, ofDay: 'first' | 'last'): number | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, date = '', time, zone = 'Z'] = match;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // 2026-02-31 would be read as a day in March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  if (time === undefined) return ofDay === 'first' ? midnight : midnight + dayMs - 1;
  const ms = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`);
  return Number.isNaN(ms) ? undefined : ms;
}
