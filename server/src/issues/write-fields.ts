import type { Actor } from '../identity.ts';
import type { ProjectPermission } from '../permissions/permission-keys.ts';
import { type Grants, grantsOf, type IssueFacts } from '../permissions/permissions.ts';
import { type Project, projectsAt } from '../projects/project-cache.ts';
import type { Site } from '../site.ts';
import { usersById, usersByWord } from '../users/user-store.ts';
import type { Reference } from '../workflows/reference.ts';
import {
  type Draft,
  type Field,
  type Lookups,
  notOnScreen,
  type Operation,
  type Screen,
  type WriteContext,
} from './fields/field.ts';
import { parentAddress } from './fields/parent.ts';
import { fieldsOf, isOnScreen } from './fields/registry.ts';
import type { RelatedIssue } from './issue.ts';
import type { FieldErrors, Operations } from './issue-input.ts';
import { findIssueById, findIssueByNumber, nobody } from './issue-store.ts';

/** A field with what shall happen to it. */
export interface FieldWork {
  readonly field: Field;
  readonly operations: readonly Operation[];
}

/** Where a write happens, and what its writer may. */
export interface Ground {
  readonly screen: Screen;
  readonly reference: Reference;
  readonly project: Project | undefined;
  readonly issueType: WriteContext['issueType'];
  readonly grants: Grants;
  /** Of the issue, or of the one to be made. */
  readonly facts: IssueFacts;
}

/**
 * The fields that the operations name, in the order they are applied in. Those that the screen, the
 * issue type or a permission does not offer are errors, worded as for fields that do not exist.
 */
export async function chooseFields(
  operations: Operations,
  ground: Ground,
  errors: FieldErrors,
): Promise<FieldWork[]> {
  const fields = fieldsOf(ground.reference);
  const chosen: FieldWork[] = [];
  for (const id of operations.keys()) if (!fields.has(id)) errors.add(id, notOnScreen(id));
  for (const field of fields.values()) {
    const list = operations.get(field.id);
    if (list === undefined) continue;
    const { screen, issueType } = ground;
    if (!isOnScreen(field, screen, issueType) || !(await isAllowed(field.permission, ground))) {
      errors.add(field.id, notOnScreen(field.id));
      continue;
    }
    const wrong = list.find(({ verb }) => !field.verbs.includes(verb));
    if (wrong !== undefined) {
      const supported = field.verbs.map((verb) => `'${verb}'`).join(', ');
      errors.add(
        field.id,
        `Field '${field.id}' does not support operation '${wrong.verb}' Supported operation(s) are: ${supported}`,
      );
      continue;
    }
    chosen.push({ field, operations: list });
  }
  return chosen;
}

export async function isAllowed(
  permission: ProjectPermission | undefined,
  { project, grants, facts }: Pick<Ground, 'project' | 'grants' | 'facts'>,
): Promise<boolean> {
  if (permission === undefined || project === undefined) return true;
  return grants.onIssue(permission, project, facts);
}

/** Everybody and every issue that the operations name, in at most three statements. */
export async function lookUp(
  site: Site,
  actor: Actor,
  ground: Ground,
  work: readonly FieldWork[],
  { automaticAssignee }: { automaticAssignee: boolean },
): Promise<Lookups> {
  const words = work.flatMap(({ field, operations }) =>
    operations.flatMap(({ value }) => field.namesUsers?.(value) ?? []),
  );
  const users = await usersByWord(site.db, words);
  const { project } = ground;
  const assignable = new Set<number>();
  let automaticAssigneeId: number | null = null;
  if (project !== undefined) {
    for (const user of users.values()) {
      if (user.active && (await isAssignable(site, actor, project, user.id))) assignable.add(user.id);
    }
    if (automaticAssignee) automaticAssigneeId = await findAutomaticAssignee(site, actor, project);
  }
  return { users, assignable, automaticAssigneeId, parent: await findParent(site, actor, ground, work) };
}

async function isAssignable(site: Site, actor: Actor, project: Project, userId: number): Promise<boolean> {
  const grants = await grantsOf(site, { user: { id: userId }, revision: actor.revision });
  return grants.inProject('ASSIGNABLE_USER', project);
}

/**
 * The project's lead where the project says so. Jira refuses the issue when the lead cannot be assigned
 * issues; here it is unassigned, so that a lead who left stops nobody from reporting.
 */
async function findAutomaticAssignee(site: Site, actor: Actor, project: Project): Promise<number | null> {
  if (project.assigneeType !== 'PROJECT_LEAD') return null;
  const lead = (await usersById(site.db, [project.leadUserId])).get(project.leadUserId);
  if (lead === undefined || !lead.active) return null;
  return (await isAssignable(site, actor, project, lead.id)) ? lead.id : null;
}

/** undefined also for an issue that who asks may not see: the two are told apart by nobody. */
async function findParent(
  site: Site,
  actor: Actor,
  { grants }: Ground,
  work: readonly FieldWork[],
): Promise<RelatedIssue | undefined> {
  const operation = work.find(({ field }) => field.id === 'parent')?.operations.at(-1);
  const address = operation && parentAddress(operation.value);
  if (address === undefined) return undefined;
  const projects = await projectsAt(site.db, actor.revision);
  if ('id' in address) {
    const issue = await findIssueById(site.db, address.id, nobody);
    const project = issue && projects.byId(issue.projectId);
    return project && (await grants.onIssue('BROWSE_PROJECTS', project, issue)) ? issue : undefined;
  }
  const project = projects.byKey(address.projectKey);
  const issue = project && (await findIssueByNumber(site.db, project.id, address.number, nobody));
  return issue && (await grants.onIssue('BROWSE_PROJECTS', project, issue)) ? issue : undefined;
}

/** Applies all operations to the draft and checks what became of it; every mistake goes into `errors`. */
export function applyFields(
  draft: Draft,
  work: readonly FieldWork[],
  context: WriteContext,
  errors: FieldErrors,
): void {
  for (const { field, operations } of work) {
    errors.collect(() => {
      for (const operation of operations) field.apply(draft, operation, context);
    });
  }
  const checked =
    context.screen === 'create' ? fieldsOf(context.reference).values() : work.map(({ field }) => field);
  for (const field of checked) {
    if (!errors.has(field.id)) errors.collect(() => field.check?.(draft, context));
  }
}
