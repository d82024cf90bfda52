import { parseLegacyHash } from '../auth/passwords/legacy-hashes.ts';
import type { Db } from '../db/tables.ts';

export interface AccountSummary {
  readonly id: number;
  readonly key: string;
  readonly accountId: string;
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly active: boolean;
  readonly administrator: boolean;
  /** What the password is stored as; null: there is none. */
  readonly passwordHash: 'argon2id' | 'bcrypt' | 'pkcs5s2' | null;
  /** Neither revoked nor expired. */
  readonly liveTokens: number;
}

/** Every account, in one statement. */
export async function listAccounts(db: Db, now: number): Promise<AccountSummary[]> {
  const rows = await db
    .selectFrom('users')
    .select(['id', 'key', 'account_id', 'name', 'email', 'display_name', 'active', 'password_hash'])
    .select((eb) => [
      eb
        .selectFrom('group_members')
        .innerJoin('global_permissions', 'global_permissions.group_id', 'group_members.group_id')
        .select((grant) => grant.fn.countAll<number>().as('count'))
        .whereRef('group_members.user_id', '=', 'users.id')
        .where('global_permissions.permission', 'in', ['ADMINISTER', 'SYSTEM_ADMIN'])
        .as('administrator_grants'),
      eb
        .selectFrom('api_tokens')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('api_tokens.user_id', '=', 'users.id')
        .where('api_tokens.revoked_at', 'is', null)
        .where('api_tokens.expires_at', '>', now)
        .as('live_tokens'),
    ])
    .orderBy('users.name_folded')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    displayName: row.display_name,
    active: row.active === 1,
    administrator: Number(row.administrator_grants) > 0,
    passwordHash:
      row.password_hash === null ? null : (parseLegacyHash(row.password_hash)?.kind ?? 'argon2id'),
    liveTokens: Number(row.live_tokens),
  }));
}
