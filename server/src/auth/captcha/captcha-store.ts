import type { CaptchaRow, Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';

export async function insertCaptcha(trx: Db, captcha: CaptchaRow): Promise<void> {
  await trx.insertInto('captchas').values(captcha).execute();
}

/**
 * Takes it out, so that of two answers at once one finds it; undefined: not shown, answered, or too old. Of a sound a
 * mark stays until it would have expired, since an address may hear only so many.
 */
export function takeCaptcha(
  db: Db,
  visitorHash: string,
  now: number,
): Promise<Pick<CaptchaRow, 'answer_hash'> | undefined> {
  return inTransaction(db, async (trx) => {
    const [row] = await trx
      .deleteFrom('captchas')
      .where('visitor_hash', '=', visitorHash)
      .returningAll()
      .execute();
    if (row === undefined || row.expires_at <= now) return undefined;
    if (row.kind === 'sound') {
      await insertCaptcha(trx, { ...row, visitor_hash: `spent ${visitorHash}`, answer_hash: '' });
    }
    return row;
  });
}

/** Called with each new one, so no timer is needed. */
export async function deleteExpiredCaptchas(trx: Db, now: number): Promise<void> {
  await trx.deleteFrom('captchas').where('expires_at', '<=', now).execute();
}

/** How many of a kind an address was shown within their life. */
export async function countCaptchas(trx: Db, address: string, kind: CaptchaRow['kind']): Promise<number> {
  const { count } = await trx
    .selectFrom('captchas')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('address', '=', address)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The ones that would be the first to expire. */
export async function deleteOldestCaptchas(trx: Db, address: string, howMany: number): Promise<void> {
  const oldest = trx
    .selectFrom('captchas')
    .select('visitor_hash')
    .where('address', '=', address)
    .orderBy('expires_at')
    .orderBy('visitor_hash')
    .limit(howMany);
  await trx.deleteFrom('captchas').where('visitor_hash', 'in', oldest).execute();
}
