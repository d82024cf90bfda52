import { BadRequest } from '../../errors.ts';
import type { ProjectPermission } from '../../permissions/permission-keys.ts';
import type { Project } from '../../projects/project-cache.ts';
import type { User } from '../../users/user.ts';
import type { Wire } from '../../wire.ts';
import type { FieldSchema } from '../../workflows/field-schema.ts';
import type { IssueType, Reference } from '../../workflows/reference.ts';
import type { RelatedIssue } from '../issue.ts';

/** What may be done to a field: `fields` only sets, `update` may do any that the field takes. */
export type Verb = 'set' | 'add' | 'remove' | 'edit';

export interface Operation {
  readonly verb: Verb;
  readonly value: unknown;
}

/** Where fields are set; a transition's screen offers only a few. */
export type Screen = 'create' | 'edit' | 'transition';

/** A custom field's value, one entry per row of it. */
export interface CustomEntry {
  readonly text?: string;
  readonly number?: number;
  readonly time?: number;
  readonly optionId?: number;
  readonly userId?: number;
}

/** What of an issue fields write to. Fields change it in memory; the store writes what differs. */
export interface Draft {
  issueTypeId: number;
  parentId: number | null;
  summary: string;
  description: string | null;
  environment: string | null;
  priorityId: number | null;
  resolutionId: number | null;
  assigneeId: number | null;
  reporterId: number | null;
  dueDate: string | null;
  /** Seconds. */
  originalEstimate: number | null;
  remainingEstimate: number | null;
  labels: readonly string[];
  /** Custom field id → its values; a field that is not here has none. */
  custom: Map<number, readonly CustomEntry[]>;
}

/** What a write looked up before it began, so that applying fields asks nobody. */
export interface Lookups {
  /** By any word that a client may name a person with. */
  readonly users: ReadonlyMap<string, User>;
  /** Those of them who may be assigned issues of the project. */
  readonly assignable: ReadonlySet<number>;
  /** Who gets what is assigned automatically; null: nobody. */
  readonly automaticAssigneeId: number | null;
  /** The issue that `parent` names, if the writer sees it. */
  readonly parent: RelatedIssue | undefined;
}

export interface WriteContext extends Lookups {
  readonly screen: Screen;
  readonly reference: Reference;
  /** undefined: the request named none that counts; other mistakes are told along with that one. */
  readonly project: Project | undefined;
  readonly issueType: IssueType | undefined;
}

/** Names for the ids in a change's record. */
export interface Naming {
  readonly reference: Reference;
  readonly users: ReadonlyMap<number, User>;
}

/** A field's value as a change's record has it: the raw value and the text people read. */
export interface Recorded {
  readonly value: string | null;
  readonly text: string | null;
}

export interface MetaContext {
  readonly screen: Screen;
  readonly reference: Reference;
  readonly project: Project;
  readonly issueType: IssueType;
  readonly wire: Wire;
}

export interface RecordedPart {
  readonly id: string;
  recorded(draft: Draft, naming: Naming): Recorded;
}

/** Everything the tracker knows of one writable field. */
export interface Field {
  readonly id: string;
  readonly name: string;
  readonly schema: FieldSchema;
  readonly verbs: readonly Verb[];
  readonly required: boolean;
  /** Filled in when a new issue says nothing about it. */
  readonly hasDefault: boolean;
  readonly screens: readonly Screen[];
  /** Without it the field is on no screen of who writes, as in Jira. */
  readonly permission?: ProjectPermission;
  /** Only on issue types for which this holds. */
  isOn?(issueType: IssueType): boolean;
  /** The words by which an operation's value names people. */
  namesUsers?(value: unknown): readonly string[];
  /** Changes the draft, or throws fieldError. */
  apply(draft: Draft, operation: Operation, context: WriteContext): void;
  /** After all operations of a new or changed issue: throws fieldError when the draft cannot stand. */
  check?(draft: Draft, context: WriteContext): void;
  recorded(draft: Draft, naming: Naming): Recorded;
  /** What stands in the record instead, for a field that consists of several. */
  readonly parts?: readonly RecordedPart[];
  allowedValues?(context: MetaContext): readonly unknown[];
  defaultValue?(context: MetaContext): unknown;
  /** Relative to the base URL. */
  autoCompletePath?(context: MetaContext): string;
}

export function fieldError(id: string, message: string): BadRequest {
  return new BadRequest({ fields: { [id]: message } });
}

/** Jira's wording for a field that this caller cannot set here, whatever the reason. */
export const notOnScreen = (id: string): string =>
  `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{id}`, `{name}` … as clients write them: text, or numbers for ids. */
export function textOf(object: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

export function requireObject(id: string, value: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(value)) throw fieldError(id, 'data was not an object');
  return value;
}

export const nothingRecorded: Recorded = { value: null, text: null };
