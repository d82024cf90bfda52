import { sql } from 'kysely';
import { compiledQuery, type ParamsOf } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';
import { accountColumns } from './account.ts';

/** The account has a second factor, or is in a group whose members must have one. */
const needsFactor = sql<0 | 1>`case when users.has_factor = 1 or exists (select 1 from factor_groups
  inner join group_members on group_members.group_id = factor_groups.group_id
  where group_members.user_id = users.id) then 1 else 0 end`;

/**
 * The account that signs in under this folded user name or e-mail address, present or earlier, or one row without an
 * account. `counted`: failures are on record for it, or for the name when no account has it; only then need the lock be
 * looked at.
 */
export const findAccountForSignIn = compiledQuery((db: Db, p: ParamsOf<{ folded: string; nobody: string }>) =>
  db
    .selectFrom('config_revision')
    .leftJoin('users', (join) =>
      join.on((eb) =>
        eb.or([
          eb('users.name_folded', '=', p.folded),
          eb('users.email_folded', '=', p.folded),
          // A scalar, for which PostgreSQL uses an index here; for a list (`in`) it would read all users.
          eb('users.id', '=', (one) =>
            one
              .selectFrom('user_email_aliases')
              .select('user_email_aliases.user_id')
              .where('user_email_aliases.email_folded', '=', p.folded),
          ),
        ]),
      ),
    )
    .select([
      'users.password_hash',
      'users.updated_at',
      'config_revision.revision',
      ...accountColumns,
      needsFactor.as('needs_factor'),
      sql<0 | 1>`case when exists (select 1 from sign_in_failures
        where subject = coalesce('u:' || users.id, ${p.nobody})) then 1 else 0 end`.as('counted'),
    ])
    .where('config_revision.id', '=', 1),
);

/** The same of a known account, by its id: cheaper than by name, for who proved a moment ago whose name it is. */
export const findSignInAccountById = compiledQuery((db: Db, p: ParamsOf<{ id: number }>) =>
  db
    .selectFrom('config_revision')
    .innerJoin('users', (join) => join.on('users.id', '=', p.id))
    .select([
      'users.password_hash',
      'users.updated_at',
      'config_revision.revision',
      ...accountColumns,
      needsFactor.as('needs_factor'),
      sql<0 | 1>`case when exists (select 1 from sign_in_failures
        where subject = 'u:' || users.id) then 1 else 0 end`.as('counted'),
    ])
    .where('config_revision.id', '=', 1),
);

export interface SignInRecord {
  readonly signInCount: number;
  readonly failedCount: number;
  readonly previousSignInAt: number | null;
  readonly lastFailedAt: number | null;
}

export async function noteSignIn(db: Db, userId: number, at: number): Promise<void> {
  await db
    .insertInto('sign_in_records')
    .values({
      user_id: userId,
      sign_in_count: 1,
      failed_count: 0,
      last_sign_in_at: at,
      previous_sign_in_at: null,
      last_failed_at: null,
    })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        sign_in_count: sql`sign_in_records.sign_in_count + 1`,
        previous_sign_in_at: sql`sign_in_records.last_sign_in_at`,
        last_sign_in_at: at,
      }),
    )
    .execute();
}

/** Does nothing for an id that no account has. */
export async function noteFailedSignIn(db: Db, userId: number, at: number): Promise<void> {
  await db
    .insertInto('sign_in_records')
    .columns(['user_id', 'sign_in_count', 'failed_count', 'last_failed_at'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .where('users.id', '=', userId)
        .select([
          'users.id',
          eb.lit(0).as('none'),
          eb.lit(1).as('one'),
          eb.cast<number>(eb.val(at), 'bigint').as('at'),
        ]),
    )
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        failed_count: sql`sign_in_records.failed_count + 1`,
        last_failed_at: at,
      }),
    )
    .execute();
}

export async function findSignInRecord(db: Db, userId: number): Promise<SignInRecord> {
  const row = await db
    .selectFrom('sign_in_records')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return {
    signInCount: row?.sign_in_count ?? 0,
    failedCount: row?.failed_count ?? 0,
    previousSignInAt: row?.previous_sign_in_at ?? null,
    lastFailedAt: row?.last_failed_at ?? null,
  };
}
