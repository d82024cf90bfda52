import { isUtf8 } from 'node:buffer';
import { BadRequest } from '../errors.ts';

const maxDepth = 100;

/**
 * Parses a JSON request body. Refuses what one database would take and the other not (NUL, lone
 * surrogates), what code could trip over (`__proto__` keys) and what could exhaust the stack (depth).
 */
export function parseJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw new BadRequest('The request body is not valid UTF-8.');
  const text = bytes.toString('utf8');
  if (nestsDeeperThan(text, maxDepth)) {
    throw new BadRequest(`The request body is nested more than ${maxDepth} levels deep.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BadRequest({
      messages: [`The request body is not valid JSON: ${jsonProblem(error)}`],
      cause: error,
    });
  }
  // Only text that spells one of these can parse into something to refuse; the walk is rare.
  if (text.includes('\\u') || text.includes('__proto__') || text.includes('constructor'))
    refuseHostile(value);
  return value;
}

/** V8's message quotes a piece of the body; the position is enough and repeats nothing. */
function jsonProblem(error: unknown): string {
  const position = /position (\d+)/.exec((error as Error).message)?.[1];
  return position === undefined ? 'it ends too early.' : `unexpected character at position ${position}.`;
}

function nestsDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

function refuseHostile(value: unknown): void {
  if (typeof value === 'string') {
    refuseText(value);
  } else if (Array.isArray(value)) {
    for (const item of value) refuseHostile(item);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__' || (key === 'constructor' && typeof item === 'object')) {
        throw new BadRequest(`The request body has a key that is not allowed: ${key}.`);
      }
      refuseText(key);
      refuseHostile(item);
    }
  }
}

function refuseText(text: string): void {
  if (text.includes('\0')) throw new BadRequest('The request body holds a NUL character (\\u0000).');
  if (!text.isWellFormed()) throw new BadRequest('The request body holds half of a surrogate pair.');
}
