import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { openSite } from '../app.ts';
import { type Config, ConfigurationError, inspectEnvironment } from '../config.ts';
import type { Site } from '../site.ts';
import { CommandFailed, type Io } from './command.ts';

export function readSettings({ env }: Io, demo = false): Config {
  const { config, mistakes } = inspectEnvironment(env, demo);
  if (config === undefined) throw new ConfigurationError(mistakes);
  return config;
}

/** Runs `work` on the data that the server with the same settings uses; the server may be running. */
export async function withSite<T>(io: Io, work: (site: Site) => Promise<T>): Promise<T> {
  const config = readSettings(io);
  const { site, close } = await openSite(config, { log: pino({ level: 'silent' }) });
  try {
    return await work(site);
  } finally {
    await close();
  }
}

/** As withSite, for commands that make no sense on a site without accounts: those make no data folder. */
export async function withExistingSite<T>(io: Io, work: (site: Site) => Promise<T>): Promise<T> {
  const { databaseUrl, dataFolder } = readSettings(io);
  if (databaseUrl === undefined && !existsSync(join(dataFolder, 'tessera.db'))) {
    throw new CommandFailed(
      `there is no database in ${dataFolder}. Does TESSERA_DATA name the folder that the server uses?`,
    );
  }
  return withSite(io, work);
}
