import { useSession } from '../api/session.ts';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** '3 hours ago', 'in 5 days'. */
export function relativeTime(ms: number, nowMs: number): string {
  const seconds = (ms - nowMs) / 1000;
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return seconds > 0 ? 'in a moment' : 'just now';
}

/** Jira writes '+0000', which not every Date parser takes. */
export function parseTime(text: string): number {
  return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

/** A moment, in relation to now, with the full date in the reader's own time zone behind it. */
export function When({ at }: { at: string }) {
  const { user } = useSession();
  const ms = parseTime(at);
  if (Number.isNaN(ms)) return <span>{at}</span>;
  const iso = new Date(ms).toISOString();
  return (
    <time dateTime={iso} title={fullTime(ms, user?.timeZone)}>
      {relativeTime(ms, Date.now())}
    </time>
  );
}

/** '14:05', in the reader's own time zone. */
export function clockTime(ms: number, timeZone: string | undefined): string {
  return formatted(ms, { timeStyle: 'short' }, timeZone);
}

export function fullTime(ms: number, timeZone: string | undefined): string {
  return formatted(ms, { dateStyle: 'medium', timeStyle: 'short' }, timeZone);
}

function formatted(ms: number, format: Intl.DateTimeFormatOptions, timeZone: string | undefined): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...format, timeZone }).format(ms);
  } catch {
    // A zone this browser does not know.
    return new Intl.DateTimeFormat('en-GB', format).format(ms);
  }
}

/** A day without a time ('2026-03-01'): the same day wherever it is read. */
export function day(text: string): string {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return text;
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(ms);
}
