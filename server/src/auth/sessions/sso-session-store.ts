import type { Db } from '../../db/tables.ts';
import type { ProviderSession } from './sessions.ts';

export async function insertSsoSession(trx: Db, sessionId: number, session: ProviderSession): Promise<void> {
  await trx
    .insertInto('sso_sessions')
    .values({
      session_id: sessionId,
      provider_id: session.providerId,
      subject: session.subject,
      provider_session: session.providerSession,
      detail: JSON.stringify(session.detail),
    })
    .execute();
}

/** What the provider calls the session with this secret; undefined: no provider vouched for it. */
export async function findSsoSession(db: Db, tokenHash: string): Promise<ProviderSession | undefined> {
  const row = await db
    .selectFrom('sso_sessions')
    .innerJoin('sessions', 'sessions.id', 'sso_sessions.session_id')
    .selectAll('sso_sessions')
    .where('sessions.token_hash', '=', tokenHash)
    .executeTakeFirst();
  return (
    row && {
      providerId: row.provider_id,
      subject: row.subject,
      providerSession: row.provider_session,
      detail: JSON.parse(row.detail),
    }
  );
}

/** Ends the sessions that the provider means: that one, or without a name for it all of the subject. How many. */
export async function deleteSsoSessions(
  trx: Db,
  {
    providerId,
    subject,
    providerSession,
  }: Omit<ProviderSession, 'detail' | 'subject'> & { subject: string | null },
): Promise<number[]> {
  let query = trx.selectFrom('sso_sessions').select('session_id').where('provider_id', '=', providerId);
  if (subject !== null) query = query.where('subject', '=', subject);
  if (providerSession !== null) query = query.where('provider_session', '=', providerSession);
  if (subject === null && providerSession === null) return [];
  const ids = (await query.execute()).map(({ session_id }) => session_id);
  if (ids.length > 0) await trx.deleteFrom('sessions').where('id', 'in', ids).execute();
  return ids;
}
