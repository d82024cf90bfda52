import { sql } from 'kysely';
import { type Dialect, dialectOf } from './dialect.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Db } from './tables.ts';
import { inTransaction } from './transaction.ts';

/** One step of the schema, forward only, the same file for both databases. */
export interface Migration {
  /** `0001-core`: number and subject. Never changed once released. */
  readonly name: string;
  up(db: Db, dialect: Dialect): Promise<void>;
}

/**
 * Brings the schema up to date, in one transaction; of several processes one does the work and the others
 * wait for it. Returns the names of what was applied. Refuses a database that a newer program has written.
 */
export async function migrate(db: Db, migrations: readonly Migration[] = allMigrations): Promise<string[]> {
  const dialect = dialectOf(db);
  return inTransaction(db, async (trx) => {
    await dialect.lockForMigration(trx);
    await sql`
      create table if not exists schema_migrations (name text primary key, applied_at bigint not null)
    `.execute(trx);
    const applied = await listApplied(trx);
    refuseUnknown(applied, migrations);
    const pending = migrations.filter(({ name }) => !applied.includes(name));
    for (const { name, up } of pending) {
      await up(trx, dialect);
      await sql`insert into schema_migrations (name, applied_at) values (${name}, ${Date.now()})`.execute(
        trx,
      );
    }
    return pending.map(({ name }) => name);
  });
}

async function listApplied(trx: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select name from schema_migrations`.execute(trx);
  return rows.map(({ name }) => name).sort();
}

function refuseUnknown(applied: readonly string[], migrations: readonly Migration[]): void {
  const known = migrations.map(({ name }) => name);
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `The database was written by a newer version: it holds the migration ${unknown.at(-1)}, ` +
      `and the newest that this version knows is ${known.at(-1) ?? 'none'}. ` +
      'Start the newer version, or restore a backup from before it.',
  );
}
