import type { IssueType, Reference } from '../../workflows/reference.ts';
import { comment } from './comment.ts';
import { customField } from './custom-field.ts';
import { dueDate } from './due-date.ts';
import type { Field, Screen } from './field.ts';
import { issueType } from './issue-type.ts';
import { labels } from './labels.ts';
import { parent } from './parent.ts';
import { priority } from './priority.ts';
import { project } from './project.ts';
import { resolution } from './resolution.ts';
import { description, environment, summary } from './text-fields.ts';
import { timeTracking } from './time-tracking.ts';
import { assignee, reporter } from './user-fields.ts';

/** In the order in which their operations are applied and screens show them. */
const systemFields: readonly Field[] = [
  project,
  issueType,
  parent,
  summary,
  reporter,
  priority,
  assignee,
  resolution,
  dueDate,
  labels,
  description,
  environment,
  timeTracking,
  comment,
];

const registries = new WeakMap<Reference, ReadonlyMap<string, Field>>();

/** Every field that can be written on this site, by id. */
export function fieldsOf(reference: Reference): ReadonlyMap<string, Field> {
  const known = registries.get(reference);
  if (known !== undefined) return known;
  const all = [...systemFields, ...reference.customFields.all.map(customField)];
  const made = new Map(all.map((field) => [field.id, field]));
  registries.set(reference, made);
  return made;
}

export function isOnScreen(field: Field, screen: Screen, type: IssueType | undefined): boolean {
  return field.screens.includes(screen) && (type === undefined || (field.isOn?.(type) ?? true));
}
