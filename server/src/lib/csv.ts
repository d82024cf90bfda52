import { oneLine } from './one-line.ts';

/** What spreadsheets take for a formula, in full width too (OWASP, "CSV Injection"). */
const formula = /^\s*[=+\-@\t\r\n|＝＋－＠]/u;

/**
 * One record of a CSV file (RFC 4180). A text that a spreadsheet would run gets an apostrophe before it, and line ends
 * are written out, so that one record is one line.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return `"${oneLine(safe).replaceAll('"', '""')}"`;
}
