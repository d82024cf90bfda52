/** A date and time as a clock on the wall shows it. Months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** An unknown zone counts as UTC: it can only stem from a database older than the zone's removal. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    const options = { ...parts, second: 'numeric', era: 'short', hourCycle: 'h23' } as const;
    try {
      format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
    }
    formats.set(zone, format);
  }
  return format;
}

export function wallTime(ms: number, zone: string): WallTime {
  const found: Record<string, string> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) found[type] = value;
  const year = Number(found.year);
  return {
    year: found.era === 'BC' ? 1 - year : year,
    month: Number(found.month),
    day: Number(found.day),
    hour: Number(found.hour),
    minute: Number(found.minute),
    second: Number(found.second),
  };
}

/** As if the wall time were UTC's. Days and months beyond their end run over into the next, as in Date. */
function utc({ year, month, day, hour, minute, second }: WallTime): number {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, 0);
}

function offsetAt(ms: number, zone: string): number {
  return utc(wallTime(ms, zone)) - Math.floor(ms / 1000) * 1000;
}

const dayMs = 86_400_000;

/** The first instant at which clocks show it; where they skip it, the instant as the clocks before count on. */
export function instantOf(wall: WallTime, zone: string): number {
  const asUtc = utc(wall);
  const before = offsetAt(asUtc - dayMs, zone);
  const after = offsetAt(asUtc + dayMs, zone);
  for (const offset of before > after ? [before, after] : [after, before]) {
    if (offsetAt(asUtc - offset, zone) === offset) return asUtc - offset;
  }
  return asUtc - before;
}

/** yyyy-MM-dd */
export function dayOf(ms: number, zone: string): string {
  const { year, month, day } = wallTime(ms, zone);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}
