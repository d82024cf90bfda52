import type { Db, SignInFailureRow } from '../../db/tables.ts';
import { decayMs, reservationLifeMs } from './lock-rules.ts';

/** One row's counts as they are now: what is older than a day counts for nothing. */
export interface Count {
  readonly failures: number;
  readonly passwordFailures: number;
  readonly reserved: number;
  readonly lockedAt: number | null;
}

const none: Count = { failures: 0, passwordFailures: 0, reserved: 0, lockedAt: null };

function countOf(row: SignInFailureRow | undefined, now: number): Count {
  if (row === undefined) return none;
  const reserved = now - row.reserved_at > reservationLifeMs ? 0 : row.reserved;
  if (row.last_failed_at <= now - decayMs) return { ...none, reserved };
  return {
    failures: row.failures,
    passwordFailures: row.password_failures,
    reserved,
    lockedAt: row.locked_at,
  };
}

/** The two counts that decide about an attempt: of its pair, and of the subject over all sources. */
export interface Counts {
  readonly pair: Count;
  readonly account: Count;
}

export const noCounts: Counts = { pair: none, account: none };

/** Source of the row that counts over all sources. */
const everywhere = '';

export async function readCounts(db: Db, subject: string, source: string, now: number): Promise<Counts> {
  const rows = await db
    .selectFrom('sign_in_failures')
    .selectAll()
    .where('subject', '=', subject)
    .where('source', 'in', [source, everywhere])
    .execute();
  return {
    pair: countOf(
      rows.find((row) => row.source === source),
      now,
    ),
    account: countOf(
      rows.find((row) => row.source === everywhere),
      now,
    ),
  };
}

export interface PairKey {
  readonly subject: string;
  readonly source: string;
  readonly network: string;
  /** For administrators. */
  readonly name: string;
}

/** The counts, held until the transaction ends: whoever else wants to change them waits. */
export async function holdCounts(trx: Db, pair: PairKey, now: number): Promise<Counts> {
  const account = await hold(trx, { ...pair, source: everywhere, network: '' }, now);
  return { account, pair: await hold(trx, pair, now) };
}

async function hold(trx: Db, { subject, source, network, name }: PairKey, now: number): Promise<Count> {
  const row = await trx
    .insertInto('sign_in_failures')
    .values({
      subject,
      source,
      network,
      name,
      failures: 0,
      password_failures: 0,
      reserved: 0,
      reserved_at: now,
      last_failed_at: now,
      locked_at: null,
    })
    // Changes nothing, and takes the row's lock on PostgreSQL.
    .onConflict((conflict) =>
      conflict.columns(['subject', 'source']).doUpdateSet({ network: (eb) => eb.ref('excluded.network') }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return countOf(row, now);
}

export interface Change {
  readonly failures: number;
  readonly passwordFailures: number;
  readonly reserved: number;
  readonly lockedAt: number | null;
  /** Times to write; undefined: as they are. */
  readonly reservedAt?: number;
  readonly failedAt?: number;
}

export async function writePair(trx: Db, { subject, source }: PairKey, change: Change): Promise<void> {
  await writeRow(trx, subject, source, change);
}

export async function writeAccount(trx: Db, subject: string, change: Change): Promise<void> {
  await writeRow(trx, subject, everywhere, change);
}

/** A row that counts nothing and reserves nothing says nothing: it goes. */
async function writeRow(trx: Db, subject: string, source: string, change: Change): Promise<void> {
  if (change.failures === 0 && change.reserved === 0) {
    await trx
      .deleteFrom('sign_in_failures')
      .where('subject', '=', subject)
      .where('source', '=', source)
      .execute();
    return;
  }
  await trx
    .updateTable('sign_in_failures')
    .set({
      failures: change.failures,
      password_failures: change.passwordFailures,
      reserved: change.reserved,
      locked_at: change.lockedAt,
      ...(change.reservedAt === undefined ? {} : { reserved_at: change.reservedAt }),
      ...(change.failedAt === undefined ? {} : { last_failed_at: change.failedAt }),
    })
    .where('subject', '=', subject)
    .where('source', '=', source)
    .execute();
}

/** Networks from which passwords of the subject were guessed at, or are being checked. */
export async function countNetworks(trx: Db, subject: string, now: number): Promise<number> {
  const rows = await trx
    .selectFrom('sign_in_failures')
    .select('network')
    .distinct()
    .where('subject', '=', subject)
    .where('source', '<>', everywhere)
    .where('last_failed_at', '>', now - decayMs)
    .where((eb) => eb.or([eb('password_failures', '>', 0), eb('reserved', '>', 0)]))
    .execute();
  return rows.length;
}

/** Whether there was anything to clear. */
export async function deleteCounts(trx: Db, subject: string): Promise<boolean> {
  const gone = await trx
    .deleteFrom('sign_in_failures')
    .where('subject', '=', subject)
    .returning('failures')
    .execute();
  return gone.some(({ failures }) => failures > 0);
}

/** What is over counts for nothing; called with each failure, so no timer is needed. */
export async function deleteDecayed(trx: Db, now: number): Promise<void> {
  await trx
    .deleteFrom('sign_in_failures')
    .where('last_failed_at', '<=', now - decayMs)
    .execute();
}

export interface CountRow extends Count {
  readonly subject: string;
  readonly source: string;
  readonly name: string;
  readonly lastFailedAt: number;
}

/** Rows with failures, latest first; of one subject, or of all. */
export async function listCounts(
  db: Db,
  now: number,
  { subject, limit }: { subject?: string; limit: number },
): Promise<CountRow[]> {
  const rows = await db
    .selectFrom('sign_in_failures')
    .selectAll()
    .where('last_failed_at', '>', now - decayMs)
    .where('failures', '>', 0)
    .$if(subject !== undefined, (query) => query.where('subject', '=', subject as string))
    .orderBy('last_failed_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...countOf(row, now),
    subject: row.subject,
    source: row.source,
    name: row.name,
    lastFailedAt: row.last_failed_at,
  }));
}
