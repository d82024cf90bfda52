import type { FieldSchema } from './field-schema.ts';

const prefix = 'com.atlassian.jira.plugin.system.customfieldtypes:';

export type CustomFieldKind =
  | 'textfield'
  | 'textarea'
  | 'float'
  | 'datepicker'
  | 'datetime'
  | 'select'
  | 'multiselect'
  | 'radiobuttons'
  | 'multicheckboxes'
  | 'userpicker'
  | 'labels'
  | 'url';

export interface CustomFieldType {
  readonly kind: CustomFieldKind;
  /** Jira's full key, by which clients create fields and recognise them. */
  readonly key: string;
  readonly schema: Pick<FieldSchema, 'type' | 'items'>;
  /** The searcher of a field that was created without naming one comes first. */
  readonly searcherKeys: readonly string[];
  readonly hasOptions: boolean;
}

const declare = (
  kind: CustomFieldKind,
  schema: CustomFieldType['schema'],
  ...searchers: string[]
): CustomFieldType => ({
  kind,
  key: prefix + kind,
  schema,
  searcherKeys: searchers.map((searcher) => prefix + searcher),
  hasOptions: schema.type === 'option' || schema.items === 'option',
});

const options = { type: 'array', items: 'option' };

/** The types of Jira's own custom fields that Tessera knows, with the searchers each may have there. */
export const customFieldTypes: readonly CustomFieldType[] = [
  declare('textfield', { type: 'string' }, 'textsearcher', 'exacttextsearcher'),
  declare('textarea', { type: 'string' }, 'textsearcher'),
  declare('float', { type: 'number' }, 'exactnumber', 'numberrange'),
  declare('datepicker', { type: 'date' }, 'daterange'),
  declare('datetime', { type: 'datetime' }, 'datetimerange'),
  declare('select', { type: 'option' }, 'multiselectsearcher'),
  declare('multiselect', options, 'multiselectsearcher'),
  declare('radiobuttons', { type: 'option' }, 'multiselectsearcher'),
  declare('multicheckboxes', options, 'multiselectsearcher'),
  declare('userpicker', { type: 'user' }, 'userpickergroupsearcher'),
  declare('labels', { type: 'array', items: 'string' }, 'labelsearcher'),
  declare('url', { type: 'string' }, 'exacttextsearcher'),
];

const byKey = new Map(customFieldTypes.map((type) => [type.key, type]));

export const findCustomFieldType = (key: string): CustomFieldType | undefined => byKey.get(key);
