import type { CompiledQuery } from 'kysely';
import type { Db } from './tables.ts';

/** What differs between the two databases, for migrations and the few stores that must know. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres';
  /** Type of a table's own id column, primary key included. */
  readonly identity: string;
  /** Type of a text column that sorts by code point on both, whatever the server's locale. */
  readonly text: string;
  /** Type of a column of raw bytes. */
  readonly bytes: string;
  /** After rows with fixed ids were inserted: ids handed out go on from 10000, or from the highest id. */
  continueIdsFrom10000(db: Db, tables: readonly string[]): Promise<void>;
  /** Holds up other migrating processes until the transaction ends. */
  lockForMigration(trx: Db): Promise<void>;
}

/**
 * One per open database, the same object from the root, any transaction of it and its search side: the
 * key of whatever is remembered per database.
 */
export interface DatabaseIdentity {
  readonly dialect: Dialect;
}

/** A query that runs over and over; the driver may hang its own prepared form on it. */
export interface HotQuery {
  readonly name: string;
  readonly compiled: CompiledQuery;
  prepared?: unknown;
}

/** Our Kysely adapters carry this: it is the one object that every handle of a database shares. */
export interface DatabaseAdapter {
  readonly identity: DatabaseIdentity;
  /** Runs a compiled query outside any transaction without Kysely's executor; absent where there is no such way. */
  readonly runHot?: (query: HotQuery, parameters: unknown[]) => Promise<unknown[]>;
}

export function adapterOf(db: Db): DatabaseAdapter {
  const adapter = db.getExecutor().adapter as unknown as DatabaseAdapter;
  if (adapter.identity === undefined) throw new Error('This Kysely was not made by connectDatabase');
  return adapter;
}

export function identityOf(db: Db): DatabaseIdentity {
  return adapterOf(db).identity;
}

export function dialectOf(db: Db): Dialect {
  return adapterOf(db).identity.dialect;
}
