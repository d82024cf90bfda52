import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';

const openingLimitMs = 10_000;

/** Settings of SQLite that every connection of ours has. */
export function openConnection({ file, readOnly }: { file: string; readOnly: boolean }): DatabaseSync {
  const database = new DatabaseSync(file, {
    readOnly,
    // Who finds the database busy asks again later; no thread sleeps meanwhile.
    timeout: 0,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  });
  if (!readOnly) {
    enterWalMode(database);
    // NORMAL would lose the last acknowledged writes when the power fails.
    database.exec('pragma synchronous = full');
    database.exec('pragma journal_size_limit = 67108864');
  }
  database.exec('pragma cache_size = -16000');
  database.exec('pragma temp_store = memory');
  return database;
}

/** Two processes that start on one new file get in each other's way here. Runs in the writer's thread. */
function enterWalMode(database: DatabaseSync): void {
  const deadline = Date.now() + openingLimitMs;
  for (;;) {
    try {
      database.exec('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
