import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { dialectOf } from '../../src/db/dialect.ts';
import {
  fullTextOf,
  indexCommentText,
  indexCustomFieldText,
  indexIssueText,
  rebuildFullText,
  type TextQuery,
  type TextTarget,
} from '../../src/db/full-text.ts';
import type { Db } from '../../src/db/tables.ts';
import { inTransaction } from '../../src/db/transaction.ts';
import { wordsOf } from '../../src/db/words.ts';
import { openFresh } from '../db/open-database.ts';
import { engines } from '../support/databases.ts';

const phrase = (text: string): TextQuery => ({ kind: 'phrase', words: wordsOf(text), prefix: false });
const prefix = (text: string): TextQuery => ({ kind: 'phrase', words: wordsOf(text), prefix: true });
const all = (...parts: TextQuery[]): TextQuery => ({ kind: 'and', parts, without: [] });
const any = (...parts: TextQuery[]): TextQuery => ({ kind: 'or', parts });
const but = (part: TextQuery, ...without: TextQuery[]): TextQuery => ({
  kind: 'and',
  parts: [part],
  without,
});

async function find(db: Db, target: TextTarget, query: TextQuery): Promise<number[]> {
  const { rows } = await sql<
    Record<string, number>
  >`${fullTextOf(dialectOf(db)).matches(target, query)}`.execute(db);
  return rows.map((row) => Object.values(row)[0]!).sort((a, b) => a - b);
}

let issueNumber = 0;

async function addIssue(db: Db, text: { summary: string; description?: string | null }): Promise<number> {
  const [project] = await db.selectFrom('projects').select('id').limit(1).execute();
  const { id } = await db
    .insertInto('issues')
    .values({
      project_id: project?.id ?? (await addProject(db)),
      number: ++issueNumber,
      issue_type_id: 10002,
      parent_id: null,
      summary: text.summary,
      description: text.description ?? null,
      environment: null,
      status_id: 1,
      priority_id: null,
      resolution_id: null,
      assignee_id: null,
      reporter_id: null,
      creator_id: null,
      due_date: null,
      created_at: 0,
      updated_at: 0,
      resolved_at: null,
    } as never)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function addProject(db: Db): Promise<number> {
  const { id: lead } = await db
    .insertInto('users')
    .values({
      key: 'k',
      account_id: 'a',
      name: 'n',
      name_folded: 'n',
      email: 'e',
      email_folded: 'e',
      display_name: 'd',
      display_name_folded: 'd',
      time_zone: 'UTC',
      locale: 'en_US',
      active: 1,
      password_hash: null,
      created_at: 0,
      updated_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('projects')
    .values({
      key: 'QA',
      name: 'QA',
      name_folded: 'qa',
      description: '',
      url: '',
      lead_user_id: lead,
      type_key: 'software',
      assignee_type: 'UNASSIGNED',
      permission_scheme_id: 0,
      issue_type_scheme_id: 10000,
      workflow_scheme_id: 10001,
      last_issue_number: 0,
      created_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function indexed(db: Db, summary: string, description: string | null = null): Promise<number> {
  const id = await addIssue(db, { summary, description });
  await indexIssueText(db, id, { summary, description, environment: null });
  return id;
}

describe.each(engines)('full text on %s', (engine) => {
  test('finds words by their stems, phrases, prefixes, and combinations', async () => {
    const { db } = await openFresh(engine);
    const running = await indexed(db, 'The server is running out of memory', 'to be, or not to be');
    const login = await indexed(db, 'Login fails: "QA-31" in notes.txt & memory', 'Ärger mit Größe 日本語');
    const both = [running, login];
    for (const [query, found] of [
      [phrase('runs'), [running]],
      [phrase('RUNNING'), [running]],
      [phrase('memory'), both],
      [phrase('running out'), [running]],
      [phrase('out running'), []],
      [prefix('mem'), both],
      [prefix('out of me'), [running]],
      [phrase('mem'), []],
      [phrase('the'), [running]],
      [phrase('31'), [login]],
      [phrase('qa-31'), [login]],
      [phrase('notes'), [login]],
      [phrase('txt'), [login]],
      [all(phrase('login'), phrase('fail')), [login]],
      [all(phrase('login'), phrase('running')), []],
      [any(phrase('login'), phrase('running')), both],
      [but(phrase('memory'), phrase('login')), [running]],
      [but(phrase('memory'), any(phrase('login'), phrase('server'))), []],
      [all(any(phrase('server'), phrase('login')), but(phrase('memory'), phrase('qa'))), [running]],
    ] as const) {
      expect([query, await find(db, 'summary', query)]).toEqual([query, found]);
    }
    for (const [text, found] of [
      ['to be', [running]],
      ['ÄRGER', [login]],
      ['arger', []],
      ['größe', [login]],
      ['本', [login]],
      ['日本', [login]],
      ['本日', []],
      ['memory', []],
    ] as const) {
      expect([text, await find(db, 'description', phrase(text))]).toEqual([text, found]);
    }
    expect(await find(db, 'environment', phrase('memory'))).toEqual([]);
  });

  test('follows changes and deletions, also of what a deletion takes along', async () => {
    const { db } = await openFresh(engine);
    const issue = await indexed(db, 'before');
    await inTransaction(db, async (trx) => {
      await indexIssueText(trx, issue, { summary: 'after', description: 'new', environment: null });
    });
    expect(await find(db, 'summary', phrase('before'))).toEqual([]);
    expect(await find(db, 'summary', phrase('after'))).toEqual([issue]);
    const { id: comment } = await db
      .insertInto('comments')
      .values({
        issue_id: issue,
        author_id: null,
        updater_id: null,
        body: 'said',
        visibility_type: null,
        visibility_id: null,
        created_at: 0,
        updated_at: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await indexCommentText(db, comment, 'said');
    const { id: field } = await db
      .insertInto('custom_fields')
      .values({ name: 'f', description: '', type_key: 't', searcher_key: null, position: 0 })
      .returning('id')
      .executeTakeFirstOrThrow();
    const { id: value } = await db
      .insertInto('custom_field_values')
      .values({
        issue_id: issue,
        field_id: field,
        text_value: 'written',
        number_value: null,
        time_value: null,
        option_id: null,
        user_id: null,
        position: 0,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await indexCustomFieldText(db, value, 'written');
    expect(await find(db, 'comment', phrase('said'))).toEqual([comment]);
    expect(await find(db, 'customField', phrase('written'))).toEqual([value]);

    await rebuildFullText(db);
    expect(await find(db, 'summary', phrase('before'))).toEqual([issue]);
    expect(await find(db, 'comment', phrase('said'))).toEqual([comment]);

    await db.deleteFrom('issues').where('id', '=', issue).execute();
    for (const target of ['summary', 'description', 'comment', 'customField'] as const) {
      for (const word of ['before', 'new', 'said', 'written']) {
        expect(await find(db, target, phrase(word))).toEqual([]);
      }
    }
  });

  test('an issue that was never indexed can be deleted', async () => {
    const { db } = await openFresh(engine);
    const id = await addIssue(db, { summary: 'x' });
    await db.deleteFrom('issues').where('id', '=', id).execute();
    expect(await db.selectFrom('issues').select('id').execute()).toEqual([]);
  });

  test('takes texts that databases choke on', async () => {
    const { db } = await openFresh(engine);
    const distinct = Array.from({ length: 300_000 }, (_, index) => `w${index.toString(36)}`).join(' ');
    const wide = Array.from(
      { length: 60_000 },
      (_, index) => String.fromCodePoint(0x10400 + (index % 80)) + index,
    );
    for (const text of [
      distinct,
      wide.join(' '),
      'x'.repeat(1_000_000),
      'é'.repeat(3000),
      '',
      '\'"\\:*&|!()<->',
      '\ud800 lone \udfff',
      '\u0301',
    ]) {
      const id = await indexed(db, `marker ${text}`, text);
      expect(await find(db, 'summary', phrase('marker'))).toContain(id);
      await db.deleteFrom('issues').where('id', '=', id).execute();
    }
    const id = await indexed(db, 'x'.repeat(5000));
    expect(await find(db, 'summary', phrase('x'.repeat(5000)))).toEqual([id]);
    for (const strange of ['\u0301', 'a\u0301\u0301', '１２', 'ⅷ', '²', 'ﬁ', 'İ']) {
      const words = wordsOf(strange);
      if (words.length > 0) await find(db, 'summary', { kind: 'phrase', words, prefix: true });
    }
  });
});
