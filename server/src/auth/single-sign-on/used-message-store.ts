import type { Db } from '../../db/tables.ts';
import { sha256 } from '../../lib/sha256.ts';

/** A clock that is set back must not make a forgotten message young again. */
const marginMs = 60 * 60_000;

/** Whether the message is used for the first time, on any node; of several at once, one is (X5). */
export async function insertUsedMessage(
  trx: Db,
  { providerId, id, expiresAt }: { providerId: number; id: string; expiresAt: number },
  now: number,
): Promise<boolean> {
  await trx.deleteFrom('used_saml_messages').where('kept_until', '<=', now).execute();
  const rows = await trx
    .insertInto('used_saml_messages')
    .values({
      provider_id: providerId,
      message_hash: sha256(id),
      kept_until: Math.max(expiresAt, now) + marginMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('message_hash')
    .execute();
  return rows.length > 0;
}
