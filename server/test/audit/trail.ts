import type { AuditEventRow } from '../../src/db/tables.ts';
import { ask, type Reply } from '../support/client.ts';
import type { RunningServer } from '../support/server.ts';

export const idOf = (reply: Pick<Reply, 'headers'>): string => reply.headers.get('x-arequestid')!;

type Row = { [K in keyof AuditEventRow]: K extends 'id' ? number : AuditEventRow[K] };

/** What one request left on record, in order. */
export async function recordsOf({ app }: RunningServer, reply: Pick<Reply, 'headers'>): Promise<Row[]> {
  const rows = await app.site.db
    .selectFrom('audit_events')
    .selectAll()
    .where('request_id', '=', idOf(reply))
    .orderBy('id')
    .execute();
  return rows as Row[];
}

/** Signs in as the web app does; the headers of a page of ours. */
export async function webSession(
  { url }: RunningServer,
  username: string,
  password: string,
): Promise<Record<string, string>> {
  const reply = await ask('POST', `${url}/rest/tessera/1/session`, { body: { username, password } });
  if (reply.status !== 200) throw new Error(`signing in: ${reply.status} ${reply.text}`);
  const cookies = reply.headers.getSetCookie().map((line) => line.split(';')[0]);
  return { Cookie: cookies.join('; '), Origin: new URL(url).origin };
}
