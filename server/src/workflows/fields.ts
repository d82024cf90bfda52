import { type Asker, audit } from '../audit/audit.ts';
import { isForeignKeyViolation } from '../db/constraint-errors.ts';
import { bumpRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import type { Site } from '../site.ts';
import { customFieldTypes, findCustomFieldType } from './custom-field-types.ts';
import {
  deleteOptionRow,
  insertCustomField,
  insertOptions,
  lockCustomField,
  updateOption,
} from './field-store.ts';
import { type CustomField, type FieldOption, referenceAt } from './reference.ts';

export interface CustomFieldInput {
  readonly name?: unknown;
  readonly description?: unknown;
  readonly type?: unknown;
  readonly searcherKey?: unknown;
}

/** Makes a custom field, on every project and issue type. Throws Forbidden unless an administrator asks. */
export async function createCustomField(
  site: Site,
  asker: Asker,
  input: CustomFieldInput,
): Promise<CustomField> {
  await requireAdministrator(site, asker.actor);
  const field = parseCustomField(input);
  return inTransaction(site.db, async (trx) => {
    const id = await insertCustomField(trx, field);
    await audit(trx, site.clock, {
      event: 'custom-field.created',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: field.name,
      subjectType: 'custom-field',
      subjectId: id,
      detail: { type: field.typeKey },
    });
    const revision = await bumpRevision(trx);
    return (await referenceAt(trx, revision)).customFields.byId(id)!;
  });
}

function parseCustomField({ name, description, type, searcherKey }: CustomFieldInput) {
  const fields: Record<string, string> = {};
  const trimmed = typeof name === 'string' ? name.trim() : '';
  if (trimmed === '') fields.name = 'You must specify a name for the custom field.';
  else if (trimmed.length > 255) fields.name = 'The name of a custom field can have at most 255 characters.';
  if (description !== undefined && description !== null && typeof description !== 'string') {
    fields.description = 'The description must be a string.';
  } else if (typeof description === 'string' && description.length > 4000) {
    fields.description = 'The description of a custom field can have at most 4000 characters.';
  }
  const known = typeof type === 'string' ? findCustomFieldType(type) : undefined;
  if (known === undefined) {
    fields.type = `The type must be one of ${customFieldTypes.map(({ key }) => key).join(', ')}.`;
  } else if (searcherKey !== undefined && searcherKey !== null) {
    if (typeof searcherKey !== 'string' || !known.searcherKeys.includes(searcherKey)) {
      fields.searcherKey = `The searcher of this type must be one of ${known.searcherKeys.join(', ')}.`;
    }
  }
  if (Object.keys(fields).length > 0 || known === undefined) throw new BadRequest({ fields });
  return {
    name: trimmed,
    description: typeof description === 'string' ? description : '',
    typeKey: known.key,
    searcherKey: typeof searcherKey === 'string' ? searcherKey : (known.searcherKeys[0] ?? null),
  };
}

/** The field behind `customfield_10000`; its one context has its own number as id. */
export async function viewFieldContext(
  site: Site,
  actor: Actor,
  fieldKey: string,
  contextId?: string,
): Promise<CustomField> {
  await requireAdministrator(site, actor);
  const { customFieldsByKey } = await referenceAt(site.db, actor.revision);
  const field = customFieldsByKey.get(fieldKey);
  if (field === undefined) throw new NotFound(`The custom field '${fieldKey}' was not found.`);
  if (contextId !== undefined && contextId !== String(field.id)) {
    throw new NotFound(`The field '${fieldKey}' has no context with id '${contextId}'.`);
  }
  return field;
}

export async function viewOption(site: Site, actor: Actor, id: string): Promise<FieldOption> {
  const { options } = await referenceAt(site.db, actor.revision);
  const option = /^\d{1,15}$/.test(id) ? options.get(Number(id)) : undefined;
  if (option === undefined) throw new NotFound(`A custom field option with id '${id}' does not exist`);
  return option;
}

export interface OptionChange {
  readonly id?: string | undefined;
  readonly value?: string | undefined;
  readonly disabled?: boolean | undefined;
}

const optionsOfOneCall = 1000;
const optionsOfOneField = 10_000;

export async function addOptions(
  site: Site,
  asker: Asker,
  at: { readonly fieldKey: string; readonly contextId: string },
  options: readonly OptionChange[],
): Promise<FieldOption[]> {
  const field = await fieldWithOptions(site, asker, at);
  if (options.length > optionsOfOneCall) {
    throw new BadRequest(`One call can add at most ${optionsOfOneCall} options.`);
  }
  const wanted = options.map(({ value, disabled }) => ({
    value: parseOptionValue(value),
    disabled: disabled ?? false,
  }));
  if (wanted.length === 0) return [];
  return inTransaction(site.db, async (trx) => {
    await lockCustomField(trx, field.id);
    const now = (await referenceAt(trx, asker.actor.revision)).customFields.byId(field.id);
    if (now === undefined) throw new NotFound(`The custom field '${at.fieldKey}' was not found.`);
    if (now.options.length + wanted.length > optionsOfOneField) {
      throw new BadRequest(`A custom field can have at most ${optionsOfOneField} options.`);
    }
    refuseRepeated([...now.options, ...wanted]);
    const rows = await insertOptions(trx, field.id, wanted);
    await changed(site, asker, trx, 'custom-field-option.created', field, {
      values: wanted.map((o) => o.value),
    });
    return rows.map(({ id, value, disabled }) => ({
      id,
      fieldId: field.id,
      value,
      disabled: disabled === 1,
    }));
  });
}

export async function changeOptions(
  site: Site,
  asker: Asker,
  at: { readonly fieldKey: string; readonly contextId: string },
  options: readonly OptionChange[],
): Promise<FieldOption[]> {
  const field = await fieldWithOptions(site, asker, at);
  if (options.length > optionsOfOneCall) {
    throw new BadRequest(`One call can change at most ${optionsOfOneCall} options.`);
  }
  return inTransaction(site.db, async (trx) => {
    await lockCustomField(trx, field.id);
    const now = (await referenceAt(trx, asker.actor.revision)).customFields.byId(field.id)?.options ?? [];
    const after = new Map(now.map((option) => [String(option.id), option]));
    const touched = new Set<string>();
    for (const { id, value, disabled } of options) {
      const before = after.get(id ?? '');
      if (before === undefined) throw new NotFound(`The option '${id}' was not found in this context.`);
      touched.add(String(before.id));
      after.set(String(before.id), {
        ...before,
        ...(value !== undefined && { value: parseOptionValue(value) }),
        ...(disabled !== undefined && { disabled }),
      });
    }
    refuseRepeated([...after.values()]);
    const result = [...touched].map((id) => after.get(id)!);
    for (const option of result) await updateOption(trx, option.id, option);
    await changed(site, asker, trx, 'custom-field-option.changed', field, { ids: [...touched] });
    return result;
  });
}

/** Throws BadRequest while an issue has the option. */
export async function deleteOption(
  site: Site,
  asker: Asker,
  at: { readonly fieldKey: string; readonly contextId: string },
  optionId: string,
): Promise<void> {
  const field = await fieldWithOptions(site, asker, at);
  const option = field.options.find(({ id }) => String(id) === optionId);
  if (option === undefined) throw new NotFound(`The option '${optionId}' was not found in this context.`);
  try {
    await inTransaction(site.db, async (trx) => {
      await deleteOptionRow(trx, option.id);
      await changed(site, asker, trx, 'custom-field-option.deleted', field, { value: option.value });
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new BadRequest({ messages: ['The option is in use by issues. Disable it instead.'], cause: error });
  }
}

async function fieldWithOptions(
  site: Site,
  asker: Asker,
  { fieldKey, contextId }: { readonly fieldKey: string; readonly contextId: string },
): Promise<CustomField> {
  const field = await viewFieldContext(site, asker.actor, fieldKey, contextId);
  if (!field.type.hasOptions) throw new BadRequest(`The field '${fieldKey}' is of a type without options.`);
  return field;
}

function parseOptionValue(value: string | undefined): string {
  const trimmed = value?.trim() ?? '';
  if (trimmed === '') throw new BadRequest('The value of an option must not be empty.');
  if (trimmed.length > 255) throw new BadRequest('The value of an option can have at most 255 characters.');
  return trimmed;
}

function refuseRepeated(options: readonly { readonly value: string }[]): void {
  const seen = new Set<string>();
  for (const { value } of options) {
    const folded = fold(value);
    if (seen.has(folded)) throw new BadRequest(`The option value '${value}' is in use already.`);
    seen.add(folded);
  }
}

async function changed(
  site: Site,
  asker: Asker,
  trx: Db,
  event: string,
  field: CustomField,
  detail: Record<string, unknown>,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    source: asker.source,
    subject: field.name,
    subjectType: 'custom-field',
    subjectId: field.id,
    detail: { field: field.key, ...detail },
  });
  await bumpRevision(trx);
}
