const dayMs = 86_400_000;
let knownDay = Number.NaN;
let knownDate = '';

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/**
 * Jira's date-time on the wire: `2015-02-19T00:53:59.600+0000`. An issue has a dozen of them, so the date is
 * worked out once per day instead of once per call.
 */
export function jiraTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  if (day !== knownDay) {
    knownDate = new Date(day * dayMs).toISOString().slice(0, -13);
    knownDay = day;
  }
  let rest = ms - day * dayMs;
  const millis = rest % 1000;
  rest = (rest - millis) / 1000;
  const seconds = rest % 60;
  rest = (rest - seconds) / 60;
  const minutes = rest % 60;
  const hours = (rest - minutes) / 60;
  const padded = millis < 10 ? `00${millis}` : millis < 100 ? `0${millis}` : `${millis}`;
  return `${knownDate}${two(hours)}:${two(minutes)}:${two(seconds)}.${padded}+0000`;
}
