import { sql } from 'kysely';
import type { Dialect } from '../dialect.ts';

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  identity: 'integer primary key autoincrement',
  text: 'text',
  bytes: 'blob',

  async continueIdsFrom10000(db, tables) {
    for (const table of tables) {
      // The last id handed out or inserted; a table without any row yet has no entry.
      await sql`delete from sqlite_sequence where name = ${table}`.execute(db);
      await sql`
        insert into sqlite_sequence (name, seq)
        select ${table}, max(9999, coalesce(max(id), 0)) from ${sql.table(table)}
      `.execute(db);
    }
  },

  // Every transaction of the writer starts with BEGIN IMMEDIATE, which keeps other processes out.
  async lockForMigration() {},
};
