import type { Wire } from '../wire.ts';
import type { FieldMeta } from './field-meta.ts';

/** A field as createmeta, editmeta and transitions describe it. */
export function fieldMetaJson({ field, context }: FieldMeta, wire: Wire) {
  const meta = { ...context, wire };
  const allowedValues = field.allowedValues?.(meta);
  const defaultValue = context.screen === 'create' ? field.defaultValue?.(meta) : undefined;
  return {
    required: field.required,
    schema: field.schema,
    name: field.name,
    key: field.id,
    fieldId: field.id,
    hasDefaultValue: field.hasDefault,
    operations: field.verbs,
    ...(field.autoCompletePath && { autoCompleteUrl: `${wire.base}${field.autoCompletePath(meta)}` }),
    ...(allowedValues !== undefined && { allowedValues }),
    ...(defaultValue !== undefined && { defaultValue }),
  };
}

export function fieldMetasJson(metas: readonly FieldMeta[], wire: Wire) {
  return Object.fromEntries(metas.map((meta) => [meta.field.id, fieldMetaJson(meta, wire)]));
}
