import { instantOf, type WallTime, wallTime } from './zoned-time.ts';

/** When and where a query is asked, which decides what its dates mean. */
export interface Moment {
  readonly now: number;
  readonly zone: string;
  /** 1 Monday … 7 Sunday. */
  readonly firstDayOfWeek: number;
}

const minuteMs = 60_000;
const unitMs: Readonly<Record<string, number>> = {
  m: minuteMs,
  h: 60 * minuteMs,
  d: 24 * 60 * minuteMs,
  w: 7 * 24 * 60 * minuteMs,
};

/** Milliseconds of `-5d`, `4w 2d` …; the sign stands for all of it. */
export function parsePeriod(text: string): number | undefined {
  const found = /^([+-]?)((?:\d{1,6}[wdhm]\s*)+)$/i.exec(text.trim());
  if (found === null) return undefined;
  let total = 0;
  for (const [, count, unit] of found[2]!.matchAll(/(\d+)([wdhm])/gi)) {
    total += Number(count) * unitMs[unit!.toLowerCase()]!;
  }
  return found[1] === '-' ? -total : total;
}

/** An instant of `2024-05-31`, `2024/05/31 14:30` or a period before or after now. undefined: no such date. */
export function parseJqlDate(text: string, { now, zone }: Moment): number | undefined {
  const period = parsePeriod(text);
  if (period !== undefined) return inCalendar(now + period);
  const found = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:\s+(\d{1,2}):(\d{2}))?$/.exec(text.trim());
  if (found === null) return undefined;
  const [year, month, day, hour, minute] = [found[1], found[3], found[4], found[5] ?? 0, found[6] ?? 0].map(
    Number,
  ) as [number, number, number, number, number];
  if (year < 1 || month < 1 || month > 12 || hour > 23 || minute > 59) return undefined;
  if (day < 1 || day > daysInMonth(year, month)) return undefined;
  return instantOf({ year, month, day, hour, minute, second: 0 }, zone);
}

/** Within the years that a date can be written in. */
const inCalendar = (ms: number): number | undefined =>
  ms > -62_135_000_000_000 && ms < 253_402_000_000_000 ? ms : undefined;

const daysInMonth = (year: number, month: number): number => {
  const last = new Date(0);
  last.setUTCFullYear(year, month, 0);
  return last.getUTCDate();
};

type Unit = 'y' | 'M' | 'w' | 'd' | 'h' | 'm';

export interface DateFunction {
  readonly name: string;
  readonly edge: 'start' | 'end';
  readonly unit: 'd' | 'w' | 'M' | 'y';
}

/** startOfDay(), endOfMonth("-1") …, by their names in lower case. */
export const dateFunctions: ReadonlyMap<string, DateFunction> = new Map(
  (['start', 'end'] as const).flatMap((edge) =>
    (
      [
        ['Day', 'd'],
        ['Week', 'w'],
        ['Month', 'M'],
        ['Year', 'y'],
      ] as const
    ).map(([period, unit]) => {
      const name = `${edge}Of${period}`;
      return [name.toLowerCase(), { name, edge, unit }] as const;
    }),
  ),
);

/**
 * Atlassian, "Advanced searching: functions": `(+/-)nn(y|M|w|d|h|m)`; without a unit, the function's own.
 * An increment in the own unit chooses another day, week …; any other is counted from the edge found:
 * startOfMonth("+14d") is the 15th, and endOfMonth("-1M") is the 31st of January in February.
 */
export function dateOfFunction(
  { edge, unit }: Omit<DateFunction, 'name'>,
  increment: string | undefined,
  at: Moment,
): number | undefined {
  let whole = 0;
  let rest: { count: number; unit: Unit } | undefined;
  if (increment !== undefined) {
    const found = /^([+-]?\d{1,6})([yMwdhm]?)$/.exec(increment.trim());
    if (found === null) return undefined;
    const count = Number(found[1]);
    if (found[2] === '' || found[2] === unit) whole = count;
    else rest = { count, unit: found[2] as Unit };
  }
  const wall = edgeOf(wallTime(at.now, at.zone), unit, whole + (edge === 'end' ? 1 : 0), at.firstDayOfWeek);
  if (wall.year < 1 || wall.year > 9999) return undefined;
  const start = instantOf(wall, at.zone);
  const found = edge === 'end' ? start - 1 : start;
  return rest === undefined ? found : inCalendar(shift(found, rest, at.zone));
}

/** The start of the day, week, month or year that lies `count` of them after the one of `now`. */
function edgeOf(now: WallTime, unit: DateFunction['unit'], count: number, firstDayOfWeek: number): WallTime {
  const midnight = { hour: 0, minute: 0, second: 0 };
  const { year, month, day } = now;
  if (unit === 'y') return { year: year + count, month: 1, day: 1, ...midnight };
  if (unit === 'M') return { ...months(year, month + count), day: 1, ...midnight };
  if (unit === 'd') return { year, month, day: day + count, ...midnight };
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const sinceFirst = (date.getUTCDay() - firstDayOfWeek + 7) % 7;
  return { year, month, day: day - sinceFirst + 7 * count, ...midnight };
}

function months(year: number, month: number): { year: number; month: number } {
  const years = Math.floor((month - 1) / 12);
  return { year: year + years, month: month - 12 * years };
}

function shift(ms: number, { count, unit }: { count: number; unit: Unit }, zone: string): number {
  if (unit === 'h' || unit === 'm') return ms + count * unitMs[unit]!;
  const wall = wallTime(ms, zone);
  const fraction = ((ms % 1000) + 1000) % 1000;
  if (unit === 'd' || unit === 'w') {
    return instantOf({ ...wall, day: wall.day + count * (unit === 'w' ? 7 : 1) }, zone) + fraction;
  }
  const { year, month } = months(wall.year, wall.month + count * (unit === 'y' ? 12 : 1));
  return (
    instantOf({ ...wall, year, month, day: Math.min(wall.day, daysInMonth(year, month)) }, zone) + fraction
  );
}

/** The week starts on Monday in most of the world, on Sunday in the United States … */
export function firstDayOfWeek(locale: string): number {
  try {
    const found = new Intl.Locale(locale.replaceAll('_', '-')) as Intl.Locale & {
      getWeekInfo?: () => { firstDay: number };
    };
    return found.getWeekInfo?.().firstDay ?? 7;
  } catch {
    return 7;
  }
}
