import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { type EngineName, urlOfDatabase } from './engines.ts';

export { type EngineName, engines } from './engines.ts';

/** Options for connectDatabase, and the removal of what they point to. */
export interface FreshDatabase {
  readonly url?: string;
  readonly folder: string;
  drop(): Promise<void>;
}

/** A database that nobody else uses: with the newest schema and nothing but a fresh site's rows, or empty. */
export async function freshDatabase(
  engine: EngineName,
  state: 'migrated' | 'empty' = 'migrated',
): Promise<FreshDatabase> {
  const { folder: runFolder, sqliteTemplate, postgres } = inject('testDatabases');
  const folder = mkdtempSync(join(runFolder, 'data-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  if (engine === 'sqlite') {
    if (state === 'migrated') copyFileSync(join(sqliteTemplate, 'tessera.db'), join(folder, 'tessera.db'));
    return { folder, drop: async () => removeFolder() };
  }
  const { url: serverUrl, template } = postgres!;
  const name = `tessera_${randomBytes(6).toString('hex')}`;
  const source = state === 'migrated' ? template : 'template0';
  await administer(serverUrl, `create database ${name} template ${source} strategy file_copy`);
  return {
    url: urlOfDatabase(serverUrl, name),
    folder,
    async drop() {
      removeFolder();
      await administer(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

async function administer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
