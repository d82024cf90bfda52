import { cachedByRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { type Collection, collection } from './collection.ts';
import { type CustomFieldType, findCustomFieldType } from './custom-field-types.ts';
import type { FieldSchema } from './field-schema.ts';
import {
  listCustomFieldOptions,
  listCustomFields,
  listIssueLinkTypes,
  listIssueTypeSchemeItems,
  listIssueTypeSchemes,
  listIssueTypes,
  listPriorities,
  listResolutions,
  listStatuses,
  listWorkflowSchemeItems,
  listWorkflowSchemes,
  listWorkflows,
} from './reference-store.ts';
import { type StatusCategory, statusCategory } from './status-category.ts';
import type { Workflow, WorkflowDefinition } from './workflow.ts';

export interface IssueType {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly subtask: boolean;
  /** 1 epic, 0 standard, -1 sub-task. */
  readonly hierarchyLevel: number;
}

export interface IssueTypeScheme {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly defaultIssueTypeId: number | null;
  readonly issueTypes: readonly IssueType[];
}

export interface Status {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly category: StatusCategory;
}

export interface Priority {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly color: string;
}

export interface Resolution {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

export interface IssueLinkType {
  readonly id: number;
  readonly name: string;
  readonly inward: string;
  readonly outward: string;
}

export interface WorkflowScheme {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly defaultWorkflow: Workflow;
  /** Issue types that do not take the default. */
  readonly byIssueType: ReadonlyMap<number, Workflow>;
}

export interface FieldOption {
  readonly id: number;
  readonly fieldId: number;
  readonly value: string;
  readonly disabled: boolean;
}

export interface CustomField {
  readonly id: number;
  /** `customfield_10000`: its name in JSON. */
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly type: CustomFieldType;
  readonly searcherKey: string | null;
  readonly schema: FieldSchema;
  /** `cf[10000]`, then its name: what JQL calls it. */
  readonly clauseNames: readonly string[];
  readonly options: readonly FieldOption[];
}

/** What issues are made of besides their own text: types, statuses, schemes, fields … */
export interface Reference {
  readonly issueTypes: Collection<IssueType>;
  readonly issueTypeSchemes: Collection<IssueTypeScheme>;
  readonly statuses: Collection<Status>;
  readonly priorities: Collection<Priority>;
  readonly defaultPriority: Priority | undefined;
  readonly resolutions: Collection<Resolution>;
  readonly linkTypes: Collection<IssueLinkType>;
  readonly workflows: Collection<Workflow>;
  readonly workflowSchemes: Collection<WorkflowScheme>;
  readonly customFields: Collection<CustomField>;
  /** By `customfield_10000`. */
  readonly customFieldsByKey: ReadonlyMap<string, CustomField>;
  readonly options: ReadonlyMap<number, FieldOption>;
}

/** The reference data as of a configuration revision, or newer. */
export const referenceAt: (db: Db, revision: number) => Promise<Reference> = cachedByRevision(load);

async function load(db: Db): Promise<Reference> {
  const issueTypes = collection(
    (await listIssueTypes(db)).map((row) => ({
      id: row.id,
      name: row.name,
      description: row.description,
      subtask: row.subtask === 1,
      hierarchyLevel: row.hierarchy_level,
    })),
  );
  const statuses = (await listStatuses(db)).map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    category: statusCategory(row.category_id),
  }));
  const priorities = collection(
    (await listPriorities(db)).map(({ id, name, description, color }) => ({ id, name, description, color })),
  );
  const resolutions = (await listResolutions(db)).map(({ id, name, description }) => ({
    id,
    name,
    description,
  }));
  const workflows = collection(
    (await listWorkflows(db)).map(({ id, name, description, definition }) => ({
      id,
      name,
      description,
      ...(JSON.parse(definition) as WorkflowDefinition),
    })),
  );
  const customFields = await loadCustomFields(db);
  return {
    issueTypes,
    issueTypeSchemes: collection(await loadIssueTypeSchemes(db, issueTypes)),
    statuses: collection(statuses),
    priorities,
    // Jira's default priority is a setting; of a fresh site it is Medium.
    defaultPriority:
      priorities.byId(3) ?? priorities.byName('Medium') ?? priorities.all[priorities.all.length >> 1],
    resolutions: collection(resolutions),
    linkTypes: collection(await listIssueLinkTypes(db)),
    workflows,
    workflowSchemes: collection(await loadWorkflowSchemes(db, workflows)),
    customFields: collection(customFields),
    customFieldsByKey: new Map(customFields.map((field) => [field.key, field])),
    options: new Map(customFields.flatMap(({ options }) => options.map((option) => [option.id, option]))),
  };
}

async function loadIssueTypeSchemes(db: Db, types: Collection<IssueType>): Promise<IssueTypeScheme[]> {
  const items = Map.groupBy(await listIssueTypeSchemeItems(db), (row) => row.scheme_id);
  return (await listIssueTypeSchemes(db)).map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    defaultIssueTypeId: row.default_issue_type_id,
    issueTypes: (items.get(row.id) ?? []).flatMap((item) => types.byId(item.issue_type_id) ?? []),
  }));
}

async function loadWorkflowSchemes(db: Db, workflows: Collection<Workflow>): Promise<WorkflowScheme[]> {
  const items = Map.groupBy(await listWorkflowSchemeItems(db), (row) => row.scheme_id);
  return (await listWorkflowSchemes(db)).map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    defaultWorkflow: workflows.byId(row.default_workflow_id)!,
    byIssueType: new Map(
      (items.get(row.id) ?? []).map((item) => [item.issue_type_id, workflows.byId(item.workflow_id)!]),
    ),
  }));
}

async function loadCustomFields(db: Db): Promise<CustomField[]> {
  const options = Map.groupBy(await listCustomFieldOptions(db), (row) => row.field_id);
  return (await listCustomFields(db)).flatMap((row) => {
    const type = findCustomFieldType(row.type_key);
    // A type of a newer version, or of a plug-in's import: its values stay, nothing shows them.
    if (type === undefined) return [];
    return {
      id: row.id,
      key: `customfield_${row.id}`,
      name: row.name,
      description: row.description,
      type,
      searcherKey: row.searcher_key,
      schema: { ...type.schema, custom: type.key, customId: row.id },
      clauseNames: [`cf[${row.id}]`, row.name],
      options: (options.get(row.id) ?? []).map((option) => ({
        id: option.id,
        fieldId: option.field_id,
        value: option.value,
        disabled: option.disabled === 1,
      })),
    };
  });
}

/** The workflow that issues of a type follow under a scheme. */
export function workflowOf(reference: Reference, workflowSchemeId: number, issueTypeId: number): Workflow {
  const scheme = reference.workflowSchemes.byId(workflowSchemeId)!;
  return scheme.byIssueType.get(issueTypeId) ?? scheme.defaultWorkflow;
}

/** The types that a project's issues may have, in the scheme's order. */
export function issueTypesOf(reference: Reference, issueTypeSchemeId: number): readonly IssueType[] {
  return reference.issueTypeSchemes.byId(issueTypeSchemeId)?.issueTypes ?? [];
}
