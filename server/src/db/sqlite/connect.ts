import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { Kysely } from 'kysely';
import type { Database, DatabaseLog } from '../database.ts';
import type { DatabaseIdentity, HotQuery } from '../dialect.ts';
import type { Tables } from '../tables.ts';
import { refuseInsideTransaction } from '../transaction.ts';
import { sqliteDialect } from './dialect.ts';
import { isRead, type OpenTransaction, type SqliteRoutes, sqliteKyselyDialect } from './driver.ts';
import { bindable } from './parameters.ts';
import { type PreparedRead, ReadConnection } from './read-connection.ts';
import { SearchThreads } from './search-threads.ts';
import { ThreadQueue } from './thread-queue.ts';

interface SqliteOptions {
  readonly folder: string;
  readonly log: DatabaseLog;
}

/**
 * SQLite in the data folder: short reads on this thread's own connection, every write and transaction
 * through the one writer thread, searches on threads of their own. A disk sync or a lock held by another
 * process so never stops the event loop.
 */
export async function connectSqlite({ folder, log }: SqliteOptions): Promise<Database> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'tessera.db');
  // For its owner alone, also in a folder that others may read; SQLite gives its logs the same mode.
  closeSync(openSync(file, 'a', 0o600));
  const identity: DatabaseIdentity = { dialect: sqliteDialect };
  const writer = new ThreadQueue({ file, readOnly: false }, log);
  // Creates the file where there is none, which a read-only connection cannot.
  await writer.run({ sql: 'select 1', parameters: [] }, false);
  const reader = new ReadConnection(file);
  const search = new SearchThreads(file, log);
  const db = new Kysely<Tables>({
    dialect: sqliteKyselyDialect(identity, mainRoutes(identity, file, reader, writer)),
  });
  const searchDb = new Kysely<Tables>({ dialect: sqliteKyselyDialect(identity, search) });
  return {
    db,
    searchDb,
    dialect: sqliteDialect,
    async close() {
      await search.close();
      reader.close();
      // Last, so that it can fold the log back into the database file.
      await writer.close();
    },
  };
}

function mainRoutes(
  identity: DatabaseIdentity,
  file: string,
  reader: ReadConnection,
  writer: ThreadQueue,
): SqliteRoutes {
  return {
    read: (statement) => reader.run(statement),
    write(statement, groupable) {
      refuseInsideTransaction(identity);
      return writer.run(statement, groupable);
    },
    begin() {
      refuseInsideTransaction(identity);
      return writer.begin();
    },
    beginSnapshot: () => openSnapshot(file),
    async runHot(query: HotQuery, parameters: unknown[]) {
      query.prepared ??= isRead(query.compiled) ? reader.prepare(query.compiled.sql) : 'write';
      if (query.prepared !== 'write') return reader.runPrepared(query.prepared as PreparedRead, parameters);
      refuseInsideTransaction(identity);
      const { rows } = await writer.run({ sql: query.compiled.sql, parameters: bindable(parameters) }, true);
      return rows;
    },
    close: () => writer.close(),
  };
}

/** A connection of its own: the shared one would give other readers the snapshot's old state too. */
async function openSnapshot(file: string): Promise<OpenTransaction> {
  const connection = new ReadConnection(file);
  await connection.begin();
  return {
    run: (statement) => connection.run(statement),
    async end() {
      connection.close();
    },
  };
}
