import { type DatabaseIdentity, identityOf } from '../db/dialect.ts';
import type { Db } from '../db/tables.ts';

const known = new WeakMap<DatabaseIdentity, Promise<string>>();

/** The site's id among others, a UUID that never changes; Cloud calls it cloudId. */
export function siteId(db: Db): Promise<string> {
  const database = identityOf(db);
  let id = known.get(database);
  if (id === undefined) {
    id = readSiteId(db);
    id.catch(() => known.delete(database));
    known.set(database, id);
  }
  return id;
}

async function readSiteId(db: Db): Promise<string> {
  const { value } = await db
    .selectFrom('settings')
    .select('value')
    .where('key', '=', 'cloudId')
    .executeTakeFirstOrThrow();
  return JSON.parse(value);
}
