import { fold } from '../lib/fold.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

/** The text as HTML, the first place where the query stands in it set bold. */
export function highlighted(text: string, query: string): string {
  const folded = fold(text);
  const at = query === '' ? -1 : folded.indexOf(fold(query));
  // Folding may change the length of a text; then no place in it can be told.
  if (at < 0 || folded.length !== text.length) return escaped(text);
  const end = at + fold(query).length;
  return `${escaped(text.slice(0, at))}<b>${escaped(text.slice(at, end))}</b>${escaped(text.slice(end))}`;
}
