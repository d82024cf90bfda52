import { csvLine } from '../lib/csv.ts';
import { jsonLine } from '../lib/one-line.ts';
import { recordJson } from './audit-json.ts';
import type { AuditRecord } from './audit-store.ts';

export type ExportFormat = 'jsonl' | 'csv';

const columns = [
  'id',
  'at',
  'event',
  'summary',
  'category',
  'outcome',
  'actor',
  'actorKey',
  'via',
  'credentialId',
  'address',
  'userAgent',
  'requestId',
  'subjectType',
  'subjectId',
  'subject',
  'changes',
  'detail',
] as const;

/** The file's text, page by page; a record is one line of it. */
export async function* exportText(
  pages: AsyncIterable<readonly AuditRecord[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns);
  for await (const page of pages) {
    yield page
      .map((record) => (format === 'csv' ? csvRecord(record) : jsonLine(recordJson(record))))
      .join('');
  }
}

function csvRecord(record: AuditRecord): string {
  const { actor, subject, changes, detail, ...rest } = recordJson(record);
  const cells = {
    ...rest,
    actor: actor?.name ?? null,
    actorKey: actor?.key ?? null,
    subjectType: subject?.type ?? null,
    subjectId: subject?.id ?? null,
    subject: subject?.name ?? null,
    changes: changes.length === 0 ? null : JSON.stringify(changes),
    detail: detail === null ? null : JSON.stringify(detail),
  };
  return csvLine(columns.map((column) => cells[column]));
}
