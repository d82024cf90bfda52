import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { connectDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { engines, type TestDatabases, urlOfDatabase } from './engines.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testDatabases: TestDatabases;
  }
}

/** Once per run: the servers and the migrated databases that freshDatabase copies for each test file. */
export default async function setUpDatabases(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-test-'));
  // The PostgreSQL server may run as somebody else, who must get to its folder in this one.
  chmodSync(folder, 0o711);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const cleanUp: (() => Promise<void>)[] = [async () => removeFolder()];
  const tearDown = async () => {
    for (const step of cleanUp.reverse()) await step();
  };
  try {
    const sqliteTemplate = join(folder, 'template');
    mkdirSync(sqliteTemplate);
    if (engines.includes('sqlite')) await migrateTemplate({ folder: sqliteTemplate });
    const postgres = engines.includes('postgres') ? await setUpPostgres(folder, cleanUp) : undefined;
    project.provide('testDatabases', { folder, sqliteTemplate, postgres });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function setUpPostgres(folder: string, cleanUp: (() => Promise<void>)[]) {
  const given = process.env.TESSERA_TEST_DATABASE_URL;
  let url = given ?? '';
  if (!given) {
    const server = await startEmbeddedPostgres(folder);
    cleanUp.push(server.stop);
    url = server.url;
  }
  const template = `tessera_template_${process.pid}_${Date.now()}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${template} template template0 encoding 'UTF8'`);
  } finally {
    await client.end();
  }
  if (given) cleanUp.push(() => dropDatabase(url, template));
  await migrateTemplate({ folder, url: urlOfDatabase(url, template) });
  return { url, template };
}

async function migrateTemplate(options: { folder: string; url?: string }): Promise<void> {
  const database = await connectDatabase(options);
  try {
    await migrate(database.db);
  } finally {
    await database.close();
  }
}

async function dropDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.end();
}
