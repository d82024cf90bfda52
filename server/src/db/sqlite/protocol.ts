import type { Bindable } from './parameters.ts';

/** The messages between the main thread and a database thread (thread.ts). */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly Bindable[];
}

export interface ThreadOptions {
  readonly file: string;
  readonly readOnly: boolean;
}

export type ThreadRequest =
  /** Statements of their own: each is committed or fails by itself, and all share one sync to disk. */
  | { readonly kind: 'batch'; readonly statements: readonly Statement[] }
  /** A statement of the open transaction; `begin` opens it first. */
  | { readonly kind: 'step'; readonly begin: boolean; readonly statement: Statement }
  | { readonly kind: 'end'; readonly commit: boolean }
  | { readonly kind: 'close' };

export interface StatementResult {
  readonly rows: unknown[];
  readonly changes?: number;
  readonly insertId?: number;
}

/** An SQLite error, taken apart to travel between threads with its codes. */
export interface StatementFailure {
  readonly message: string;
  readonly code: string | undefined;
  readonly errcode: number | undefined;
}

export type Outcome = { readonly result: StatementResult } | { readonly failure: StatementFailure };

export type ThreadReply =
  /** The connection could not be opened; the thread ends. */
  | { readonly kind: 'unopened'; readonly failure: StatementFailure }
  | { readonly kind: 'failed'; readonly failure: StatementFailure }
  /** One outcome per statement of the request; none for 'end'. */
  | { readonly kind: 'done'; readonly outcomes: readonly Outcome[] }
  /** Another process holds the write lock; nothing has happened. */
  | { readonly kind: 'busy' };
