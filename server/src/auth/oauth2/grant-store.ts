import type { Db } from '../../db/tables.ts';

/** What one person lets one application do. */
export interface Grant {
  readonly id: number;
  readonly grantKey: string;
  readonly userId: number;
  readonly userName: string;
  readonly accountId: string;
  readonly linkId: number;
  readonly clientId: string;
  readonly linkName: string;
  readonly scopes: string;
  readonly redirectUri: string | null;
  readonly payload: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
}

const grants = (db: Db) =>
  db
    .selectFrom('oauth2_grants as granted')
    .innerJoin('oauth2_links as link', 'link.id', 'granted.link_id')
    .innerJoin('users', 'users.id', 'granted.user_id')
    .select([
      'granted.id',
      'granted.grant_key as grantKey',
      'granted.user_id as userId',
      'users.name as userName',
      'users.account_id as accountId',
      'granted.link_id as linkId',
      'link.client_id as clientId',
      'link.name as linkName',
      'granted.scopes',
      'granted.redirect_uri as redirectUri',
      'granted.payload',
      'granted.created_at as createdAt',
      'granted.expires_at as expiresAt',
      'granted.last_used_at as lastUsedAt',
    ]);

export const findGrant = (db: Db, grantKey: string): Promise<Grant | undefined> =>
  grants(db).where('granted.grant_key', '=', grantKey).executeTakeFirst();

export const findGrantById = (db: Db, id: number): Promise<Grant | undefined> =>
  grants(db).where('granted.id', '=', id).executeTakeFirst();

export const listGrantsOfUser = (db: Db, userId: number, now: number): Promise<Grant[]> =>
  grants(db)
    .where('granted.user_id', '=', userId)
    .where('granted.expires_at', '>', now)
    .orderBy('granted.id')
    .execute();

/** The grant that a refresh token belongs to, whatever became of the token. */
export const findGrantOfItem = (db: Db, hash: string): Promise<Grant | undefined> =>
  grants(db)
    .innerJoin('oauth2_items as item', 'item.grant_key', 'granted.grant_key')
    .where('item.item_hash', '=', hash)
    .executeTakeFirst();

export interface NewGrant {
  readonly grantKey: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly scopes: string;
  readonly redirectUri: string | null;
  readonly payload: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export async function insertGrant(db: Db, grant: NewGrant): Promise<number> {
  const { id: link_id } = await db
    .selectFrom('oauth2_links')
    .select('id')
    .where('client_id', '=', grant.clientId)
    .executeTakeFirstOrThrow();
  const { id: user_id } = await db
    .selectFrom('users')
    .select('id')
    .where('account_id', '=', grant.accountId)
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('oauth2_grants')
    .values({
      grant_key: grant.grantKey,
      link_id,
      user_id,
      scopes: grant.scopes,
      redirect_uri: grant.redirectUri,
      payload: grant.payload,
      created_at: grant.createdAt,
      expires_at: grant.expiresAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function setGrantExpiry(db: Db, grantKey: string, expiresAt: number): Promise<void> {
  await db
    .updateTable('oauth2_grants')
    .set({ expires_at: expiresAt })
    .where('grant_key', '=', grantKey)
    .execute();
}

/** With every token and code that came of it. Whether it was this call that ended it. */
export async function deleteGrant(trx: Db, grantKey: string): Promise<boolean> {
  const gone = await trx
    .deleteFrom('oauth2_grants')
    .where('grant_key', '=', grantKey)
    .returning('id')
    .execute();
  await trx.deleteFrom('oauth2_items').where('grant_key', '=', grantKey).execute();
  return gone.length > 0;
}
