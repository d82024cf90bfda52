import { type RawBuilder, sql } from 'kysely';
import { type Dialect, dialectOf } from './dialect.ts';
import { postgresFullText } from './postgres/full-text.ts';
import { sqliteFullText } from './sqlite/full-text.ts';
import type { Db } from './tables.ts';
import { indexableText } from './words.ts';

/** The texts of an issue that full-text search finds it by. */
export interface IssueText {
  readonly summary: string;
  readonly description: string | null;
  readonly environment: string | null;
}

/** What may be searched; a match's id is that of the issue, of the comment, of the custom field's value. */
export type TextTarget = 'summary' | 'description' | 'environment' | 'comment' | 'customField';

/** What a text must hold. Words are as wordsOf gives them, so no character of them means anything to a database. */
export type TextQuery =
  /** The words one after another; `prefix`: the last one may go on. */
  | { readonly kind: 'phrase'; readonly words: readonly string[]; readonly prefix: boolean }
  | { readonly kind: 'or'; readonly parts: readonly TextQuery[] }
  /** All parts (one at least) and none of `without`. */
  | {
      readonly kind: 'and';
      readonly parts: readonly TextQuery[];
      readonly without: readonly TextQuery[];
    };

/** What SQLite and PostgreSQL each do in their own way. Texts arrive as words between spaces. */
export interface FullText {
  createTables(db: Db): Promise<void>;
  indexIssue(db: Db, issueId: number, text: IssueText): Promise<void>;
  /** Texts of a comment or of a custom field's value. */
  indexText(db: Db, target: 'comment' | 'customField', id: number, text: string): Promise<void>;
  /** A subselect of the ids that match. */
  matches(target: TextTarget, query: TextQuery): RawBuilder<unknown>;
}

export const fullTextOf = (dialect: Dialect): FullText =>
  dialect.name === 'sqlite' ? sqliteFullText : postgresFullText;

/**
 * Call in the transaction that creates an issue or changes one of these texts, with all three as they
 * then are. Deleting needs no call: the index row goes with the issue. One statement.
 */
export async function indexIssueText(db: Db, issueId: number, text: IssueText): Promise<void> {
  await fullTextOf(dialectOf(db)).indexIssue(db, issueId, {
    summary: indexableText(text.summary),
    description: text.description === null ? null : indexableText(text.description),
    environment: text.environment === null ? null : indexableText(text.environment),
  });
}

/** Call in the transaction that adds a comment or changes its body. One statement. */
export async function indexCommentText(db: Db, commentId: number, body: string): Promise<void> {
  await fullTextOf(dialectOf(db)).indexText(db, 'comment', commentId, indexableText(body));
}

/** Call in the transaction that inserts a text value of a custom field, with the row's id. One statement. */
export async function indexCustomFieldText(db: Db, valueId: number, text: string): Promise<void> {
  await fullTextOf(dialectOf(db)).indexText(db, 'customField', valueId, indexableText(text));
}

const batchSize = 500;

/** Indexes every text there is: for data that did not come through the calls above (migrations, imports). */
export async function rebuildFullText(db: Db): Promise<void> {
  await inBatches(
    (after) =>
      db
        .selectFrom('issues')
        .select(['id', 'summary', 'description', 'environment'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(batchSize)
        .execute(),
    (row) => indexIssueText(db, row.id, row),
  );
  await inBatches(
    (after) =>
      db
        .selectFrom('comments')
        .select(['id', 'body'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(batchSize)
        .execute(),
    (row) => indexCommentText(db, row.id, row.body),
  );
  await inBatches(
    (after) =>
      db
        .selectFrom('custom_field_values')
        .select(['id', sql<string>`text_value`.as('text')])
        .where('id', '>', after)
        .where('text_value', 'is not', null)
        .orderBy('id')
        .limit(batchSize)
        .execute(),
    (row) => indexCustomFieldText(db, row.id, row.text),
  );
}

async function inBatches<R extends { readonly id: number }>(
  next: (after: number) => Promise<R[]>,
  index: (row: R) => Promise<void>,
): Promise<void> {
  let rows = await next(-1);
  while (rows.length > 0) {
    for (const row of rows) await index(row);
    rows = await next(rows.at(-1)!.id);
  }
}
