import { BadRequest } from '../errors.ts';
import { isObject, type Operation, type Verb } from './fields/field.ts';

/** The bodies of creating, editing and transitioning an issue, as far as their fields go. */
export interface FieldsInput {
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly update?: Readonly<Record<string, unknown>> | undefined;
}

/** What shall happen to which field; in the order of the request. */
export type Operations = ReadonlyMap<string, readonly Operation[]>;

/** What is wrong with which field; of a hostile body's thousands the first are told. */
export class FieldErrors {
  readonly #fields: Map<string, string>;

  constructor(known: Iterable<readonly [string, string]> = []) {
    this.#fields = new Map(known);
  }

  /** A transaction that runs again collects its errors anew. */
  copy(): FieldErrors {
    return new FieldErrors(this.#fields);
  }

  add(id: string, message: string): void {
    if (this.#fields.size < 100 && !this.#fields.has(id)) this.#fields.set(id.slice(0, 255), message);
  }

  /** Runs `work` and keeps the field errors it throws. */
  collect(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#keep(error);
    }
  }

  async collectAsync(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#keep(error);
    }
  }

  #keep(error: unknown): void {
    if (!(error instanceof BadRequest)) throw error;
    for (const [id, message] of Object.entries(error.fields)) this.add(id, message);
  }

  has(id: string): boolean {
    return this.#fields.has(id);
  }

  throwIfAny(): void {
    if (this.#fields.size > 0) throw new BadRequest({ fields: Object.fromEntries(this.#fields) });
  }
}

const verbs: readonly string[] = ['set', 'add', 'remove', 'edit'] satisfies Verb[];
const operationsLimit = 1000;

/** `fields` sets; `update` holds lists of `{verb: value}`. A field stands in one of the two (Jira's documentation). */
export function parseOperations({ fields = {}, update = {} }: FieldsInput, errors: FieldErrors): Operations {
  const operations = new Map<string, readonly Operation[]>();
  for (const [id, value] of Object.entries(fields)) operations.set(id, [{ verb: 'set', value }]);
  for (const [id, list] of Object.entries(update)) {
    if (operations.has(id)) errors.add(id, `Field '${id}' cannot appear in both 'fields' and 'update'`);
    else errors.collect(() => operations.set(id, parseList(id, list)));
  }
  return operations;
}

function parseList(id: string, list: unknown): Operation[] {
  const refuse = (message: string) => new BadRequest({ fields: { [id]: message } });
  if (!Array.isArray(list)) throw refuse('data was not an array');
  if (list.length > operationsLimit) {
    throw refuse(`One request can have at most ${operationsLimit} operations on a field.`);
  }
  return list.map((item) => {
    const entries = isObject(item) ? Object.entries(item) : [];
    const [verb, value] = entries[0] ?? ['', undefined];
    if (entries.length !== 1 || !verbs.includes(verb)) {
      throw refuse(`An operation must be an object with one of ${verbs.join(', ')}.`);
    }
    return { verb: verb as Verb, value };
  });
}
