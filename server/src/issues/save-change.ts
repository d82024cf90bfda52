import { indexCommentText } from '../db/full-text.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Actor } from '../identity.ts';
import type { Site } from '../site.ts';
import { usersById } from '../users/user-store.ts';
import type { Reference } from '../workflows/reference.ts';
import { type ChangeItem, insertChange } from './change-store.ts';
import { insertComment, type NewComment } from './comment-store.ts';
import { type LockedIssue, lockIssue, updateIssue } from './draft-store.ts';
import type { Draft, Field, WriteContext } from './fields/field.ts';
import { fieldsOf } from './fields/registry.ts';
import { issueMissing } from './issue-access.ts';
import type { FieldErrors } from './issue-input.ts';
import { type PropertyInput, putProperty } from './property-store.ts';
import { refusingVanished } from './vanished.ts';
import { watchFromNowOn } from './watchers.ts';
import { applyFields, type FieldWork } from './write-fields.ts';

export interface PlannedChange {
  readonly issueId: number;
  readonly work: readonly FieldWork[];
  readonly context: WriteContext;
  /** What is known to be wrong already; thrown together with what applying the fields finds. */
  readonly errors: FieldErrors;
  readonly comments: readonly Omit<NewComment, 'at'>[];
  readonly properties: readonly PropertyInput[];
  /**
   * What a transition does on top, given the issue as it is now: may change the draft, throws when the
   * issue cannot take it any more. Its columns and record are written along.
   */
  readonly transition?: (locked: LockedIssue, draft: Draft, at: number) => Moved;
}

export interface Moved {
  readonly columns: { readonly status_id: number; readonly resolved_at?: number | null };
  readonly items: readonly ChangeItem[];
}

/** Applies a change to an issue in one transaction, with the record of what changed. */
export async function saveChange(site: Site, actor: Actor, plan: PlannedChange): Promise<void> {
  const { issueId, work, context } = plan;
  const needs = {
    labels: work.some(({ field }) => field.id === 'labels'),
    custom: work.some(({ field }) => field.schema.customId !== undefined),
  };
  await refusingVanished(() =>
    inTransaction(site.db, async (trx) => {
      const at = site.clock.now();
      const locked = await lockIssue(trx, issueId, needs);
      if (locked === undefined) throw issueMissing(actor);
      const before = locked.draft;
      const after = { ...before, custom: new Map(before.custom) };
      const errors = plan.errors.copy();
      applyFields(after, work, context, errors);
      errors.throwIfAny();
      const moved = plan.transition?.(locked, after, at);

      const items = [
        ...(moved?.items ?? []),
        ...(await changeItems(trx, context.reference, before, after, recordedFields(plan))),
      ];
      if (items.length > 0 || moved !== undefined || plan.comments.length > 0) {
        await updateIssue(trx, issueId, { before, after, at, ...(moved && { columns: moved.columns }) });
      }
      if (items.length > 0) {
        await insertChange(trx, { issueId, authorId: actor.user?.id ?? null, createdAt: at, items });
      }
      for (const comment of plan.comments) {
        const id = await insertComment(trx, { ...comment, at });
        await indexCommentText(trx, id, comment.body);
      }
      if (plan.comments.length > 0) await watchFromNowOn(trx, actor, issueId, at);
      for (const property of plan.properties) await putProperty(trx, 'issue', issueId, property);
    }),
  );
}

/** A transition may change the resolution without being told. */
function recordedFields({ work, context, transition }: PlannedChange): readonly Field[] {
  const fields = work.map(({ field }) => field);
  const resolution = fieldsOf(context.reference).get('resolution')!;
  return transition === undefined || fields.includes(resolution) ? fields : [...fields, resolution];
}

async function changeItems(
  trx: Db,
  reference: Reference,
  before: Draft,
  after: Draft,
  fields: readonly Field[],
): Promise<ChangeItem[]> {
  const named = [before, after].flatMap(usersIn);
  const users = new Set(named).size === 0 ? new Map() : await usersById(trx, named);
  const naming = { reference, users };
  const parts = fields.flatMap((field) => {
    const fieldType = field.schema.customId === undefined ? ('jira' as const) : ('custom' as const);
    return (field.parts ?? [field]).map((part) => ({ part, fieldType }));
  });
  return parts.flatMap(({ part, fieldType }) => {
    const from = part.recorded(before, naming);
    const to = part.recorded(after, naming);
    if (from.value === to.value && from.text === to.text) return [];
    return {
      field: part.id,
      fieldType,
      from: from.value,
      fromString: from.text,
      to: to.value,
      toString: to.text,
    };
  });
}

function usersIn({ assigneeId, reporterId, custom }: Draft): number[] {
  const ids = [...custom.values()].flatMap((entries) => entries.map(({ userId }) => userId));
  return [assigneeId, reporterId, ...ids].filter((id) => id !== null && id !== undefined);
}
