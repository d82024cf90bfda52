import { sql } from 'kysely';
import type { FullText, TextQuery, TextTarget } from '../full-text.ts';

/**
 * FTS5 tables without a copy of the texts. Diacritics count, as they do in PostgreSQL. Rows go with what
 * they were made of by triggers, which also fire where a foreign key cascades.
 */
const options = `content='', contentless_delete=1, tokenize='porter unicode61 remove_diacritics 0'`;

const tables = { comment: 'comment_texts', customField: 'custom_field_texts' } as const;
const sources = {
  issue_texts: 'issues',
  comment_texts: 'comments',
  custom_field_texts: 'custom_field_values',
};

export const sqliteFullText: FullText = {
  async createTables(db) {
    const columns = {
      issue_texts: 'summary, description, environment',
      comment_texts: 'body',
      custom_field_texts: 'body',
    };
    for (const [table, source] of Object.entries(sources)) {
      const listed = columns[table as keyof typeof columns];
      await sql.raw(`create virtual table ${table} using fts5 (${listed}, ${options})`).execute(db);
      await sql
        .raw(
          `create trigger ${table}_gone after delete on ${source} begin
            delete from ${table} where rowid = old.id;
          end`,
        )
        .execute(db);
    }
  },

  async indexIssue(db, issueId, { summary, description, environment }) {
    await sql`
      replace into issue_texts (rowid, summary, description, environment)
      values (${issueId}, ${summary}, ${description}, ${environment})
    `.execute(db);
  },

  async indexText(db, target, id, text) {
    await sql`replace into ${sql.table(tables[target])} (rowid, body) values (${id}, ${text})`.execute(db);
  },

  matches(target, query) {
    const table = sql.table(
      target === 'comment' || target === 'customField' ? tables[target] : 'issue_texts',
    );
    return sql`select rowid from ${table} where ${table} match ${matchText(target, query)}`;
  },
};

/** https://www.sqlite.org/fts5.html#full_text_query_syntax; every word stands between quotes. */
function matchText(target: TextTarget, query: TextQuery): string {
  const column = target === 'comment' || target === 'customField' ? 'body' : target;
  return `${column} : (${expression(query)})`;
}

function expression(query: TextQuery): string {
  if (query.kind === 'phrase') return `"${query.words.join(' ')}"${query.prefix ? ' *' : ''}`;
  const parts = query.parts.map((part) => `(${expression(part)})`);
  if (query.kind === 'or') return parts.join(' OR ');
  const without = query.without.map((part) => ` NOT (${expression(part)})`);
  return `(${parts.join(' AND ')})${without.join('')}`;
}
