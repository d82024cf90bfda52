export type EngineName = 'sqlite' | 'postgres';

const all: readonly EngineName[] = ['sqlite', 'postgres'];

/** What the suite runs on: `TESSERA_TEST_ENGINES=sqlite` narrows it. */
export const engines: readonly EngineName[] = enginesFrom(process.env.TESSERA_TEST_ENGINES);

/** What the run's global setup hands to its test files. */
export interface TestDatabases {
  /** For every file that a test makes; gone after the run, however it ends. */
  readonly folder: string;
  /** Folder of a migrated SQLite database. */
  readonly sqliteTemplate: string;
  readonly postgres: { readonly url: string; readonly template: string } | undefined;
}

export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function enginesFrom(list: string | undefined): readonly EngineName[] {
  if (list === undefined || list === '') return all;
  const names = list.split(',');
  const unknown = names.find((name) => !all.includes(name as EngineName));
  if (unknown !== undefined)
    throw new Error(`TESSERA_TEST_ENGINES names ${unknown}; known are ${all.join(', ')}`);
  return all.filter((name) => names.includes(name));
}
