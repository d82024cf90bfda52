import type { Selectable } from 'kysely';
import type { Db, Oauth2LinkRow } from '../../db/tables.ts';
import { words } from './oauth2-scopes.ts';

export const grantKinds = [
  'authorization_code',
  'refresh_token',
  'device_code',
  'client_credentials',
] as const;
export type GrantKind = (typeof grantKinds)[number];

/** An application that may ask for access ("incoming link" in Jira). */
export interface Link {
  readonly id: number;
  readonly clientId: string;
  readonly name: string;
  /** SHA-256; null: a public application, which has none. */
  readonly secretHash: string | null;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly grants: readonly GrantKind[];
  /** The account whose rights it has when it asks for itself. */
  readonly actsAs: number | null;
  readonly createdAt: number;
}

const linkOf = (row: Selectable<Oauth2LinkRow>): Link => ({
  id: row.id,
  clientId: row.client_id,
  name: row.name,
  secretHash: row.secret_hash,
  redirectUris: JSON.parse(row.redirect_uris),
  scopes: words(row.scopes),
  grants: words(row.grants) as GrantKind[],
  actsAs: row.acts_as,
  createdAt: row.created_at,
});

export async function findLinkByClientId(db: Db, clientId: string): Promise<Link | undefined> {
  const row = await db
    .selectFrom('oauth2_links')
    .selectAll()
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row && linkOf(row);
}

export async function findLink(db: Db, id: number): Promise<Link | undefined> {
  const row = await db.selectFrom('oauth2_links').selectAll().where('id', '=', id).executeTakeFirst();
  return row && linkOf(row);
}

export async function listLinks(db: Db): Promise<Link[]> {
  return (await db.selectFrom('oauth2_links').selectAll().orderBy('id').execute()).map(linkOf);
}

const columnsOf = (link: Omit<Link, 'id' | 'clientId' | 'secretHash' | 'createdAt'>) => ({
  name: link.name,
  redirect_uris: JSON.stringify(link.redirectUris),
  scopes: link.scopes.join(' '),
  grants: link.grants.join(' '),
  acts_as: link.actsAs,
});

export async function insertLink(db: Db, link: Omit<Link, 'id'>): Promise<Link> {
  const row = await db
    .insertInto('oauth2_links')
    .values({
      ...columnsOf(link),
      client_id: link.clientId,
      secret_hash: link.secretHash,
      created_at: link.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return linkOf(row);
}

export async function updateLink(
  db: Db,
  id: number,
  link: Omit<Link, 'id' | 'clientId' | 'secretHash' | 'createdAt'>,
): Promise<Link | undefined> {
  const row = await db
    .updateTable('oauth2_links')
    .set(columnsOf(link))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  return row && linkOf(row);
}

export async function setLinkSecret(db: Db, id: number, secretHash: string): Promise<void> {
  await db.updateTable('oauth2_links').set({ secret_hash: secretHash }).where('id', '=', id).execute();
}

/** With all that was granted to it. Whether there was such a one. */
export async function deleteLink(db: Db, id: number): Promise<boolean> {
  const gone = await db.deleteFrom('oauth2_links').where('id', '=', id).returning('id').execute();
  return gone.length > 0;
}
