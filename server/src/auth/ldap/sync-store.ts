import type { Db, DirectorySyncRow } from '../../db/tables.ts';

/** Syncs of a directory that are kept. */
const kept = 20;

export interface SyncCounts {
  /** People the directory showed. */
  readonly found: number;
  /** Accounts here that are linked to it. */
  readonly linked: number;
  readonly updated: number;
  readonly deactivated: number;
  readonly activated: number;
  /** Accounts that could not follow; the changes say why. */
  readonly left: number;
}

export const noCounts: SyncCounts = {
  found: 0,
  linked: 0,
  updated: 0,
  deactivated: 0,
  activated: 0,
  left: 0,
};

export interface SyncChange {
  readonly account: string;
  readonly accountId: string;
  readonly did: 'updated' | 'deactivated' | 'activated' | 'left';
  /** In words. */
  readonly because: string;
}

export interface DirectorySync {
  readonly id: number;
  readonly providerId: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly startedBy: DirectorySyncRow['started_by'];
  readonly outcome: DirectorySyncRow['outcome'];
  /** What went wrong, in words for administrators. */
  readonly problem: string | null;
  readonly counts: SyncCounts;
  /** The first of them; the counts have all. */
  readonly changes: readonly SyncChange[];
}

interface Holding {
  readonly providerId: number;
  readonly holder: string;
  readonly now: number;
  readonly until: number;
}

/** Whether it is this holder's turn: nobody is at it, and the last one began no later than `dueBefore`. */
export async function takeLease(
  db: Db,
  { providerId, holder, now, until, dueBefore }: Holding & { readonly dueBefore: number },
): Promise<boolean> {
  const rows = await db
    .insertInto('directory_sync_leases')
    .values({ provider_id: providerId, holder, started_at: now, held_until: until })
    .onConflict((conflict) =>
      conflict
        .column('provider_id')
        .doUpdateSet({ holder, started_at: now, held_until: until })
        .where('directory_sync_leases.held_until', '<=', now)
        .where('directory_sync_leases.started_at', '<=', dueBefore),
    )
    .returning('provider_id')
    .execute();
  return rows.length > 0;
}

/** Whether it is still this holder's. */
export async function renewLease(db: Db, { providerId, holder, now, until }: Holding): Promise<boolean> {
  const rows = await db
    .updateTable('directory_sync_leases')
    .set({ held_until: until })
    .where('provider_id', '=', providerId)
    .where('holder', '=', holder)
    .where('held_until', '>', now)
    .returning('provider_id')
    .execute();
  return rows.length > 0;
}

export async function endLease(
  db: Db,
  { providerId, holder }: Pick<Holding, 'providerId' | 'holder'>,
): Promise<void> {
  await db
    .updateTable('directory_sync_leases')
    .set({ held_until: 0 })
    .where('provider_id', '=', providerId)
    .where('holder', '=', holder)
    .execute();
}

/** The new one; older ones that never ended are told so, and those beyond the last twenty go. */
export async function insertSync(
  trx: Db,
  { providerId, at, startedBy }: { providerId: number; at: number; startedBy: DirectorySync['startedBy'] },
): Promise<DirectorySync> {
  await trx
    .updateTable('directory_syncs')
    .set({ outcome: 'failed', ended_at: at, problem: 'It did not end: the process that was at it is gone.' })
    .where('provider_id', '=', providerId)
    .where('outcome', '=', 'running')
    .execute();
  const row = await trx
    .insertInto('directory_syncs')
    .values({
      provider_id: providerId,
      started_at: at,
      ended_at: null,
      started_by: startedBy,
      outcome: 'running',
      problem: null,
      counts: JSON.stringify(noCounts),
      changes: '[]',
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await trx
    .deleteFrom('directory_syncs')
    .where('provider_id', '=', providerId)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('directory_syncs')
        .select('id')
        .where('provider_id', '=', providerId)
        .orderBy('id', 'desc')
        .limit(kept),
    )
    .execute();
  return syncOf(row);
}

export async function finishSync(
  db: Db,
  id: number,
  ended: { readonly at: number } & Pick<DirectorySync, 'outcome' | 'problem' | 'counts' | 'changes'>,
): Promise<void> {
  await db
    .updateTable('directory_syncs')
    .set({
      ended_at: ended.at,
      outcome: ended.outcome,
      problem: ended.problem,
      counts: JSON.stringify(ended.counts),
      changes: JSON.stringify(ended.changes),
    })
    .where('id', '=', id)
    .where('outcome', '=', 'running')
    .execute();
}

/** Newest first. */
export async function listSyncs(db: Db, providerId: number): Promise<DirectorySync[]> {
  const rows = await db
    .selectFrom('directory_syncs')
    .selectAll()
    .where('provider_id', '=', providerId)
    .orderBy('id', 'desc')
    .limit(kept)
    .execute();
  return rows.map(syncOf);
}

const syncOf = (row: Omit<DirectorySyncRow, 'id'> & { id: number }): DirectorySync => ({
  id: row.id,
  providerId: row.provider_id,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  startedBy: row.started_by,
  outcome: row.outcome,
  problem: row.problem,
  counts: JSON.parse(row.counts),
  changes: JSON.parse(row.changes),
});

export interface LinkedAccount {
  readonly userId: number;
  readonly accountId: string;
  readonly name: string;
  readonly subject: string;
  readonly active: boolean;
  /** A sync of this directory deactivated it, and nobody has touched it since. */
  readonly deactivatedBySync: boolean;
}

export async function listLinked(db: Db, providerId: number): Promise<LinkedAccount[]> {
  const rows = await db
    .selectFrom('external_identities')
    .innerJoin('users', 'users.id', 'external_identities.user_id')
    .leftJoin('directory_deactivations as off', (join) =>
      join
        .onRef('off.user_id', '=', 'users.id')
        .onRef('off.provider_id', '=', 'external_identities.provider_id')
        .onRef('off.account_updated_at', '=', 'users.updated_at'),
    )
    .select([
      'users.id as user_id',
      'users.account_id',
      'users.name',
      'users.active',
      'external_identities.subject',
      'off.user_id as off_id',
    ])
    .where('external_identities.provider_id', '=', providerId)
    .orderBy('external_identities.id')
    .execute();
  return rows.map((row) => ({
    userId: row.user_id,
    accountId: row.account_id,
    name: row.name,
    subject: row.subject,
    active: row.active === 1,
    deactivatedBySync: row.active === 0 && row.off_id !== null,
  }));
}

export async function noteDeactivation(
  trx: Db,
  providerId: number,
  userId: number,
  at: number,
): Promise<void> {
  await trx
    .insertInto('directory_deactivations')
    .values({ user_id: userId, provider_id: providerId, account_updated_at: at })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({ provider_id: providerId, account_updated_at: at }),
    )
    .execute();
}

/** Whether the account is still as a sync of this directory left it; it is noted no longer. */
export async function takeDeactivation(trx: Db, providerId: number, userId: number): Promise<boolean> {
  const row = await trx
    .deleteFrom('directory_deactivations')
    .where('user_id', '=', userId)
    .where('provider_id', '=', providerId)
    .returning('account_updated_at')
    .executeTakeFirst();
  if (row === undefined) return false;
  const account = await trx
    .selectFrom('users')
    .select('id')
    .where('id', '=', userId)
    .where('active', '=', 0)
    .where('updated_at', '=', row.account_updated_at)
    .executeTakeFirst();
  return account !== undefined;
}
