import { isUtf8 } from 'node:buffer';

export interface BasicPair {
  readonly name: string;
  readonly secret: string;
}

const maxDecodedBytes = 4096;
/** The standard alphabet and nothing after the padding; missing padding is accepted. */
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
// Spaces are significant, control characters are refused (RFC 7617 §2).
const control = /[\u0000-\u001f\u007f]/;

/**
 * The pair in a Basic credential (RFC 7617 §2), or null when it is malformed. Node's own decoder skips
 * what it does not know, so the text is checked first. UTF-8, and ISO-8859-1 where it is not valid UTF-8:
 * Python's requests sends text that way.
 */
export function parseBasic(encoded: string): BasicPair | null {
  if (encoded.length > maxDecodedBytes * 2 || !base64.test(encoded)) return null;
  const unpadded = encoded.replace(/=+$/, '');
  if (unpadded.length % 4 === 1 || (unpadded.length !== encoded.length && encoded.length % 4 !== 0))
    return null;
  const bytes = Buffer.from(unpadded, 'base64');
  if (bytes.length > maxDecodedBytes) return null;
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  const colon = text.indexOf(':');
  if (colon < 1 || control.test(text)) return null;
  return { name: text.slice(0, colon), secret: text.slice(colon + 1) };
}
