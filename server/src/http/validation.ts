import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { IsOptional, type TSchema } from 'typebox';
import { BadRequest } from '../errors.ts';

export type Part = 'params' | 'query' | 'body';

const options = { allErrors: true, removeAdditional: false, useDefaults: true, strict: false } as const;
const bodies = new Ajv({ ...options, coerceTypes: false });
/** URLs hold only text, so numbers and flags are read from it; a list is never made of one value or the reverse. */
const urls = new Ajv({ ...options, coerceTypes: true });
(formats as unknown as (ajv: Ajv) => void)(bodies);

/** Compiles at first use: most routes are never called in a short life, and start-up is measured. */
export function validator(schema: TSchema, part: Part): (value: unknown) => void {
  let validate: ValidateFunction | undefined;
  const optional = IsOptional(schema);
  const flags = part === 'query' ? flagsOf(schema) : [];
  return (value) => {
    if (value === undefined && optional) return;
    validate ??= (part === 'body' ? bodies : urls).compile(schema);
    for (const name of flags) lowerFlag(value as Record<string, unknown>, name);
    if (!validate(value)) throw refusal(validate.errors ?? [], part, value);
  };
}

/** Python clients write `True`; Jira reads flags in any letter case. */
function lowerFlag(query: Record<string, unknown>, name: string): void {
  const text = query[name];
  if (typeof text === 'string' && /^(true|false)$/i.test(text)) query[name] = text.toLowerCase();
}

function flagsOf(schema: TSchema): string[] {
  const properties = (schema as { properties?: Record<string, { type?: string }> }).properties ?? {};
  return Object.keys(properties).filter((name) => properties[name]?.type === 'boolean');
}

function refusal(errors: readonly ErrorObject[], part: Part, value: unknown): BadRequest {
  if (part === 'body' && value === undefined) return new BadRequest('The request needs a JSON body.');
  const fields: Record<string, string> = {};
  const messages: string[] = [];
  for (const error of errors.slice(0, 50)) {
    const path = error.instancePath.slice(1).replaceAll('/', '.');
    const name = nameOf(error, path);
    if (name === '') messages.push(`The request body ${error.message}.`);
    else if (!Object.hasOwn(fields, name)) fields[name] = sentence(error, name, part, at(value, path));
  }
  return new BadRequest({ messages, fields });
}

function nameOf(error: ErrorObject, path: string): string {
  const inner = (error.params.missingProperty ?? error.params.additionalProperty) as string | undefined;
  if (inner === undefined) return path;
  return path === '' ? inner : `${path}.${inner}`;
}

function sentence(error: ErrorObject, name: string, part: Part, value: unknown): string {
  switch (error.keyword) {
    case 'required':
      return part === 'query' ? `The query parameter '${name}' is required.` : `'${name}' is required.`;
    case 'additionalProperties':
      // Jira's wording for a field that a screen or a bean does not know.
      return `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
    case 'enum':
      return `'${name}' must be one of ${(error.params.allowedValues as unknown[]).join(', ')}.`;
    default:
      if (part === 'query' && Array.isArray(value))
        return `The query parameter '${name}' was given more than once.`;
      return `'${name}' ${error.message ?? 'is not valid'}.`;
  }
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const step of path === '' ? [] : path.split('.'))
    found = (found as Record<string, unknown> | undefined)?.[step];
  return found;
}
