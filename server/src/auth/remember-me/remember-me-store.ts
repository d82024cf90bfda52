import { dialectOf } from '../../db/dialect.ts';
import type { Db } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';

export interface NewSeries {
  readonly seriesHash: string;
  readonly tokenHash: string;
  readonly userId: number;
  readonly at: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly userAgent: string;
}

export async function insertSeries(trx: Db, series: NewSeries): Promise<number> {
  const { id } = await trx
    .insertInto('remember_me_series')
    .values({
      series_hash: series.seriesHash,
      token_hash: series.tokenHash,
      previous_token_hash: null,
      user_id: series.userId,
      rotated_at: series.at,
      created_at: series.at,
      expires_at: series.expiresAt,
      address: series.address,
      user_agent: series.userAgent,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The series with its account; on PostgreSQL both stay as they are until the transaction ends. */
export async function holdSeries(trx: Db, seriesHash: string) {
  let query = trx
    .selectFrom('remember_me_series')
    .innerJoin('users', 'users.id', 'remember_me_series.user_id')
    .innerJoin('config_revision', (join) => join.on('config_revision.id', '=', 1))
    .select([
      'remember_me_series.id as series_id',
      'remember_me_series.token_hash',
      'remember_me_series.previous_token_hash',
      'remember_me_series.rotated_at',
      'remember_me_series.expires_at',
      'config_revision.revision',
      ...accountColumns,
    ])
    .where('remember_me_series.series_hash', '=', seriesHash);
  if (dialectOf(trx).name === 'postgres') query = query.forUpdate(['remember_me_series', 'users']);
  return query.executeTakeFirst();
}

export async function rotateSeries(
  trx: Db,
  id: number,
  hashes: { readonly from: string; readonly to: string },
  at: number,
): Promise<void> {
  await trx
    .updateTable('remember_me_series')
    .set({ token_hash: hashes.to, previous_token_hash: hashes.from, rotated_at: at })
    .where('id', '=', id)
    .execute();
}

/** Every session that was made from them ends too (foreign key). */
export async function deleteSeries(trx: Db, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await trx.deleteFrom('remember_me_series').where('id', 'in', ids).execute();
}

/** But for the one of a session that goes on. */
export async function deleteSeriesOf(trx: Db, userId: number, keptSession: number | null): Promise<void> {
  let query = trx.deleteFrom('remember_me_series').where('user_id', '=', userId);
  if (keptSession !== null) {
    const kept = trx
      .selectFrom('sessions')
      .select('series_id')
      .where('id', '=', keptSession)
      .where('series_id', 'is not', null);
    query = query.where('id', 'not in', kept as never);
  }
  await query.execute();
}

export async function deleteSeriesByHash(trx: Db, seriesHash: string): Promise<number> {
  const ended = await trx
    .deleteFrom('remember_me_series')
    .where('series_hash', '=', seriesHash)
    .returning('id')
    .execute();
  return ended.length;
}

/** Remembered sign-ins that have no session open now; one more visit of their browser opens one. */
export async function listSleepingSeries(db: Db, userId: number, now: number, awake: readonly number[]) {
  let query = db
    .selectFrom('remember_me_series')
    .select(['id', 'address', 'user_agent', 'created_at', 'rotated_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now);
  if (awake.length > 0) query = query.where('id', 'not in', awake);
  return query.orderBy('id', 'desc').execute();
}
