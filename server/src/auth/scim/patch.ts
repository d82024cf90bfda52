import { ScimRefusal } from '../../errors.ts';
import { type Filter, keyOf, matches, memberOf, parsePath } from './filter.ts';

type Json = Record<string, unknown>;

const mostOperations = 1000;

const invalid = (detail: string, type = 'invalidSyntax'): ScimRefusal => new ScimRefusal(400, detail, type);

/**
 * A resource as it is after the operations of a PATCH (RFC 7644 §3.5.2); the one that is given stays as it is. Takes the
 * forms of Entra as well: capitalised operations, members with dots in a value without a path. `known` are the attributes
 * that a resource of ours may have; what is written elsewhere in the standard's schemas is left out, as it is in PUT.
 */
export function patched(resource: Json, body: unknown, known: ReadonlySet<string>): Json {
  const operations = memberOf(body, 'Operations');
  if (!Array.isArray(operations)) throw invalid("'Operations' must be a list.");
  if (operations.length > mostOperations)
    throw invalid(`There are more than ${mostOperations} operations.`, 'tooMany');
  const result = structuredClone(resource);
  for (const operation of operations) apply(result, operation, known);
  return result;
}

export type Change = { readonly replace: unknown } | { readonly patch: unknown };

/** What a change asks a resource to be: as a whole (PUT), or as the operations of a PATCH leave it. */
export const resourceAfter = (present: object, change: Change, known: ReadonlySet<string>): unknown =>
  'replace' in change ? change.replace : patched(present as Json, change.patch, known);

function apply(resource: Json, operation: unknown, known: ReadonlySet<string>): void {
  const op = String(memberOf(operation, 'op') ?? '').toLowerCase();
  if (op !== 'add' && op !== 'replace' && op !== 'remove') {
    throw invalid("'op' must be add, replace or remove.");
  }
  const path = memberOf(operation, 'path');
  const value = memberOf(operation, 'value');
  if (path !== undefined && path !== null && path !== '') {
    if (typeof path !== 'string') throw invalid("'path' must be a text.", 'invalidPath');
    if (op !== 'remove' && value === undefined) throw invalid("'value' is missing.", 'invalidValue');
    applyAt(resource, op, path, value, known);
    return;
  }
  if (op === 'remove') throw invalid('An operation that removes must name a path.', 'noTarget');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid("Without a path, 'value' must be an object.", 'invalidValue');
  }
  for (const [name, part] of Object.entries(value)) applyAt(resource, op, name, part, known);
}

function applyAt(
  resource: Json,
  op: 'add' | 'replace' | 'remove',
  text: string,
  value: unknown,
  known: ReadonlySet<string>,
): void {
  const { attribute, filter, sub } = parsePath(text);
  if (attribute.startsWith('urn:') || !known.has(attribute.toLowerCase())) return;
  const key = keyOf(resource, attribute) ?? attribute;
  if (filter !== undefined) {
    applyToSome(resource, key, op, { filter, sub }, value);
    return;
  }
  if (sub !== undefined) {
    const whole = resource[key];
    const inner: Json =
      typeof whole === 'object' && whole !== null && !Array.isArray(whole) ? (whole as Json) : {};
    const name = keyOf(inner, sub) ?? sub;
    if (op === 'remove') delete inner[name];
    else inner[name] = value;
    resource[key] = inner;
    return;
  }
  const present = resource[key];
  if (op === 'remove') {
    // Entra names the values to remove in place of a filter.
    if (Array.isArray(present) && Array.isArray(value)) {
      const gone = new Set(value.map(identifies));
      resource[key] = present.filter((one) => !gone.has(identifies(one)));
    } else delete resource[key];
    return;
  }
  if (op === 'add' && Array.isArray(present)) {
    const added = Array.isArray(value) ? value : [value];
    const there = new Set(present.map(identifies));
    resource[key] = [...present, ...added.filter((one) => !there.has(identifies(one)))];
    return;
  }
  const isObject = (one: unknown): one is Json =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  resource[key] = isObject(present) && isObject(value) ? { ...present, ...value } : value;
}

/** What makes two values of an attribute the same one. */
const identifies = (value: unknown): string => {
  const inner = memberOf(value, 'value');
  return typeof inner === 'string' ? inner : JSON.stringify(value);
};

function applyToSome(
  resource: Json,
  key: string,
  op: 'add' | 'replace' | 'remove',
  { filter, sub }: { readonly filter: Filter; readonly sub: string | undefined },
  value: unknown,
): void {
  const present = resource[key];
  const list = Array.isArray(present) ? present : [];
  const isMeant = (one: unknown) => matches(filter, one);
  if (op === 'remove' && sub === undefined) {
    resource[key] = list.filter((one) => !isMeant(one));
    return;
  }
  const meant = list.filter(isMeant);
  if (op !== 'remove' && meant.length === 0) {
    // `emails[type eq "work"].value` of who has none yet: Entra expects that it is made.
    const made: Json = filter.is === 'compare' && filter.op === 'eq' ? { [filter.path]: filter.value } : {};
    if (sub === undefined) Object.assign(made, typeof value === 'object' ? value : { value });
    else made[sub] = value;
    resource[key] = [...list, made];
    return;
  }
  resource[key] = list.map((one) => {
    if (!isMeant(one)) return one;
    const inner: Json = typeof one === 'object' && one !== null ? { ...(one as Json) } : {};
    if (sub === undefined) return { ...inner, ...(typeof value === 'object' ? value : { value }) };
    const name = keyOf(inner, sub) ?? sub;
    if (op === 'remove') delete inner[name];
    else inner[name] = value;
    return inner;
  });
}
