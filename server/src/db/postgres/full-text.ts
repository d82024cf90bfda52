import { sql } from 'kysely';
import type { FullText, TextQuery } from '../full-text.ts';

const tables = { comment: 'comment_texts', customField: 'custom_field_texts' } as const;

/** English stems, but no stop words: whoever searches for "to do" or "IT" means it. */
const configuration = [
  `create text search dictionary tessera_stems (template = snowball, language = english)`,
  `create text search configuration tessera_text (copy = english)`,
  `alter text search configuration tessera_text alter mapping replace english_stem with tessera_stems`,
];

/** Tables apart from the issues', so that a changed status rewrites no index of words. */
const schema = [
  `create table issue_texts (
    id bigint primary key references issues (id) on delete cascade,
    summary tsvector not null,
    description tsvector,
    environment tsvector)`,
  'create index issue_texts_by_word on issue_texts using gin (summary, description, environment)',
  `create table comment_texts (
    id bigint primary key references comments (id) on delete cascade,
    body tsvector not null)`,
  'create index comment_texts_by_word on comment_texts using gin (body)',
  `create table custom_field_texts (
    id bigint primary key references custom_field_values (id) on delete cascade,
    body tsvector not null)`,
  'create index custom_field_texts_by_word on custom_field_texts using gin (body)',
];

const vector = (text: string | null) => sql`to_tsvector('tessera_text', ${text}::text)`;

export const postgresFullText: FullText = {
  async createTables(db) {
    for (const statement of [...configuration, ...schema]) await sql.raw(statement).execute(db);
  },

  async indexIssue(db, issueId, { summary, description, environment }) {
    await sql`
      insert into issue_texts (id, summary, description, environment)
      values (${issueId}, ${vector(summary)}, ${vector(description)}, ${vector(environment)})
      on conflict (id) do update set
        summary = excluded.summary, description = excluded.description, environment = excluded.environment
    `.execute(db);
  },

  async indexText(db, target, id, text) {
    await sql`
      insert into ${sql.table(tables[target])} (id, body) values (${id}, ${vector(text)})
      on conflict (id) do update set body = excluded.body
    `.execute(db);
  },

  matches(target, query) {
    const words = sql`to_tsquery('tessera_text', ${expression(query)})`;
    if (target === 'comment' || target === 'customField') {
      return sql`select id from ${sql.table(tables[target])} where body @@ ${words}`;
    }
    return sql`select id from issue_texts where ${sql.ref(target)} @@ ${words}`;
  },
};

/** PostgreSQL, "to_tsquery"; every word stands between quotes. */
function expression(query: TextQuery): string {
  if (query.kind === 'phrase') {
    const last = query.words.length - 1;
    return query.words
      .map((word, place) => `'${word}'${query.prefix && place === last ? ':*' : ''}`)
      .join(' <-> ');
  }
  const parts = query.parts.map((part) => `(${expression(part)})`);
  if (query.kind === 'or') return parts.join(' | ');
  const without = query.without.map((part) => ` & !(${expression(part)})`);
  return `(${parts.join(' & ')})${without.join('')}`;
}
