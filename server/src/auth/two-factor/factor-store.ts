import { dialectOf } from '../../db/dialect.ts';
import type { Db } from '../../db/tables.ts';

/** Of an authenticator app. */
export interface TotpFactor {
  readonly userId: number;
  readonly sealedSeed: string;
  readonly confirmedAt: number | null;
  readonly lastStep: number;
  readonly lastUsedAt: number | null;
}

export async function findTotp(db: Db, userId: number): Promise<TotpFactor | undefined> {
  const row = await db
    .selectFrom('totp_factors')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return (
    row && {
      userId: row.user_id,
      sealedSeed: row.sealed_seed,
      confirmedAt: row.confirmed_at,
      lastStep: row.last_step,
      lastUsedAt: row.last_used_at,
    }
  );
}

/** A seed that waits for its first code; replaces another one that waits. False: one is in use already. */
export async function writeUnconfirmedTotp(
  trx: Db,
  userId: number,
  sealedSeed: string,
  at: number,
): Promise<boolean> {
  const values = {
    sealed_seed: sealedSeed,
    confirmed_at: null,
    last_step: 0,
    created_at: at,
    last_used_at: null,
  };
  const rows = await trx
    .insertInto('totp_factors')
    .values({ user_id: userId, ...values })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet(values).where('totp_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .execute();
  return rows.length > 0;
}

/** Whether this use of the step counts: of twenty at once, one does (M2). `confirm`: it is the first code of the seed. */
export async function useTotpStep(
  trx: Db,
  {
    userId,
    sealedSeed,
    step,
    at,
    confirm,
  }: {
    readonly userId: number;
    readonly sealedSeed: string;
    readonly step: number;
    readonly at: number;
    readonly confirm: boolean;
  },
): Promise<boolean> {
  let query = trx
    .updateTable('totp_factors')
    .set({ last_step: step, last_used_at: at, ...(confirm ? { confirmed_at: at } : {}) })
    .where('user_id', '=', userId)
    .where('sealed_seed', '=', sealedSeed)
    .where('last_step', '<', step);
  query = confirm ? query.where('confirmed_at', 'is', null) : query.where('confirmed_at', 'is not', null);
  return (await query.returning('user_id').execute()).length > 0;
}

export async function deleteTotp(trx: Db, userId: number): Promise<boolean> {
  const rows = await trx
    .deleteFrom('totp_factors')
    .where('user_id', '=', userId)
    .returning('confirmed_at')
    .execute();
  return rows.some(({ confirmed_at }) => confirmed_at !== null);
}

export async function replaceRecoveryCodes(
  trx: Db,
  userId: number,
  codeHashes: readonly string[],
  at: number,
): Promise<void> {
  await trx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  if (codeHashes.length === 0) return;
  const rows = codeHashes.map((code_hash) => ({ code_hash, user_id: userId, created_at: at, used_at: null }));
  await trx.insertInto('recovery_codes').values(rows).execute();
}

/** Whether it was good until now; of two uses at once, one hears so (M5). */
export async function useRecoveryCode(
  trx: Db,
  userId: number,
  codeHash: string,
  at: number,
): Promise<boolean> {
  const rows = await trx
    .updateTable('recovery_codes')
    .set({ used_at: at })
    .where('code_hash', '=', codeHash)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .returning('code_hash')
    .execute();
  return rows.length > 0;
}

export async function countRecoveryCodes(db: Db, userId: number): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/**
 * Takes one of the guesses at an account's codes before the code is looked at, however many come at once (M3). False:
 * all are used up. A day without one gives them back.
 */
export async function takeGuess(
  trx: Db,
  userId: number,
  { now, most, decayMs }: { readonly now: number; readonly most: number; readonly decayMs: number },
): Promise<boolean> {
  await trx
    .deleteFrom('factor_failures')
    .where('user_id', '=', userId)
    .where('last_failed_at', '<=', now - decayMs)
    .execute();
  const rows = await trx
    .insertInto('factor_failures')
    .values({ user_id: userId, failures: 1, last_failed_at: now })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet((eb) => ({ failures: eb('factor_failures.failures', '+', 1), last_failed_at: now }))
        .where('factor_failures.failures', '<', most),
    )
    .returning('failures')
    .execute();
  return rows.length > 0;
}

export async function forgetGuesses(trx: Db, userId: number): Promise<void> {
  await trx.deleteFrom('factor_failures').where('user_id', '=', userId).execute();
}

/** Says of the account whether it has a factor now; the last statement of whoever adds or removes one. */
export async function noteHasFactor(trx: Db, userId: number): Promise<boolean> {
  const totp = await findTotp(trx, userId);
  const passkey = await trx
    .selectFrom('passkeys')
    .select('id')
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst();
  const has = (totp !== undefined && totp.confirmedAt !== null) || passkey !== undefined;
  await trx
    .updateTable('users')
    .set({ has_factor: has ? 1 : 0 })
    .where('id', '=', userId)
    .execute();
  if (!has) await replaceRecoveryCodes(trx, userId, [], 0);
  return has;
}

/** Makes whoever changes an account's factors wait for each other on PostgreSQL; SQLite has one writer. */
export async function holdFactors(trx: Db, userId: number): Promise<{ hasFactor: boolean } | undefined> {
  let query = trx.selectFrom('users').select('has_factor').where('id', '=', userId);
  if (dialectOf(trx).name === 'postgres') query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && { hasFactor: row.has_factor === 1 };
}

export interface FactorNeed {
  readonly hasFactor: boolean;
  /** A group of the account demands one. */
  readonly required: boolean;
}

export async function findFactorNeed(db: Db, userId: number): Promise<FactorNeed> {
  const row = await db
    .selectFrom('users')
    .select(['has_factor'])
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('factor_groups')
            .innerJoin('group_members', 'group_members.group_id', 'factor_groups.group_id')
            .select('factor_groups.group_id')
            .where('group_members.user_id', '=', userId),
        )
        .as('required'),
    )
    .where('id', '=', userId)
    .executeTakeFirst();
  return { hasFactor: row?.has_factor === 1, required: Boolean(row?.required) };
}

export async function listFactorGroups(db: Db): Promise<{ id: number; name: string }[]> {
  return db
    .selectFrom('factor_groups')
    .innerJoin('groups', 'groups.id', 'factor_groups.group_id')
    .select(['groups.id', 'groups.name'])
    .orderBy('groups.name_folded')
    .execute();
}

export async function replaceFactorGroups(trx: Db, groupIds: readonly number[]): Promise<void> {
  await trx.deleteFrom('factor_groups').execute();
  if (groupIds.length === 0) return;
  await trx
    .insertInto('factor_groups')
    .values(groupIds.map((group_id) => ({ group_id })))
    .execute();
}
