import { isUtf8 } from 'node:buffer';
import { BadRequest, PayloadTooLarge } from '../errors.ts';

const usualLongest = 16_384;
const mostFields = 50;

/**
 * Parses an HTML form's body (URL standard, application/x-www-form-urlencoded). Each field at most once: of two
 * values one reader would take the first, and another the last.
 */
export function parseFormBody(bytes: Buffer, longest = usualLongest): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const parts = formText(bytes, longest).split('&').filter(Boolean);
  if (parts.length > mostFields) throw new BadRequest(`A form may have at most ${mostFields} fields.`);
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = decoded(equals === -1 ? part : part.slice(0, equals));
    if (name in fields) throw new BadRequest('The form has the same field twice.');
    fields[name] = equals === -1 ? '' : decoded(part.slice(equals + 1));
  }
  return fields;
}

/** A form as it was sent, for signatures over its very fields. */
export function formText(bytes: Buffer, longest = usualLongest): string {
  if (bytes.length > longest) throw new PayloadTooLarge(`A form may have at most ${longest} bytes.`);
  if (!isUtf8(bytes)) throw new BadRequest('The form is not valid UTF-8.');
  return bytes.toString('utf8');
}

function decoded(text: string): string {
  let plain: string;
  try {
    plain = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new BadRequest({ messages: ['The form is not valid percent-encoded UTF-8.'], cause });
  }
  if (plain.includes('\0')) throw new BadRequest('The form holds a NUL character (%00).');
  return plain;
}
