/** A name and its value, decoded. */
export type Parameter = readonly [name: string, value: string];

/** The parameters could not be read; the message says where, and repeats nothing of them. */
export class UnreadableParameters extends Error {}

/** RFC 5849 §3.6: letters, digits, `-`, `.`, `_` and `~` alone stay as they are. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UnreadableParameters('not valid percent-encoded UTF-8');
  }
}

/** A query or a form's body (RFC 5849 §3.4.1.3.1): a plus sign is a space; whatever comes twice is kept twice. */
export function parseForm(text: string): Parameter[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      const name = equals === -1 ? part : part.slice(0, equals);
      const value = equals === -1 ? '' : part.slice(equals + 1);
      return [percentDecode(name.replaceAll('+', ' ')), percentDecode(value.replaceAll('+', ' '))];
    });
}

/** One `name="value"` and the comma after it. */
const field = /[ \t]*([^\s=,"]+)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,|$)/y;

/** What follows the scheme in `Authorization: OAuth …` (§3.5.1); `realm` is not part of what is signed (§3.4.1.3.1). */
export function parseAuthorization(text: string): Parameter[] {
  const parameters: Parameter[] = [];
  field.lastIndex = 0;
  const end = text.trimEnd().length;
  while (field.lastIndex < end) {
    const at = field.lastIndex;
    const [, name = '', value = ''] = field.exec(text) ?? [];
    if (field.lastIndex <= at) throw new UnreadableParameters('not of the form name="value", …');
    if (name.toLowerCase() !== 'realm') parameters.push([percentDecode(name), percentDecode(value)]);
  }
  return parameters;
}
