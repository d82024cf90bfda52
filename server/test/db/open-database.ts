import { onTestFinished } from 'vitest';
import { connectDatabase, type Database } from '../../src/db/database.ts';
import type { Db } from '../../src/db/tables.ts';
import { type EngineName, type FreshDatabase, freshDatabase } from '../support/databases.ts';

/** A database of the test's own, gone after it. */
export async function openFresh(
  engine: EngineName,
  state?: 'migrated' | 'empty',
): Promise<Database & FreshDatabase> {
  const fresh = await freshDatabase(engine, state);
  onTestFinished(fresh.drop);
  return { ...fresh, ...(await open(fresh)) };
}

/** A further connection to it, as another process would have. */
export async function open(fresh: FreshDatabase): Promise<Database> {
  const database = await connectDatabase(fresh);
  onTestFinished(() => database.close());
  return database;
}

export async function addGroup(db: Db, name: string): Promise<number> {
  const row = { name, name_folded: name.toLowerCase() };
  const { id } = await db.insertInto('groups').values(row).returning('id').executeTakeFirstOrThrow();
  return id;
}
