import { compiledQuery, type ParamsOf } from '../../db/compiled.ts';
import type { Db, Oauth1LinkRow } from '../../db/tables.ts';

/** An application that an administrator has let in. */
export interface Link {
  readonly id: number;
  readonly consumerKey: string;
  readonly name: string;
  /** PEM. */
  readonly publicKey: string;
  readonly keyBits: number;
  /** Where people are sent back to; null: wherever the application says. */
  readonly callback: string | null;
  /** Whom a request without a token acts as; null: such requests are refused. */
  readonly twoLeggedUserId: number | null;
  /** Such requests may name another account. */
  readonly impersonation: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type LinkValues = Omit<Link, 'id' | 'createdAt' | 'updatedAt'>;

/** The statement of every signed request: read anew each time, so that a removed link is refused on the very next one. */
const findByKey = compiledQuery((db: Db, p: ParamsOf<{ key: string }>) =>
  db
    .selectFrom('oauth1_links')
    .innerJoin('config_revision', (join) => join.on('config_revision.id', '=', 1))
    .selectAll('oauth1_links')
    .select('config_revision.revision')
    .where('oauth1_links.consumer_key', '=', p.key),
);

export async function findLinkByKey(
  db: Db,
  key: string,
): Promise<{ link: Link; revision: number } | undefined> {
  const [row] = await findByKey(db, { key });
  return row && { link: linkOf(row as Row), revision: row.revision };
}

type Row = { [K in keyof Oauth1LinkRow]: K extends 'id' ? number : Oauth1LinkRow[K] };

const linkOf = (row: Row): Link => ({
  id: row.id,
  consumerKey: row.consumer_key,
  name: row.name,
  publicKey: row.public_key,
  keyBits: row.key_bits,
  callback: row.callback,
  twoLeggedUserId: row.two_legged_user_id,
  impersonation: row.impersonation === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export async function listLinks(db: Db): Promise<Link[]> {
  const rows = await db.selectFrom('oauth1_links').selectAll().orderBy('id').execute();
  return rows.map((row) => linkOf(row as Row));
}

export async function findLink(db: Db, id: number): Promise<Link | undefined> {
  const row = await db.selectFrom('oauth1_links').selectAll().where('id', '=', id).executeTakeFirst();
  return row && linkOf(row as Row);
}

const columns = (values: LinkValues) => ({
  consumer_key: values.consumerKey,
  name: values.name,
  public_key: values.publicKey,
  key_bits: values.keyBits,
  callback: values.callback,
  two_legged_user_id: values.twoLeggedUserId,
  impersonation: values.impersonation ? (1 as const) : (0 as const),
});

export async function insertLink(trx: Db, values: LinkValues, at: number): Promise<number> {
  const { id } = await trx
    .insertInto('oauth1_links')
    .values({ ...columns(values), created_at: at, updated_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  return Number(id);
}

export async function updateLink(trx: Db, id: number, values: LinkValues, at: number): Promise<void> {
  await trx
    .updateTable('oauth1_links')
    .set({ ...columns(values), updated_at: at })
    .where('id', '=', id)
    .execute();
}

/** With its tokens. */
export async function deleteLink(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('oauth1_links').where('id', '=', id).execute();
}
