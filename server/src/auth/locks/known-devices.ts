import type { Db } from '../../db/tables.ts';
import { cookieValues, setCookie } from '../../http/cookies.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';

const cookieName = 'tessera.device';
const lifeSeconds = 180 * 86_400;
const mostPerAccount = 20;

/**
 * Id of the device if the account signed in on it before, by the cookie it was given then. Such a device has an
 * allowance of its own, so that strangers who guess elsewhere do not make its owner type words from pictures.
 */
export async function findKnownDevice(
  db: Db,
  cookieHeader: string | undefined,
  userId: number | undefined,
): Promise<number | undefined> {
  const secret = deviceSecret(cookieHeader);
  if (secret === undefined || userId === undefined) return undefined;
  const row = await db
    .selectFrom('known_devices')
    .select('id')
    .where('device_hash', '=', sha256(secret))
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.id;
}

/** Whether the second step was taken on this device, and its owner asked not to be asked again for some time. */
export async function isTrustedDevice(
  db: Db,
  cookieHeader: string | undefined,
  userId: number,
  now: number,
): Promise<boolean> {
  const secret = deviceSecret(cookieHeader);
  if (secret === undefined) return false;
  const row = await db
    .selectFrom('known_devices')
    .select('id')
    .where('device_hash', '=', sha256(secret))
    .where('user_id', '=', userId)
    .where('second_step_until', '>', now)
    .executeTakeFirst();
  return row !== undefined;
}

/** From now on every device asks for the second step. How many had been trusted. */
export async function trustNoDevice(trx: Db, userId: number): Promise<number> {
  const rows = await trx
    .updateTable('known_devices')
    .set({ second_step_until: null })
    .where('user_id', '=', userId)
    .where('second_step_until', 'is not', null)
    .returning('id')
    .execute();
  return rows.length;
}

function deviceSecret(cookieHeader: string | undefined): string | undefined {
  const [secret, tossed] = new Set(cookieValues(cookieHeader, cookieName));
  return tossed === undefined && secret !== undefined && isIntactSecret('tsd', secret) ? secret : undefined;
}

/** Remembers the device of a page's sign-in; the result is its Set-Cookie line. A new secret each time (rotation). */
export async function rememberDevice(
  trx: Db,
  userId: number,
  at: number,
  visit: CookieSite & { readonly cookieHeader: string | undefined },
  /** Until when the second step is not asked for on it; undefined: as it was. */
  secondStepUntil?: number,
): Promise<string> {
  const secret = makeSecret('tsd');
  const known = await findKnownDevice(trx, visit.cookieHeader, userId);
  const values = {
    device_hash: sha256(secret),
    last_used_at: at,
    ...(secondStepUntil === undefined ? {} : { second_step_until: secondStepUntil }),
  };
  if (known === undefined) {
    await trx
      .insertInto('known_devices')
      .values({ ...values, user_id: userId, created_at: at })
      .execute();
    await forgetOldest(trx, userId);
  } else {
    await trx.updateTable('known_devices').set(values).where('id', '=', known).execute();
  }
  const path = visit.contextPath === '' ? '/' : visit.contextPath;
  return `${setCookie(cookieName, secret, { path, secure: visit.secure })}; Max-Age=${lifeSeconds}`;
}

async function forgetOldest(trx: Db, userId: number): Promise<void> {
  const keep = trx
    .selectFrom('known_devices')
    .select('id')
    .where('user_id', '=', userId)
    .orderBy('last_used_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostPerAccount);
  await trx.deleteFrom('known_devices').where('user_id', '=', userId).where('id', 'not in', keep).execute();
}

/** Whoever changes a password may do so because of a device that was lost. */
export async function forgetDevices(trx: Db, userId: number): Promise<void> {
  await trx.deleteFrom('known_devices').where('user_id', '=', userId).execute();
}
