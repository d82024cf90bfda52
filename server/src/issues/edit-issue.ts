import { BadRequest } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import { referenceAt } from '../workflows/reference.ts';
import type { NewComment } from './comment-store.ts';
import { type CommentInput, parseNewComment } from './comments.ts';
import { fieldError, isObject, type Operation, type Screen } from './fields/field.ts';
import { requireOnIssue, type SeenIssue, seeIssue } from './issue-access.ts';
import { FieldErrors, type FieldsInput, parseOperations } from './issue-input.ts';
import { mayNotEdit, parseProperties } from './properties.ts';
import { type PlannedChange, saveChange } from './save-change.ts';
import { chooseFields, type Ground, lookUp } from './write-fields.ts';

export interface EditInput extends FieldsInput {
  readonly properties?: unknown;
}

/** Changes an issue's fields. Throws BadRequest with everything that is wrong with them. */
export async function editIssue(site: Site, actor: Actor, idOrKey: string, input: EditInput): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(actor, seen, 'EDIT_ISSUES', mayNotEdit);
  if (input.fields === undefined && input.update === undefined && input.properties === undefined) {
    throw new BadRequest("one of 'fields' or 'update' required");
  }
  const change = await planChange(site, actor, seen, 'edit', input);
  await saveChange(site, actor, { ...change, properties: parseProperties(input.properties) });
}

/** `PUT …/assignee`: needs the right to assign, not the one to edit. */
export async function assignIssue(site: Site, actor: Actor, idOrKey: string, value: unknown): Promise<void> {
  const seen = await seeIssue(site, actor, idOrKey);
  await requireOnIssue(actor, seen, 'ASSIGN_ISSUES', 'You do not have permission to assign issues.');
  const change = await planChange(site, actor, seen, 'edit', { fields: { assignee: value } });
  await saveChange(site, actor, change);
}

/** Reads what shall change and looks up whom and what it names; everything that needs no transaction. */
export async function planChange(
  site: Site,
  actor: Actor,
  seen: SeenIssue,
  screen: Screen,
  input: FieldsInput,
): Promise<PlannedChange> {
  const { issue, project } = seen;
  const errors = new FieldErrors();
  const operations = parseOperations(input, errors);
  const reference = await referenceAt(site.db, actor.revision);
  const issueType = reference.issueTypes.byId(issue.issueTypeId)!;
  const ground: Ground = {
    screen,
    reference,
    project,
    issueType,
    grants: await grantsOf(site, actor),
    facts: issue,
  };
  const work = await chooseFields(operations, ground, errors);
  const comments: Omit<NewComment, 'at'>[] = [];
  for (const operation of work.find(({ field }) => field.id === 'comment')?.operations ?? []) {
    await errors.collectAsync(async () => {
      comments.push(await parseNewComment(site, actor, seen, commentOf(operation)));
    });
  }
  const automatic = work.some(({ field }) => field.id === 'assignee');
  const lookups = await lookUp(site, actor, ground, work, { automaticAssignee: automatic });
  return {
    issueId: issue.id,
    work,
    context: { ...lookups, screen, reference, project, issueType },
    errors,
    comments,
    properties: [],
  };
}

function commentOf({ value }: Operation): CommentInput {
  if (!isObject(value)) throw fieldError('comment', 'data was not an object');
  return { body: value.body, visibility: value.visibility };
}
