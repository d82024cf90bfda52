import type { Db } from '../../src/db/tables.ts';

export async function setSetting(db: Db, key: string, value = ''): Promise<void> {
  await db.insertInto('settings').values({ key, value, updated_at: 0 }).execute();
}

export async function settingKeys(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('settings').select('key').orderBy('key').execute();
  return rows.map(({ key }) => key);
}

/** What the migrated database holds by itself is in the tests' way. */
export async function clearSettings(db: Db): Promise<void> {
  await db.deleteFrom('settings').execute();
}
