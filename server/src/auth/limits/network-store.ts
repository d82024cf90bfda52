import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { Db, SignInNetworkRow } from '../../db/tables.ts';
import { reservationLifeMs } from '../locks/lock-rules.ts';

export interface NetworkCount {
  readonly paidUntilMs: number;
  readonly reserved: number;
}

const selectNetwork = compiledQuery((db: Db, p: ParamsOf<{ network: string }>) =>
  db.selectFrom('sign_in_networks').selectAll().where('network', '=', p.network),
);

export async function readNetwork(db: Db, network: string, now: number): Promise<NetworkCount> {
  const [row] = await selectNetwork(db, { network });
  return row === undefined ? { paidUntilMs: 0, reserved: 0 } : countOf(row, now);
}

/** The count, held until the transaction ends: whoever else wants to change it waits. */
export async function holdNetwork(trx: Db, network: string, now: number): Promise<NetworkCount> {
  const row = await trx
    .insertInto('sign_in_networks')
    .values({ network, paid_until: 0, reserved: 0, reserved_at: now })
    // Changes nothing, and takes the row's lock on PostgreSQL.
    .onConflict((conflict) =>
      conflict.column('network').doUpdateSet({ network: (eb) => eb.ref('excluded.network') }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return countOf(row, now);
}

export async function writeNetwork(
  trx: Db,
  network: string,
  { paidUntilMs, reserved }: NetworkCount,
  now: number,
): Promise<void> {
  if (reserved <= 0 && paidUntilMs <= now) {
    await trx.deleteFrom('sign_in_networks').where('network', '=', network).execute();
    return;
  }
  await trx
    .updateTable('sign_in_networks')
    .set({ paid_until: paidUntilMs, reserved: Math.max(0, reserved), reserved_at: now })
    .where('network', '=', network)
    .execute();
}

/** What is over counts for nothing; called now and then by who counts a failure, so no timer is needed. */
export async function deleteOldNetworks(trx: Db, now: number): Promise<void> {
  await trx
    .deleteFrom('sign_in_networks')
    .where('paid_until', '<=', now)
    .where('reserved_at', '<=', now - reservationLifeMs)
    .execute();
}

const countOf = (row: SignInNetworkRow, now: number): NetworkCount => ({
  paidUntilMs: row.paid_until,
  reserved: now - row.reserved_at > reservationLifeMs ? 0 : row.reserved,
});
