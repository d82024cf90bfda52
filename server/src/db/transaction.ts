import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type DatabaseIdentity, identityOf } from './dialect.ts';
import { isSerializationFailure } from './postgres/errors.ts';
import type { Db } from './tables.ts';

interface Running {
  readonly database: DatabaseIdentity;
  ended: boolean;
}

const running = new AsyncLocalStorage<Running>();
const maximumAttempts = 5;

/**
 * Runs `fn` in one transaction; a throw rolls it back. When `db` is a transaction already, joins it.
 * On PostgreSQL `fn` runs again after a deadlock or serialization failure, so it must change nothing
 * but the database. SQLite has one writer: nothing slow belongs in here.
 */
export async function inTransaction<T>(db: Db, fn: (trx: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return fn(db);
  const database = identityOf(db);
  refuseInsideTransaction(database);
  for (let attempt = 1; ; attempt++) {
    const state: Running = { database, ended: false };
    try {
      return await db.transaction().execute((trx) => running.run(state, fn, trx));
    } catch (error) {
      if (!isSerializationFailure(error) || attempt === maximumAttempts) throw error;
      await delay(Math.random() * 10 * 2 ** attempt);
    } finally {
      state.ended = true;
    }
  }
}

/**
 * Runs `fn` on one unchanging state of the database, read-only. Joins a transaction; there, PostgreSQL
 * shows each statement the latest committed state instead.
 */
export async function inSnapshot<T>(db: Db, fn: (snapshot: Db) => Promise<T>): Promise<T> {
  if (db.isTransaction) return fn(db);
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(fn);
}

/**
 * A write that goes past the transaction it is awaited in would wait for that transaction's end, and the
 * transaction for the write: on SQLite for ever. Such a mistake is told at once instead.
 */
export function refuseInsideTransaction(database: DatabaseIdentity): void {
  const outer = running.getStore();
  if (outer !== undefined && !outer.ended && outer.database === database) {
    throw new Error(
      'Inside inTransaction, write through the transaction it passes, not through the database',
    );
  }
}
