import type { StatementFailure, ThreadReply } from './protocol.ts';

// https://www.sqlite.org/rescode.html; the low byte of an extended code is its primary code.
const busy = 5;

/** An error of SQLite that came from a database thread; carries the same codes as node:sqlite's own. */
export class SqliteError extends Error {
  readonly code: string | undefined;
  readonly errcode: number | undefined;
  readonly sql: string | undefined;

  constructor(failure: StatementFailure, sql?: string) {
    super(failure.message);
    this.name = 'SqliteError';
    this.code = failure.code;
    this.errcode = failure.errcode;
    this.sql = sql;
  }
}

export function failureOf(error: unknown): StatementFailure {
  const { message, code, errcode } = error as { message?: string; code?: string; errcode?: number };
  return { message: message ?? String(error), code, errcode };
}

/** SQLite's extended result code, for an error of SQLite. */
export function sqliteErrorCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'ERR_SQLITE_ERROR')
    return undefined;
  const { errcode } = error as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode : undefined;
}

export function isBusy(error: unknown): boolean {
  const code = sqliteErrorCode(error);
  return code !== undefined && (code & 0xff) === busy;
}

/** Why a thread did not do what was asked. */
export function replyError(reply: ThreadReply): SqliteError {
  if (reply.kind === 'failed') return new SqliteError(reply.failure);
  return new SqliteError({
    message: 'The database is locked by another process',
    code: 'ERR_SQLITE_ERROR',
    errcode: busy,
  });
}
