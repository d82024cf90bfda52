import type { FieldSchema } from './field-schema.ts';
import { issueTypeIcon, priorityIcon, statusIcon } from './icons.ts';
import type {
  CustomField,
  FieldOption,
  IssueLinkType,
  IssueType,
  Priority,
  Reference,
  Resolution,
  Status,
} from './reference.ts';
import type { StatusCategory } from './status-category.ts';
import type { SystemField } from './system-fields.ts';

const api = '/rest/api/2';

export function issueTypeJson(type: IssueType, base: string) {
  return {
    self: `${base}${api}/issuetype/${type.id}`,
    id: String(type.id),
    description: type.description,
    iconUrl: `${base}/images/icons/${issueTypeIcon(type.name)}`,
    name: type.name,
    subtask: type.subtask,
    hierarchyLevel: type.hierarchyLevel,
  };
}

export function statusCategoryJson(category: StatusCategory, base: string) {
  return {
    self: `${base}${api}/statuscategory/${category.id}`,
    id: category.id,
    key: category.key,
    colorName: category.colorName,
    name: category.name,
  };
}

export function statusJson(status: Status, base: string) {
  return {
    self: `${base}${api}/status/${status.id}`,
    description: status.description,
    iconUrl: `${base}/images/icons/${statusIcon(status.category.key)}`,
    name: status.name,
    id: String(status.id),
    statusCategory: statusCategoryJson(status.category, base),
  };
}

/** A priority as it stands inside an issue; `/priority` adds the rest. */
export function priorityRefJson(priority: Priority, base: string) {
  return {
    self: `${base}${api}/priority/${priority.id}`,
    iconUrl: `${base}/images/icons/${priorityIcon(priority.name)}`,
    name: priority.name,
    id: String(priority.id),
  };
}

export function priorityJson(priority: Priority, base: string, isDefault: boolean) {
  return {
    ...priorityRefJson(priority, base),
    statusColor: priority.color,
    description: priority.description,
    isDefault,
  };
}

export function resolutionJson(resolution: Resolution, base: string) {
  return {
    self: `${base}${api}/resolution/${resolution.id}`,
    id: String(resolution.id),
    description: resolution.description,
    name: resolution.name,
  };
}

export function linkTypeJson(type: IssueLinkType, base: string) {
  return {
    id: String(type.id),
    name: type.name,
    inward: type.inward,
    outward: type.outward,
    self: `${base}${api}/issueLinkType/${type.id}`,
  };
}

/** An option as it stands inside an issue and among allowed values. */
export function optionJson(option: FieldOption, base: string) {
  return {
    self: `${base}${api}/customFieldOption/${option.id}`,
    value: option.value,
    id: String(option.id),
    disabled: option.disabled,
  };
}

export function systemFieldJson(field: SystemField) {
  return {
    id: field.id,
    key: field.id,
    name: field.name,
    custom: false,
    orderable: field.orderable,
    navigable: field.navigable,
    searchable: field.searchable,
    clauseNames: field.clauseNames,
    ...(field.schema !== undefined && { schema: field.schema }),
  };
}

export function customFieldJson(field: CustomField) {
  return {
    id: field.key,
    key: field.key,
    name: field.name,
    untranslatedName: field.name,
    description: field.description,
    custom: true,
    orderable: true,
    navigable: true,
    searchable: true,
    clauseNames: field.clauseNames,
    schema: field.schema satisfies FieldSchema,
  };
}

/** Everything of the reference data that stands inside issues, built once per configuration and base URL. */
export interface ReferenceFragments {
  readonly issueTypes: ReadonlyMap<number, ReturnType<typeof issueTypeJson>>;
  readonly statuses: ReadonlyMap<number, ReturnType<typeof statusJson>>;
  readonly priorities: ReadonlyMap<number, ReturnType<typeof priorityRefJson>>;
  readonly resolutions: ReadonlyMap<number, ReturnType<typeof resolutionJson>>;
  readonly options: ReadonlyMap<number, ReturnType<typeof optionJson>>;
}

/** Without a fixed base URL each Host header makes one; more than these few are built anew. */
const basesKept = 8;
const built = new WeakMap<Reference, Map<string, ReferenceFragments>>();

export function referenceFragments(reference: Reference, base: string): ReferenceFragments {
  let ofReference = built.get(reference);
  if (ofReference === undefined) {
    ofReference = new Map();
    built.set(reference, ofReference);
  }
  let fragments = ofReference.get(base);
  if (fragments === undefined) {
    fragments = build(reference, base);
    if (ofReference.size >= basesKept) ofReference.clear();
    ofReference.set(base, fragments);
  }
  return fragments;
}

function build(reference: Reference, base: string): ReferenceFragments {
  const each = <T extends { id: number }, J>(all: Iterable<T>, json: (item: T, base: string) => J) =>
    new Map(Iterator.from(all).map((item) => [item.id, json(item, base)]));
  return {
    issueTypes: each(reference.issueTypes.all, issueTypeJson),
    statuses: each(reference.statuses.all, statusJson),
    priorities: each(reference.priorities.all, priorityRefJson),
    resolutions: each(reference.resolutions.all, resolutionJson),
    options: each(reference.options.values(), optionJson),
  };
}
