import { indexCustomFieldText, indexIssueText } from '../db/full-text.ts';
import type { Db, IssueRow } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import { recordDeletedWorklogs } from '../projects/deleted-worklogs.ts';
import type { CustomEntry, Draft } from './fields/field.ts';
import type { CustomValue } from './issue.ts';
import { listCustomValues, listLabels } from './issue-store.ts';

/** An issue as it stands inside a transaction that is about to change it. */
export interface LockedIssue {
  readonly draft: Draft;
  readonly statusId: number;
  readonly resolvedAt: number | null;
  readonly timeSpent: number | null;
}

/**
 * Reads an issue for changing it and makes every other change of it wait until this transaction ends, so
 * that none is lost. Labels and custom values only when they are to be changed. undefined: it is gone.
 */
export async function lockIssue(
  trx: Db,
  id: number,
  { labels, custom }: { readonly labels: boolean; readonly custom: boolean },
): Promise<LockedIssue | undefined> {
  const row = await trx
    .updateTable('issues')
    .set((eb) => ({ status_id: eb.ref('status_id') }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    statusId: row.status_id,
    resolvedAt: row.resolved_at,
    timeSpent: row.time_spent,
    draft: {
      issueTypeId: row.issue_type_id,
      parentId: row.parent_id,
      summary: row.summary,
      description: row.description,
      environment: row.environment,
      priorityId: row.priority_id,
      resolutionId: row.resolution_id,
      assigneeId: row.assignee_id,
      reporterId: row.reporter_id,
      dueDate: row.due_date,
      originalEstimate: row.original_estimate,
      remainingEstimate: row.remaining_estimate,
      labels: labels ? await listLabels(trx, id) : [],
      custom: custom ? entriesOf(await listCustomValues(trx, [id])) : new Map(),
    },
  };
}

function entriesOf(values: readonly CustomValue[]): Map<number, CustomEntry[]> {
  const entries = new Map<number, CustomEntry[]>();
  for (const { fieldId, text, number, time, optionId, userId } of values) {
    const entry = {
      ...(text !== null && { text }),
      ...(number !== null && { number }),
      ...(time !== null && { time }),
      ...(optionId !== null && { optionId }),
      ...(userId !== null && { userId }),
    };
    const known = entries.get(fieldId);
    if (known === undefined) entries.set(fieldId, [entry]);
    else known.push(entry);
  }
  return entries;
}

/** The columns that hold what a draft holds. */
function columnsOf(draft: Draft) {
  return {
    issue_type_id: draft.issueTypeId,
    parent_id: draft.parentId,
    summary: draft.summary,
    description: draft.description,
    environment: draft.environment,
    priority_id: draft.priorityId,
    resolution_id: draft.resolutionId,
    assignee_id: draft.assigneeId,
    reporter_id: draft.reporterId,
    due_date: draft.dueDate,
    original_estimate: draft.originalEstimate,
    remaining_estimate: draft.remainingEstimate,
  };
}

export interface NewIssueRow {
  readonly projectId: number;
  readonly number: number;
  readonly statusId: number;
  readonly creatorId: number | null;
  readonly at: number;
}

/** Hands out the project's next issue number; undefined: the project is gone. */
export async function takeIssueNumber(trx: Db, projectId: number): Promise<number | undefined> {
  const row = await trx
    .updateTable('projects')
    .set((eb) => ({ last_issue_number: eb('last_issue_number', '+', 1) }))
    .where('id', '=', projectId)
    .returning('last_issue_number')
    .executeTakeFirst();
  return row?.last_issue_number;
}

export async function insertIssue(trx: Db, issue: NewIssueRow, draft: Draft): Promise<number> {
  const { id } = await trx
    .insertInto('issues')
    .values({
      ...columnsOf(draft),
      project_id: issue.projectId,
      number: issue.number,
      status_id: issue.statusId,
      creator_id: issue.creatorId,
      created_at: issue.at,
      updated_at: issue.at,
      resolved_at: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertLabels(trx, id, draft.labels);
  for (const [fieldId, entries] of draft.custom) await insertCustomValues(trx, id, fieldId, entries);
  await indexIssueText(trx, id, draft);
  return id;
}

export interface IssueChange {
  readonly before: Draft;
  readonly after: Draft;
  /** Columns that no field writes. */
  readonly columns?: Partial<Pick<IssueRow, 'status_id' | 'resolved_at' | 'time_spent'>>;
  readonly at: number;
}

/** Writes what differs and nothing else. */
export async function updateIssue(
  trx: Db,
  id: number,
  { before, after, columns, at }: IssueChange,
): Promise<void> {
  const old = columnsOf(before);
  const changed = Object.entries(columnsOf(after)).filter(([column, value]) => {
    return value !== old[column as keyof typeof old];
  });
  await trx
    .updateTable('issues')
    .set({ ...Object.fromEntries(changed), ...columns, updated_at: at })
    .where('id', '=', id)
    .execute();
  await changeLabels(trx, id, before.labels, after.labels);
  for (const fieldId of new Set([...before.custom.keys(), ...after.custom.keys()])) {
    const entries = after.custom.get(fieldId) ?? [];
    if (sameEntries(before.custom.get(fieldId) ?? [], entries)) continue;
    await trx
      .deleteFrom('custom_field_values')
      .where('issue_id', '=', id)
      .where('field_id', '=', fieldId)
      .execute();
    await insertCustomValues(trx, id, fieldId, entries);
  }
  if (changed.some(([column]) => texts.has(column))) await indexIssueText(trx, id, after);
}

const texts: ReadonlySet<string> = new Set(['summary', 'description', 'environment']);

async function changeLabels(
  trx: Db,
  issueId: number,
  before: readonly string[],
  after: readonly string[],
): Promise<void> {
  const gone = before.filter((label) => !after.includes(label));
  if (gone.length > 0) {
    await trx.deleteFrom('issue_labels').where('issue_id', '=', issueId).where('label', 'in', gone).execute();
  }
  await insertLabels(
    trx,
    issueId,
    after.filter((label) => !before.includes(label)),
  );
}

async function insertLabels(trx: Db, issueId: number, labels: readonly string[]): Promise<void> {
  if (labels.length === 0) return;
  await trx
    .insertInto('issue_labels')
    .values(labels.map((label) => ({ issue_id: issueId, label, label_folded: fold(label) })))
    .execute();
}

async function insertCustomValues(
  trx: Db,
  issueId: number,
  fieldId: number,
  entries: readonly CustomEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = await trx
    .insertInto('custom_field_values')
    .values(
      entries.map((entry, position) => ({
        issue_id: issueId,
        field_id: fieldId,
        text_value: entry.text ?? null,
        number_value: entry.number ?? null,
        time_value: entry.time ?? null,
        option_id: entry.optionId ?? null,
        user_id: entry.userId ?? null,
        position,
      })),
    )
    .returning(['id', 'text_value'])
    .execute();
  for (const { id, text_value } of rows)
    if (text_value !== null) await indexCustomFieldText(trx, id, text_value);
}

function sameEntries(a: readonly CustomEntry[], b: readonly CustomEntry[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An issue with its sub-tasks, and with what hangs on them by no foreign key. */
export async function deleteIssueRows(trx: Db, id: number, at: number): Promise<void> {
  const issues = trx
    .selectFrom('issues')
    .select('issues.id')
    .where((eb) => eb.or([eb('issues.id', '=', id), eb('issues.parent_id', '=', id)]));
  const comments = trx.selectFrom('comments').select('comments.id').where('issue_id', 'in', issues);
  for (const [type, owners] of [
    ['comment', comments],
    ['issue', issues],
  ] as const) {
    await trx
      .deleteFrom('entity_properties')
      .where('entity_type', '=', type)
      .where('entity_id', 'in', owners)
      .execute();
  }
  await recordDeletedWorklogs(trx, issues, at);
  await trx
    .deleteFrom('issues')
    .where((eb) => eb.or([eb('id', '=', id), eb('parent_id', '=', id)]))
    .execute();
}
