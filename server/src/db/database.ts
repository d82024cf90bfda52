import type { Dialect } from './dialect.ts';
import { connectSqlite } from './sqlite/connect.ts';
import type { Db } from './tables.ts';

/** The part of a logger that the database layer needs. */
export interface DatabaseLog {
  error(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

export interface DatabaseOptions {
  /** `postgres://…`; without it SQLite in `folder`. */
  readonly url?: string | undefined;
  /** The data folder; SQLite's file in it is tessera.db. */
  readonly folder: string;
  readonly log?: DatabaseLog | undefined;
  /** Connections to PostgreSQL for ordinary work; default 10. */
  readonly poolSize?: number | undefined;
}

export interface Database {
  readonly db: Db;
  /** For long searches: read-only, apart from the connections that everything else waits for. */
  readonly searchDb: Db;
  readonly dialect: Dialect;
  close(): Promise<void>;
}

export async function connectDatabase(options: DatabaseOptions): Promise<Database> {
  const log = options.log ?? silentLog;
  if (options.url !== undefined && options.url !== '') {
    // Loaded when needed: SQLite, the default, starts sooner and smaller without it.
    const { connectPostgres } = await import('./postgres/connect.ts');
    return connectPostgres({ url: options.url, poolSize: options.poolSize ?? 10, log });
  }
  return connectSqlite({ folder: options.folder, log });
}

const silentLog: DatabaseLog = { error() {}, warn() {} };
