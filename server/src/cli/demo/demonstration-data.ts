import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseUnusable } from '../../app.ts';
import { type Config, type ConfigSource, inspectEnvironment } from '../../config.ts';
import { connectDatabase } from '../../db/database.ts';
import type { Db } from '../../db/tables.ts';
import { CommandFailed } from '../command.ts';

/** Key of the settings row that marks a database as thrown away with the demonstration. */
const markKey = 'demonstration';

/**
 * The configuration of a demonstration: in a new temporary folder unless one is configured. Throws when the
 * configured folder or database holds something that is not demonstration data; that is left untouched.
 */
export async function demonstrationConfig(
  config: Config,
  env: ConfigSource['env'],
): Promise<{ config: Config; temporary: boolean }> {
  const data = inspectEnvironment(env, true).found.find(({ name }) => name === 'dataFolder');
  const temporary = data?.from === undefined;
  if (!temporary) refuseForeignFiles(config.dataFolder);
  if (config.databaseUrl !== undefined || (!temporary && existsSync(databaseFile(config)))) {
    await refuseForeignDatabase(config);
  }
  if (!temporary) return { config, temporary };
  const dataFolder = await mkdtemp(join(tmpdir(), 'tessera-demo-'));
  return { config: Object.freeze({ ...config, dataFolder }), temporary };
}

const databaseFile = (config: Config): string => join(config.dataFolder, 'tessera.db');

/** With a database in it, its mark decides; without one, the folder must be empty. */
function refuseForeignFiles(folder: string): void {
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  if (names.length > 0 && !names.includes('tessera.db')) {
    throw new CommandFailed(
      `the data folder ${folder} is not empty, and what it holds is not demonstration data. Name an empty folder in TESSERA_DATA, or leave it unset for a temporary one.`,
    );
  }
}

/** Looks without bringing the schema up to date: real data must stay as it is. */
async function refuseForeignDatabase(config: Config): Promise<void> {
  const database = await connectDatabase({ url: config.databaseUrl, folder: config.dataFolder }).catch(
    (cause: Error) => {
      throw new DatabaseUnusable(cause.message, { cause });
    },
  );
  try {
    const tables = await database.db.introspection.getTables();
    if (tables.length === 0) return;
    if (tables.some(({ name }) => name === 'settings') && (await isMarked(database.db))) return;
  } finally {
    await database.close();
  }
  const place =
    config.databaseUrl === undefined ? `in ${config.dataFolder}` : 'that TESSERA_DATABASE_URL names';
  throw new CommandFailed(
    `the database ${place} is not empty, and what it holds is not demonstration data. --demo leaves it alone: name an empty one.`,
  );
}

export async function isMarked(db: Db): Promise<boolean> {
  const row = await db.selectFrom('settings').select('key').where('key', '=', markKey).executeTakeFirst();
  return row !== undefined;
}

export async function mark(trx: Db, now: number): Promise<void> {
  await trx.insertInto('settings').values({ key: markKey, value: 'true', updated_at: now }).execute();
}
