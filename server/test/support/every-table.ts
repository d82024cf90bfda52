import { sql } from 'kysely';
import type { RunningServer } from './server.ts';

/** Tables of ours; those of a full-text index hold copies in a form of its own. */
export async function tableNames({ app }: RunningServer): Promise<string[]> {
  const tables = await app.site.db.introspection.getTables();
  return tables
    .filter(({ isView, name }) => !isView && !/_texts?(_|$)|^sqlite_/.test(name))
    .map(({ name }) => name)
    .sort();
}

/** Everything that the database holds, by table, as text. */
export async function everyRow(server: RunningServer): Promise<Map<string, string>> {
  const { db } = server.app.site;
  const texts = new Map<string, string>();
  for (const name of await tableNames(server)) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(db);
    texts.set(name, JSON.stringify(rows));
  }
  return texts;
}
