import { sql } from 'kysely';
import type { CredentialUseDayRow, Db } from '../../db/tables.ts';

export type UsedKind = CredentialUseDayRow['kind'];

export interface Uses {
  readonly kind: UsedKind;
  readonly id: number;
  readonly day: number;
  readonly requests: number;
  readonly scopes: Iterable<string>;
}

export async function addUses(db: Db, { kind, id, day, requests, scopes }: Uses): Promise<void> {
  await db
    .insertInto('credential_use_days')
    .values({ kind, credential_id: id, day, requests })
    .onConflict((conflict) =>
      conflict
        .columns(['kind', 'credential_id', 'day'])
        .doUpdateSet({ requests: sql`credential_use_days.requests + ${requests}` }),
    )
    .execute();
  const rows = [...scopes].map((scope) => ({ kind, credential_id: id, scope }));
  if (rows.length === 0) return;
  await db
    .insertInto('credential_scopes_used')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Requests by day since `sinceDay`, and the scopes that were ever needed. */
export async function readUse(db: Db, kind: UsedKind, id: number, sinceDay: number) {
  const days = await db
    .selectFrom('credential_use_days')
    .select(['day', 'requests'])
    .where('kind', '=', kind)
    .where('credential_id', '=', id)
    .where('day', '>=', sinceDay)
    .orderBy('day')
    .execute();
  const scopes = await db
    .selectFrom('credential_scopes_used')
    .select('scope')
    .where('kind', '=', kind)
    .where('credential_id', '=', id)
    .orderBy('scope')
    .execute();
  return { days, scopes: scopes.map(({ scope }) => scope) };
}

/** Counts of days that no plot shows any more. */
export async function deleteUsesBefore(db: Db, day: number): Promise<void> {
  await db.deleteFrom('credential_use_days').where('day', '<', day).execute();
}
