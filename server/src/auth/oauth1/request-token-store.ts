import type { Db, Oauth1RequestTokenRow } from '../../db/tables.ts';

export interface RequestToken {
  readonly id: number;
  readonly linkId: number;
  /** null: the application asks its user for the verifier. */
  readonly callback: string | null;
  readonly decision: Oauth1RequestTokenRow['decision'];
  readonly userId: number | null;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** Forgets what is long past; what expired a moment ago is kept, so that it can be told so. */
const rememberedMs = 3_600_000;

export async function insertRequestToken(
  trx: Db,
  token: { linkId: number; tokenHash: string; callback: string | null; at: number; expiresAt: number },
): Promise<void> {
  await trx
    .deleteFrom('oauth1_request_tokens')
    .where('expires_at', '<=', token.at - rememberedMs)
    .execute();
  await trx
    .insertInto('oauth1_request_tokens')
    .values({
      link_id: token.linkId,
      token_hash: token.tokenHash,
      callback: token.callback,
      decision: null,
      user_id: null,
      verifier_hash: null,
      created_at: token.at,
      expires_at: token.expiresAt,
      used_at: null,
    })
    .execute();
}

export async function countOpenRequestTokens(db: Db, linkId: number, now: number): Promise<number> {
  const { count } = await db
    .selectFrom('oauth1_request_tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('link_id', '=', linkId)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function findRequestToken(db: Db, tokenHash: string): Promise<RequestToken | undefined> {
  const row = await db
    .selectFrom('oauth1_request_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirst();
  return (
    row && {
      id: Number(row.id),
      linkId: Number(row.link_id),
      callback: row.callback,
      decision: row.decision,
      userId: row.user_id === null ? null : Number(row.user_id),
      expiresAt: Number(row.expires_at),
      usedAt: row.used_at === null ? null : Number(row.used_at),
    }
  );
}

/** Whether it is this decision that counts; of several at once, one is. */
export async function decideRequestToken(
  trx: Db,
  given: {
    tokenHash: string;
    decision: 'approved' | 'denied';
    userId: number;
    verifierHash: string | null;
    at: number;
  },
): Promise<boolean> {
  const rows = await trx
    .updateTable('oauth1_request_tokens')
    .set({ decision: given.decision, user_id: given.userId, verifier_hash: given.verifierHash })
    .where('token_hash', '=', given.tokenHash)
    .where('decision', 'is', null)
    .where('expires_at', '>', given.at)
    .returning('id')
    .execute();
  return rows.length > 0;
}

/** Uses an approved one up. Who approved it; undefined: it is not good, or was used; of several at once, one hears. */
export async function useRequestToken(
  trx: Db,
  given: { linkId: number; tokenHash: string; verifierHash: string; at: number },
): Promise<{ userId: number } | undefined> {
  const row = await trx
    .updateTable('oauth1_request_tokens')
    .set({ used_at: given.at })
    .where('link_id', '=', given.linkId)
    .where('token_hash', '=', given.tokenHash)
    .where('verifier_hash', '=', given.verifierHash)
    .where('decision', '=', 'approved')
    .where('used_at', 'is', null)
    .where('expires_at', '>', given.at)
    .returning('user_id')
    .executeTakeFirst();
  return row === undefined || row.user_id === null ? undefined : { userId: Number(row.user_id) };
}
