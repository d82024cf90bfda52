import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { Db } from '../../db/tables.ts';
import { accountColumns } from '../account.ts';

/**
 * The statement of every request by an access token: token, grant, application, account and configuration revision in one
 * row. Without the grant (revoked) or the account that a client acts as there is no row.
 */
export const findAccessToken = compiledQuery((db: Db, p: ParamsOf<{ hash: string }>) =>
  db
    .selectFrom('oauth2_items as item')
    .innerJoin('oauth2_links as link', 'link.id', 'item.link_id')
    .innerJoin('config_revision', (join) => join.on('config_revision.id', '=', 1))
    .leftJoin('oauth2_grants as granted', 'granted.grant_key', 'item.grant_key')
    .innerJoin('users', (join) =>
      join.on((eb) =>
        eb.or([
          eb.and([eb('item.kind', '=', 'AccessToken'), eb('users.id', '=', eb.ref('granted.user_id'))]),
          eb.and([eb('item.kind', '=', 'ClientCredentials'), eb('users.id', '=', eb.ref('link.acts_as'))]),
        ]),
      ),
    )
    .select([
      'item.id as token_id',
      'item.kind',
      'item.expires_at',
      'item.scopes',
      'link.name as link_name',
      'link.scopes as link_scopes',
      'granted.id as grant_id',
      'granted.expires_at as grant_expires_at',
      'granted.last_used_at as grant_last_used_at',
      'config_revision.revision',
      ...accountColumns,
    ])
    .where('item.item_hash', '=', p.hash),
);

export interface Item {
  readonly hash: string;
  readonly grantKey: string | null;
  readonly payload: string;
  readonly expiresAt: number;
  readonly consumedAt: number | null;
}

export interface NewItem {
  readonly kind: string;
  readonly hash: string;
  readonly grantKey: string | null;
  readonly clientId: string;
  readonly scopes: string | null;
  readonly userCode: string | null;
  readonly payload: string;
  readonly expiresAt: number;
}

/** Stored anew, or its payload changed; whether it was used up and its code for people stay. */
export async function saveItem(db: Db, item: NewItem): Promise<void> {
  await db
    .insertInto('oauth2_items')
    .values((eb) => ({
      kind: item.kind,
      item_hash: item.hash,
      grant_key: item.grantKey,
      link_id: eb.selectFrom('oauth2_links').select('id').where('client_id', '=', item.clientId),
      scopes: item.scopes,
      user_code: item.userCode,
      payload: item.payload,
      expires_at: item.expiresAt,
    }))
    .onConflict((conflict) =>
      conflict.column('item_hash').doUpdateSet({
        grant_key: item.grantKey,
        scopes: item.scopes,
        payload: item.payload,
        expires_at: item.expiresAt,
      }),
    )
    .execute();
}

/** What stands behind it is looked at too: a token of a revoked grant, or of a closed account, is none. */
export async function findItem(db: Db, kind: string, hash: string): Promise<Item | undefined> {
  let query = db
    .selectFrom('oauth2_items as item')
    .select(['item.item_hash', 'item.grant_key', 'item.payload', 'item.expires_at', 'item.consumed_at'])
    .where('item.item_hash', '=', hash)
    .where('item.kind', '=', kind);
  if (kind === 'AccessToken' || kind === 'RefreshToken') {
    query = query
      .innerJoin('oauth2_grants as granted', 'granted.grant_key', 'item.grant_key')
      .innerJoin('users', 'users.id', 'granted.user_id')
      .where('users.active', '=', 1);
  } else if (kind === 'ClientCredentials') {
    query = query
      .innerJoin('oauth2_links as link', 'link.id', 'item.link_id')
      .innerJoin('users', 'users.id', 'link.acts_as')
      .where('users.active', '=', 1);
  }
  const row = await query.executeTakeFirst();
  return row && itemOf(row);
}

interface ItemRow {
  item_hash: string;
  grant_key: string | null;
  payload: string;
  expires_at: number;
  consumed_at: number | null;
}

const itemOf = (row: ItemRow): Item => ({
  hash: row.item_hash,
  grantKey: row.grant_key,
  payload: row.payload,
  expiresAt: row.expires_at,
  consumedAt: row.consumed_at,
});

/** By the code that a person types; whoever decided about it used the code up. */
export async function findItemByUserCode(db: Db, userCode: string): Promise<Item | undefined> {
  const row = await db
    .selectFrom('oauth2_items')
    .select(['grant_key', 'payload', 'expires_at', 'consumed_at', 'item_hash'])
    .where('user_code', '=', userCode)
    .executeTakeFirst();
  return row && itemOf(row);
}

/** Whether it was this call that used the code for people up. */
export async function useUserCode(db: Db, userCode: string): Promise<boolean> {
  const used = await db
    .updateTable('oauth2_items')
    .set({ user_code: null })
    .where('user_code', '=', userCode)
    .returning('id')
    .execute();
  return used.length > 0;
}

/** Whether it was this call that used it up: of several at once, one hears so. */
export async function consumeItem(db: Db, kind: string, hash: string, now: number): Promise<boolean> {
  const used = await db
    .updateTable('oauth2_items')
    .set({ consumed_at: now })
    .where('item_hash', '=', hash)
    .where('kind', '=', kind)
    .where('consumed_at', 'is', null)
    .returning('id')
    .execute();
  return used.length > 0;
}

export async function deleteItem(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('oauth2_items').where('item_hash', '=', hash).execute();
}

/** Items and grants whose time is over, a few at a time; how many of both went. */
export async function deleteExpired(db: Db, before: number, most: number): Promise<number> {
  const items = await db
    .deleteFrom('oauth2_items')
    .where('id', 'in', (eb) =>
      eb.selectFrom('oauth2_items').select('id').where('expires_at', '<=', before).limit(most),
    )
    .returning('id')
    .execute();
  const grants = await db
    .deleteFrom('oauth2_grants')
    .where('id', 'in', (eb) =>
      eb.selectFrom('oauth2_grants').select('id').where('expires_at', '<=', before).limit(most),
    )
    .returning('id')
    .execute();
  return Math.max(items.length, grants.length);
}
