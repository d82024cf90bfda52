import { sql } from 'kysely';
import type { Db } from '../../db/tables.ts';

export interface PasswordUses {
  readonly userId: number;
  readonly count: number;
  readonly firstUsedAt: number;
  readonly lastUsedAt: number;
  /** Of the last one. */
  readonly address: string;
  readonly userAgent: string;
}

/** Does nothing for an account that is gone. */
export async function addPasswordUses(db: Db, uses: PasswordUses): Promise<void> {
  await db
    .insertInto('password_uses')
    .columns(['user_id', 'use_count', 'first_used_at', 'last_used_at', 'address', 'user_agent'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .where('users.id', '=', uses.userId)
        .select([
          'users.id',
          eb.cast<number>(eb.val(uses.count), 'bigint').as('count'),
          eb.cast<number>(eb.val(uses.firstUsedAt), 'bigint').as('first'),
          eb.cast<number>(eb.val(uses.lastUsedAt), 'bigint').as('last'),
          eb.cast<string>(eb.val(uses.address), 'text').as('address'),
          eb.cast<string>(eb.val(uses.userAgent), 'text').as('agent'),
        ]),
    )
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        use_count: sql`password_uses.use_count + excluded.use_count`,
        last_used_at: sql`excluded.last_used_at`,
        address: sql`excluded.address`,
        user_agent: sql`excluded.user_agent`,
      }),
    )
    .execute();
}

/** From where the account's password came last over REST; undefined: from nowhere yet. */
export async function findPasswordUse(db: Db, userId: number): Promise<{ address: string } | undefined> {
  return db.selectFrom('password_uses').select('address').where('user_id', '=', userId).executeTakeFirst();
}

const most = 1000;

export async function listPasswordUses(db: Db): Promise<PasswordUses[]> {
  const rows = await db
    .selectFrom('password_uses')
    .selectAll()
    .orderBy('last_used_at', 'desc')
    .orderBy('user_id')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    userId: row.user_id,
    count: row.use_count,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
    address: row.address,
    userAgent: row.user_agent,
  }));
}
