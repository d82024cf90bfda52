import { sql } from 'kysely';
import type { Db } from '../../db/tables.ts';

const hourMs = 3_600_000;
const hoursOfWeek = 7 * 24;

export async function countFailureOfHour(trx: Db, now: number): Promise<void> {
  const hour = Math.floor(now / hourMs);
  await trx
    .insertInto('sign_in_failure_hours')
    .values({ hour, failures: 1, alarmed: 0 })
    .onConflict((conflict) =>
      conflict.column('hour').doUpdateSet({ failures: sql`sign_in_failure_hours.failures + 1` }),
    )
    .execute();
}

export interface FailuresOverTime {
  /** In the last sixty minutes, as far as hours tell. */
  readonly lastHour: number;
  /** In an hour of the week before, on average. */
  readonly usualHour: number;
}

export async function readFailuresOverTime(db: Db, now: number): Promise<FailuresOverTime> {
  const hour = Math.floor(now / hourMs);
  const rows = await db
    .selectFrom('sign_in_failure_hours')
    .select(['hour', 'failures'])
    .where('hour', '>', hour - hoursOfWeek)
    .execute();
  const of = (wanted: number) => Number(rows.find((row) => Number(row.hour) === wanted)?.failures ?? 0);
  const earlier = rows.filter((row) => Number(row.hour) < hour - 1);
  const sum = earlier.reduce((total, row) => total + Number(row.failures), 0);
  const share = 1 - (now % hourMs) / hourMs;
  return { lastHour: of(hour) + of(hour - 1) * share, usualHour: sum / (hoursOfWeek - 2) };
}

/** Whether nobody raised it in this hour before; forgets what is older than a week. */
export async function raiseAlarm(trx: Db, now: number): Promise<boolean> {
  const hour = Math.floor(now / hourMs);
  await trx
    .deleteFrom('sign_in_failure_hours')
    .where('hour', '<=', hour - hoursOfWeek)
    .execute();
  const raised = await trx
    .insertInto('sign_in_failure_hours')
    .values({ hour, failures: 0, alarmed: 1 })
    .onConflict((conflict) =>
      conflict.column('hour').doUpdateSet({ alarmed: 1 }).where('sign_in_failure_hours.alarmed', '=', 0),
    )
    .returning('hour')
    .execute();
  return raised.length > 0;
}
