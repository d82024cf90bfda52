import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { type Reference, referenceAt, type Status, workflowOf } from '../workflows/reference.ts';
import { doneCategoryId } from '../workflows/status-category.ts';
import { transitionsFrom, type WorkflowTransition } from '../workflows/workflow.ts';
import type { LockedIssue } from './draft-store.ts';
import { planChange } from './edit-issue.ts';
import { type FieldMeta, fieldMetas } from './field-meta.ts';
import { type Draft, isObject, notOnScreen, textOf } from './fields/field.ts';
import { notSignedIn, type SeenIssue, seeIssue } from './issue-access.ts';
import type { FieldsInput } from './issue-input.ts';
import { issueKey } from './issue-key.ts';
import { type Moved, saveChange } from './save-change.ts';

export interface TransitionView {
  readonly transition: WorkflowTransition;
  readonly to: Status;
  readonly isGlobal: boolean;
  /** undefined: not asked for. */
  readonly fields: readonly FieldMeta[] | undefined;
}

/** What may be done next with an issue; nothing for who may do nothing, as in Jira. */
export async function viewTransitions(
  site: Site,
  actor: Actor,
  idOrKey: string,
  asked: { readonly withFields: boolean; readonly transitionId?: string | undefined },
): Promise<TransitionView[]> {
  const views = await transitionsOf(site, actor, await seeIssue(site, actor, idOrKey), asked.withFields);
  const { transitionId } = asked;
  return transitionId === undefined
    ? views
    : views.filter(({ transition }) => String(transition.id) === transitionId);
}

export async function transitionsOf(
  site: Site,
  actor: Actor,
  seen: SeenIssue,
  withFields: boolean,
): Promise<TransitionView[]> {
  const { issue, project, grants } = seen;
  if (!(await grants.onIssue('TRANSITION_ISSUES', project, issue))) return [];
  const reference = await referenceAt(site.db, actor.revision);
  const workflow = workflowOf(reference, project.workflowSchemeId, issue.issueTypeId);
  const metas = withFields ? await fieldMetas(site, actor, seen, 'transition') : undefined;
  return transitionsFrom(workflow, issue.statusId).map((transition) => {
    const to = reference.statuses.byId(transition.to)!;
    return {
      transition,
      to,
      isGlobal: transition.from.length === 0,
      fields: metas?.filter(({ field }) => field.id !== 'resolution' || endsWork(to)),
    };
  });
}

export interface TransitionInput extends FieldsInput {
  readonly transition?: unknown;
}

/**
 * Takes an issue through a transition. As Jira's simplified workflow does, entering a status of the Done
 * category sets a resolution (the one given, or the first there is), and leaving the category clears it.
 */
export async function transitionIssue(
  site: Site,
  actor: Actor,
  idOrKey: string,
  input: TransitionInput,
): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  const { issue, project, grants } = seen;
  const id = parseTransitionId(input.transition);
  const reference = await referenceAt(site.db, actor.revision);
  const workflow = workflowOf(reference, project.workflowSchemeId, issue.issueTypeId);
  const transition = workflow.transitions.find((one) => one.id === id);
  if (!(await grants.onIssue('TRANSITION_ISSUES', project, issue))) {
    // Jira answers 400 for who is signed in: without the right, the issue has no transitions.
    throw actor.user === null ? notSignedIn() : notThere(id);
  }
  if (transition === undefined) throw notThere(id);
  requireFrom(transition, issue.statusId, issueKey(project, issue));
  const to = reference.statuses.byId(transition.to)!;
  const change = await planChange(site, actor, seen, 'transition', input);
  if (!endsWork(to) && change.work.some(({ field }) => field.id === 'resolution')) {
    change.errors.add('resolution', notOnScreen('resolution'));
  }
  await saveChange(site, actor, {
    ...change,
    transition(locked, draft, at) {
      requireFrom(transition, locked.statusId, issueKey(project, issue));
      return move(reference, locked, draft, to, at);
    },
  });
}

const endsWork = (status: Status): boolean => status.category.id === doneCategoryId;

function move(reference: Reference, locked: LockedIssue, draft: Draft, to: Status, at: number): Moved {
  const from = reference.statuses.byId(locked.statusId);
  if (endsWork(to)) draft.resolutionId ??= reference.resolutions.all[0]?.id ?? null;
  else draft.resolutionId = null;
  const wasResolved = locked.draft.resolutionId !== null;
  const isResolved = draft.resolutionId !== null;
  return {
    columns: {
      status_id: to.id,
      ...(wasResolved !== isResolved && { resolved_at: isResolved ? at : null }),
    },
    items:
      locked.statusId === to.id
        ? []
        : [
            {
              field: 'status',
              fieldType: 'jira',
              from: String(locked.statusId),
              fromString: from?.name ?? null,
              to: String(to.id),
              toString: to.name,
            },
          ],
  };
}

function parseTransitionId(given: unknown): number {
  if (given === undefined || given === null) throw new BadRequest("Missing 'transition' identifier");
  const text = isObject(given) ? textOf(given, 'id') : undefined;
  if (isObject(given) && (given.id === undefined || given.id === null)) {
    throw new BadRequest("Missing 'transition' identifier");
  }
  // Seen in mozilla/jira-bugzilla-integration#303.
  if (text === undefined || !/^-?\d{1,15}$/.test(text)) {
    throw new BadRequest("'transition' identifier must be an integer");
  }
  return Number(text);
}

function notThere(id: number): BadRequest {
  return new BadRequest(`Transition id '${id}' is not valid for this issue.`);
}

function requireFrom({ name, from }: WorkflowTransition, statusId: number, key: string): void {
  if (from.length === 0 || from.includes(statusId)) return;
  throw new BadRequest(
    `It seems that you have tried to perform a workflow operation (${name}) that is not valid for the ` +
      `current state of this issue (${key}). The likely cause is that somebody has changed the issue ` +
      'recently, please look at the issue history for details.',
  );
}
