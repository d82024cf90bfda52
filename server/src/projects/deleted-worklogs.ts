import { type Expression, sql } from 'kysely';
import type { Db } from '../db/tables.ts';

/** Keeps the ids of the worklogs that are about to go with their issues, for programs that keep a copy of them. */
export async function recordDeletedWorklogs(
  trx: Db,
  issueIds: Expression<unknown>,
  at: number,
): Promise<void> {
  await sql`
    insert into deleted_worklogs (worklog_id, deleted_at)
    select id, cast(${at} as bigint) from worklogs where issue_id in ${issueIds}
  `.execute(trx);
}
