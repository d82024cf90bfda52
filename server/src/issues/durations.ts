/** Jira's defaults for a working day and week. */
export const hoursPerDay = 8;
export const daysPerWeek = 5;

const hour = 3600;
const day = hoursPerDay * hour;
const units = { w: daysPerWeek * day, d: day, h: hour, m: 60 } as const;
type Unit = keyof typeof units;

/** Longer than anybody works, and exact in every place that sums it up. */
export const longestSeconds = 2 ** 31 - 1;

const part =
  /\s*(\d{1,10}(?:\.\d{1,4})?)\s*(w|d|h|m)?(?:(?<=w)eeks?|(?<=d)ays?|(?<=h)ours?|(?<=m)in(?:ute)?s?)?(?=\s|\d|$)\s*/iy;

/** `3h 30m`, `1w 2d`, `1.5h`, `90` (minutes), in seconds; undefined: not a duration. */
export function parseDuration(text: string): number | undefined {
  if (text.length > 100 || text.trim() === '') return undefined;
  let seconds = 0;
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const match = part.exec(text);
    if (match === null) return undefined;
    seconds += Number(match[1]) * units[(match[2]?.toLowerCase() ?? 'm') as Unit];
  }
  const whole = Math.round(seconds);
  return whole <= longestSeconds ? whole : undefined;
}

/** As Jira writes it, in working weeks and days; what is left of a minute is not told. */
export function formatDuration(seconds: number): string {
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, length] of Object.entries(units)) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? '0m' : parts.join(' ');
}
