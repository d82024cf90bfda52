import { ScimRefusal } from '../../errors.ts';
import { fold } from '../../lib/fold.ts';

/** RFC 7644 §3.4.2.2, figure 1. */
export type Filter =
  | { readonly is: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly is: 'not'; readonly one: Filter }
  | { readonly is: 'present'; readonly path: string }
  | { readonly is: 'compare'; readonly path: string; readonly op: Operator; readonly value: Scalar }
  /** `emails[type eq "work"]`: some value of the attribute is so. */
  | { readonly is: 'some'; readonly path: string; readonly one: Filter };

export type Operator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type Scalar = string | number | boolean | null;

/** Where a PATCH operation points (RFC 7644 §3.5.2, figure 7). */
export interface Path {
  readonly attribute: string;
  readonly filter: Filter | undefined;
  readonly sub: string | undefined;
}

const operators: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
const longest = 4000;
const deepest = 20;
const name = String.raw`(?:urn:[A-Za-z0-9:._-]+:)?[A-Za-z$][A-Za-z0-9_$-]*(?:\.[A-Za-z$][A-Za-z0-9_$-]*)?`;
const token = new RegExp(String.raw`\s*(?:(${name})|("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([()[\]]))`, 'y');

interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'bracket' | 'end';
  readonly text: string;
}

const invalid = (detail: string): ScimRefusal => new ScimRefusal(400, detail, 'invalidFilter');

function tokensOf(text: string): Token[] {
  if (text.length > longest) throw invalid(`The filter has more than ${longest} characters.`);
  const tokens: Token[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) throw invalid(`The filter cannot be read at character ${at + 1}.`);
    const [, word, string, number, bracket] = match;
    if (word !== undefined) tokens.push({ kind: 'name', text: word });
    else if (string !== undefined) tokens.push({ kind: 'string', text: string });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else tokens.push({ kind: 'bracket', text: bracket! });
    at = token.lastIndex;
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get now(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const one = this.now;
    if (one.kind !== 'end') this.#at += 1;
    return one;
  }

  takes(text: string): boolean {
    if (this.now.kind === 'string' || this.now.text.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.takes(text))
      throw invalid(`The filter lacks '${text}'${this.now.text === '' ? '' : ` before '${this.now.text}'`}.`);
  }

  or(depth: number): Filter {
    if (depth > deepest) throw invalid('The filter is nested too deeply.');
    const all = [this.#and(depth)];
    while (this.takes('or')) all.push(this.#and(depth));
    return all.length === 1 ? all[0]! : { is: 'or', all };
  }

  #and(depth: number): Filter {
    const all = [this.#one(depth)];
    while (this.takes('and')) all.push(this.#one(depth));
    return all.length === 1 ? all[0]! : { is: 'and', all };
  }

  #one(depth: number): Filter {
    if (this.takes('not')) {
      this.expect('(');
      const one = this.or(depth + 1);
      this.expect(')');
      return { is: 'not', one };
    }
    if (this.takes('(')) {
      const one = this.or(depth + 1);
      this.expect(')');
      return one;
    }
    const { kind, text } = this.next();
    if (kind !== 'name') throw invalid(`The filter has '${text}' where an attribute belongs.`);
    const path = withoutSchema(text);
    if (this.takes('[')) {
      const one = this.or(depth + 1);
      this.expect(']');
      return { is: 'some', path, one };
    }
    const op = this.next().text.toLowerCase();
    if (op === 'pr') return { is: 'present', path };
    if (!operators.has(op)) throw invalid(`The filter has '${op}' where an operator belongs.`);
    return { is: 'compare', path, op: op as Operator, value: this.#value() };
  }

  #value(): Scalar {
    const { kind, text } = this.next();
    if (kind === 'number') return Number(text);
    if (kind === 'string') {
      try {
        return JSON.parse(text) as string;
      } catch {
        throw invalid(`The text ${text} cannot be read.`);
      }
    }
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    throw invalid(`The filter has '${text}' where a value belongs: texts stand in double quotes.`);
  }
}

/** `urn:ietf:params:scim:schemas:core:2.0:User:userName` is `userName`. */
const withoutSchema = (text: string): string =>
  text.replace(/^urn:ietf:params:scim:schemas:(?:core|extension:[a-z]+):2\.0:[A-Za-z]+:/i, '');

/** Throws ScimRefusal (invalidFilter). */
export function parseFilter(text: string): Filter {
  const reader = new Reader(text);
  const filter = reader.or(0);
  if (reader.now.kind !== 'end') throw invalid(`The filter goes on with '${reader.now.text}' after its end.`);
  return filter;
}

/** Throws ScimRefusal (invalidPath). */
export function parsePath(text: string): Path {
  const [, attribute, inside, sub] =
    /^([^[\]]+?)(?:\[(.*)\](?:\.([A-Za-z$][\w$-]*))?)?$/s.exec(text.trim()) ?? [];
  const plain = withoutSchema(attribute ?? '');
  if (!/^(?:urn:[\w:.-]+|[A-Za-z$][\w$-]*(?:\.[A-Za-z$][\w$-]*)?)$/.test(plain)) {
    throw new ScimRefusal(400, `The path '${text.slice(0, 200)}' cannot be read.`, 'invalidPath');
  }
  if (inside !== undefined) return { attribute: plain, filter: parseFilter(inside), sub };
  const [first = '', second] = plain.startsWith('urn:') ? [plain] : plain.split('.');
  return { attribute: first, filter: undefined, sub: second };
}

/** Whether a resource (or one value of an attribute) is as the filter says. */
export function matches(filter: Filter, resource: unknown): boolean {
  switch (filter.is) {
    case 'and':
      return filter.all.every((one) => matches(one, resource));
    case 'or':
      return filter.all.some((one) => matches(one, resource));
    case 'not':
      return !matches(filter.one, resource);
    case 'present':
      return valuesAt(resource, filter.path).some((value) => value !== null && value !== '');
    case 'some':
      return listAt(resource, filter.path).some((value) => matches(filter.one, value));
    case 'compare': {
      const values = valuesAt(resource, filter.path);
      if (filter.op === 'ne') return !values.some((value) => compares('eq', value, filter.value));
      return values.some((value) => compares(filter.op, value, filter.value));
    }
  }
}

/** The member of an object by its name, whatever the case (RFC 7643 §2.1). */
export function memberOf(object: unknown, wanted: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined;
  const key = keyOf(object, wanted);
  return key === undefined ? undefined : (object as Record<string, unknown>)[key];
}

export function keyOf(object: object, wanted: string): string | undefined {
  if (Object.hasOwn(object, wanted)) return wanted;
  const folded = wanted.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === folded);
}

function listAt(resource: unknown, path: string): readonly unknown[] {
  const value = memberOf(resource, path);
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

/** Values at a path; of several-valued attributes without a part, their `value`. */
function valuesAt(resource: unknown, path: string): readonly unknown[] {
  // One value of an attribute of texts is a text itself: `schemas[value eq "…"]`.
  if (typeof resource !== 'object' && path.toLowerCase() === 'value') return [resource];
  const [first = '', second] = path.split('.');
  return listAt(resource, first).flatMap((value) => {
    if (second !== undefined) return listAt(value, second);
    if (typeof value !== 'object' || value === null) return [value];
    const inner = memberOf(value, 'value');
    return inner === undefined ? [value] : [inner];
  });
}

function compares(op: Operator, value: unknown, wanted: Scalar): boolean {
  if (typeof value === 'string' && typeof wanted === 'string') {
    const [mine, theirs] = [fold(value), fold(wanted)];
    switch (op) {
      case 'eq':
        return mine === theirs;
      case 'co':
        return mine.includes(theirs);
      case 'sw':
        return mine.startsWith(theirs);
      case 'ew':
        return mine.endsWith(theirs);
      default:
        return ordered(op, mine < theirs ? -1 : mine > theirs ? 1 : 0);
    }
  }
  if (typeof value === 'boolean' && typeof wanted === 'string') {
    // Entra asks for active eq "True".
    return op === 'eq' && String(value) === wanted.toLowerCase();
  }
  if (op === 'eq') return value === wanted || (wanted === null && value === undefined);
  if (typeof value === 'number' && typeof wanted === 'number') return ordered(op, Math.sign(value - wanted));
  return false;
}

function ordered(op: Operator, sign: number): boolean {
  switch (op) {
    case 'gt':
      return sign > 0;
    case 'ge':
      return sign >= 0;
    case 'lt':
      return sign < 0;
    case 'le':
      return sign <= 0;
    default:
      return false;
  }
}
