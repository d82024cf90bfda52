/**
 * Control characters, line ends of every kind and marks that turn the direction of text: in a line for a log or a
 * terminal they could forge another line or hide what stands there.
 */
const unprintable = /[\p{Cc}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** The text with each of them written as `\u000a`; the same when it stands in a JSON document. */
export function oneLine(text: string): string {
  return text.replace(unprintable, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** One line of JSON lines. */
export const jsonLine = (value: unknown): string => `${oneLine(JSON.stringify(value))}\n`;
