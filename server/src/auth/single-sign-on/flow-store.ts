import type { Db, SsoFlowRow } from '../../db/tables.ts';

export type Purpose = SsoFlowRow['purpose'];

/** A visit to a provider that is under way. */
export interface Flow {
  readonly stateHash: string;
  readonly browserHash: string;
  readonly providerId: number;
  readonly purpose: Purpose;
  /** Who is signed in while they link, confirm or test; null: they sign in. */
  readonly userId: number | null;
  readonly returnTo: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly expiresAt: number;
}

export async function insertFlow(trx: Db, flow: Flow, at: number): Promise<void> {
  await trx.deleteFrom('sso_flows').where('expires_at', '<=', at).execute();
  await trx
    .insertInto('sso_flows')
    .values({
      state_hash: flow.stateHash,
      browser_hash: flow.browserHash,
      provider_id: flow.providerId,
      purpose: flow.purpose,
      user_id: flow.userId,
      return_to: flow.returnTo,
      data: JSON.stringify(flow.data),
      created_at: at,
      expires_at: flow.expiresAt,
      answered_at: null,
      ticket_hash: null,
      answer: null,
      finished_at: null,
    })
    .execute();
}

/** A flow that waits for its provider's answer. */
export async function findOpenFlow(db: Db, stateHash: string, now: number): Promise<Flow | undefined> {
  const row = await db
    .selectFrom('sso_flows')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && flowOf(row);
}

/** Whether this answer is the one that counts; of two at once, one is (X5). */
export async function answerFlow(
  trx: Db,
  {
    stateHash,
    ticketHash,
    answer,
    at,
  }: { stateHash: string; ticketHash: string; answer: unknown; at: number },
): Promise<boolean> {
  const rows = await trx
    .updateTable('sso_flows')
    .set({ answered_at: at, ticket_hash: ticketHash, answer: JSON.stringify(answer) })
    .where('state_hash', '=', stateHash)
    .where('answered_at', 'is', null)
    .where('expires_at', '>', at)
    .returning('state_hash')
    .execute();
  return rows.length > 0;
}

/** The answered flow of a ticket, which is used up by it; only in the browser that began it. */
export async function finishFlow(
  trx: Db,
  { ticketHash, browserHash, at }: { ticketHash: string; browserHash: string; at: number },
): Promise<{ flow: Flow; answer: unknown } | undefined> {
  const row = await trx
    .updateTable('sso_flows')
    .set({ finished_at: at })
    .where('ticket_hash', '=', ticketHash)
    .where('browser_hash', '=', browserHash)
    .where('finished_at', 'is', null)
    .where('expires_at', '>', at)
    .returningAll()
    .executeTakeFirst();
  return row && { flow: flowOf(row), answer: JSON.parse(row.answer ?? 'null') };
}

/** What a finished test brought, for the administrator who made it. */
export async function findTestAnswer(
  db: Db,
  { ticketHash, providerId, userId }: { ticketHash: string; providerId: number; userId: number },
): Promise<unknown> {
  const row = await db
    .selectFrom('sso_flows')
    .select('answer')
    .where('ticket_hash', '=', ticketHash)
    .where('provider_id', '=', providerId)
    .where('user_id', '=', userId)
    .where('purpose', '=', 'test')
    .executeTakeFirst();
  return row === undefined ? undefined : JSON.parse(row.answer ?? 'null');
}

const flowOf = (row: SsoFlowRow): Flow => ({
  stateHash: row.state_hash,
  browserHash: row.browser_hash,
  providerId: row.provider_id,
  purpose: row.purpose,
  userId: row.user_id,
  returnTo: row.return_to,
  data: JSON.parse(row.data),
  expiresAt: row.expires_at,
});
