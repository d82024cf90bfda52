import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError, BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { grantsOf } from '../permissions/permissions.ts';
import { type Project, type Projects, projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { type IssueType, type Reference, referenceAt, workflowOf } from '../workflows/reference.ts';
import { insertIssue, takeIssueNumber } from './draft-store.ts';
import { type Draft, isObject, type Operation, textOf } from './fields/field.ts';
import { parseIssueType } from './fields/issue-type.ts';
import { notSignedIn } from './issue-access.ts';
import { FieldErrors, type FieldsInput, parseOperations } from './issue-input.ts';
import { issueKey } from './issue-key.ts';
import { holdIssue } from './issue-store.ts';
import { parseProperties } from './properties.ts';
import { type PropertyInput, putProperty } from './property-store.ts';
import { refusingVanished } from './vanished.ts';
import { watchFromNowOn } from './watchers.ts';
import { applyFields, chooseFields, type Ground, lookUp } from './write-fields.ts';

export interface NewIssueInput extends FieldsInput {
  readonly properties?: unknown;
}

export interface CreatedIssue {
  readonly id: number;
  readonly key: string;
}

interface PreparedIssue {
  readonly project: Project;
  readonly statusId: number;
  readonly draft: Draft;
  readonly properties: readonly PropertyInput[];
}

/** Makes an issue. Throws BadRequest with everything that is wrong with its fields. */
export async function createIssue(site: Site, actor: Actor, input: NewIssueInput): Promise<CreatedIssue> {
  const prepared = await prepare(site, actor, input);
  return refusingVanished(() => inTransaction(site.db, (trx) => write(trx, site, actor, prepared)));
}

export interface BulkResult {
  readonly issues: readonly CreatedIssue[];
  readonly failures: readonly { readonly index: number; readonly error: AppError }[];
}

export const bulkLimit = 50;

/** Makes those of many issues that can be made, in one transaction; the others are told one by one. */
export async function createIssues(
  site: Site,
  actor: Actor,
  inputs: readonly NewIssueInput[],
): Promise<BulkResult> {
  if (inputs.length > bulkLimit) {
    throw new BadRequest(`The request can create at most ${bulkLimit} issues.`);
  }
  const prepared: PreparedIssue[] = [];
  const failures: { index: number; error: AppError }[] = [];
  for (const [index, input] of inputs.entries()) {
    try {
      prepared.push(await prepare(site, actor, input));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      failures.push({ index, error });
    }
  }
  const issues = await refusingVanished(() =>
    inTransaction(site.db, async (trx) => {
      const made: CreatedIssue[] = [];
      for (const one of prepared) made.push(await write(trx, site, actor, one));
      return made;
    }),
  );
  return { issues, failures };
}

async function prepare(site: Site, actor: Actor, input: NewIssueInput): Promise<PreparedIssue> {
  const errors = new FieldErrors();
  const operations = new Map(parseOperations(input, errors));
  const reference = await referenceAt(site.db, actor.revision);
  const project = await findProject(site, actor, take(operations, 'project'), errors);
  const issueType = findIssueType(take(operations, 'issuetype'), reference, project, errors);
  const reporterId = actor.user?.id ?? null;
  const ground: Ground = {
    screen: 'create',
    reference,
    project,
    issueType,
    grants: await grantsOf(site, actor),
    facts: { reporterId, assigneeId: null },
  };
  const work = await chooseFields(operations, ground, errors);
  const lookups = await lookUp(site, actor, ground, work, { automaticAssignee: true });
  const draft: Draft = {
    issueTypeId: issueType?.id ?? 0,
    parentId: null,
    summary: '',
    description: null,
    environment: null,
    priorityId: reference.defaultPriority?.id ?? null,
    resolutionId: null,
    // Who assigns nobody gets what "Automatic" says, as in Jira.
    assigneeId: lookups.automaticAssigneeId,
    reporterId,
    dueDate: null,
    originalEstimate: null,
    remainingEstimate: null,
    labels: [],
    custom: new Map(),
  };
  applyFields(draft, work, { ...lookups, screen: 'create', reference, project, issueType }, errors);
  errors.throwIfAny();
  const workflow = workflowOf(reference, project!.workflowSchemeId, issueType!.id);
  return {
    project: project!,
    statusId: workflow.initialStatus,
    draft,
    properties: parseProperties(input.properties),
  };
}

/** Takes a field out of the operations that decides on all others. */
function take(operations: Map<string, readonly Operation[]>, id: string): unknown {
  const value = operations.get(id)?.at(-1)?.value;
  operations.delete(id);
  return value;
}

/**
 * The project that an issue is to be made in. A project that who asks does not see is answered like one
 * that does not exist; nobody signed in is asked to sign in, whatever the project.
 */
async function findProject(
  site: Site,
  actor: Actor,
  value: unknown,
  errors: FieldErrors,
): Promise<Project | undefined> {
  const project = projectNamed(value, await projectsAt(site.db, actor.revision));
  const grants = await grantsOf(site, actor);
  if (project !== undefined && (await grants.inProject('CREATE_ISSUES', project))) return project;
  if (actor.user === null) throw notSignedIn();
  const sees = project !== undefined && (await grants.somewhereInProject('BROWSE_PROJECTS', project));
  if (sees) errors.add('project', 'You do not have permission to create issues in this project.');
  else if (value === undefined || value === null) errors.add('project', 'project is required');
  else errors.add('project', 'valid project is required');
  return undefined;
}

function projectNamed(value: unknown, projects: Projects): Project | undefined {
  if (!isObject(value)) return undefined;
  const id = textOf(value, 'id');
  if (id !== undefined) return projects.all.find((project) => String(project.id) === id);
  const key = textOf(value, 'key');
  return key === undefined ? undefined : projects.byKey(key);
}

function findIssueType(
  value: unknown,
  reference: Reference,
  project: Project | undefined,
  errors: FieldErrors,
): IssueType | undefined {
  if (value === undefined || value === null) {
    errors.add('issuetype', 'valid issue type is required');
    return undefined;
  }
  let found: IssueType | undefined;
  errors.collect(() => {
    found = parseIssueType(value, reference, project);
  });
  return found;
}

async function write(
  trx: Db,
  site: Site,
  actor: Actor,
  { project, statusId, draft, properties }: PreparedIssue,
): Promise<CreatedIssue> {
  const number = await takeIssueNumber(trx, project.id);
  if (number === undefined) throw new BadRequest({ fields: { project: 'valid project is required' } });
  if (draft.parentId !== null && !(await holdIssue(trx, draft.parentId))) {
    throw new BadRequest({ fields: { parent: 'Could not find issue by id or key.' } });
  }
  const at = site.clock.now();
  const creatorId = actor.user?.id ?? null;
  const id = await insertIssue(trx, { projectId: project.id, number, statusId, creatorId, at }, draft);
  for (const property of properties) await putProperty(trx, 'issue', id, property);
  await watchFromNowOn(trx, actor, id, at);
  return { id, key: issueKey(project, { number }) };
}
