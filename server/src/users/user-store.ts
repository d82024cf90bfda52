import { compiledListQuery } from '../db/compiled.ts';
import type { Db } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import type { Page } from '../lib/paging.ts';
import { contains, startsWith } from './text-match.ts';
import type { User, UserReference } from './user.ts';

export const userColumns = [
  'users.id',
  'users.key',
  'users.account_id',
  'users.name',
  'users.email',
  'users.display_name',
  'users.time_zone',
  'users.locale',
  'users.active',
] as const;

export interface UserColumns {
  id: number;
  key: string;
  account_id: string;
  name: string;
  email: string;
  display_name: string;
  time_zone: string;
  locale: string;
  active: 0 | 1;
}

export function user(row: UserColumns): User {
  return {
    id: row.id,
    key: row.key,
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    displayName: row.display_name,
    timeZone: row.time_zone,
    locale: row.locale,
    active: row.active === 1,
  };
}

const selectUsersById = compiledListQuery((db: Db, ids: readonly number[]) =>
  db.selectFrom('users').select(userColumns).where('id', 'in', ids),
);

/** One statement, whatever the number of ids; unknown ids and nulls are left out. */
export async function usersById(
  db: Db,
  ids: Iterable<number | null | undefined>,
): Promise<Map<number, User>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null && id !== undefined);
  if (wanted.length === 0) return new Map();
  const rows = await selectUsersById(db, wanted);
  return new Map(rows.map((row) => [row.id, user(row)]));
}

export async function findUserById(db: Db, id: number): Promise<User | undefined> {
  return (await usersById(db, [id])).get(id);
}

/** The first of account id, key and name that is given counts, as in Jira's resources. */
export async function findUser(db: Db, reference: UserReference): Promise<User | undefined> {
  const { name, key, accountId } = reference;
  const query = db.selectFrom('users').select(userColumns);
  let row: UserColumns | undefined;
  if (accountId !== undefined) row = await query.where('account_id', '=', accountId).executeTakeFirst();
  else if (key !== undefined) row = await query.where('key', '=', key).executeTakeFirst();
  else if (name !== undefined) row = await query.where('name_folded', '=', fold(name)).executeTakeFirst();
  return row && user(row);
}

/**
 * Users by what people write for them (user name, key, account id or e-mail address, in that order of
 * preference), in one statement. The map is keyed by the words as given.
 */
export async function usersByWord(db: Db, words: Iterable<string>): Promise<Map<string, User>> {
  const wanted = [...new Set(words)];
  if (wanted.length === 0) return new Map();
  const folded = wanted.map(fold);
  const rows = await db
    .selectFrom('users')
    .select(userColumns)
    .where((eb) =>
      eb.or([
        eb('name_folded', 'in', folded),
        eb('email_folded', 'in', folded),
        eb('key', 'in', wanted),
        eb('account_id', 'in', wanted),
      ]),
    )
    .execute();
  const byWord = new Map<string, User>();
  for (const [spell, keys] of [
    [fold, (row: UserColumns) => fold(row.email)],
    [String, (row: UserColumns) => row.account_id],
    [String, (row: UserColumns) => row.key],
    [fold, (row: UserColumns) => fold(row.name)],
  ] as const) {
    const known = new Map(rows.map((row) => [keys(row), row]));
    for (const word of wanted) {
      const row = known.get(spell(word));
      if (row !== undefined) byWord.set(word, user(row));
    }
  }
  return byWord;
}

export async function usersByAccountId(db: Db, accountIds: readonly string[]): Promise<Map<string, User>> {
  if (accountIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('users')
    .select(userColumns)
    .where('account_id', 'in', accountIds)
    .execute();
  return new Map(rows.map((row) => [row.account_id, user(row)]));
}

/** Accounts whose user name or e-mail address is one of these folded words. */
export async function usersByFolded(db: Db, folded: readonly string[]): Promise<User[]> {
  const rows = await db
    .selectFrom('users')
    .select(userColumns)
    .where((eb) => eb.or([eb('name_folded', 'in', folded), eb('email_folded', 'in', folded)]))
    .execute();
  return rows.map(user);
}

/** Those of these folded words that are an earlier address, still good for signing in, of another account. */
export async function earlierAddressesOfOthers(
  db: Db,
  folded: readonly string[],
  ownId: number | undefined,
): Promise<ReadonlySet<string>> {
  let query = db.selectFrom('user_email_aliases').select('email_folded').where('email_folded', 'in', folded);
  if (ownId !== undefined) query = query.where('user_id', '!=', ownId);
  const rows = await query.execute();
  return new Set(rows.map(({ email_folded }) => email_folded));
}

export interface UserFields {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
}

const nameColumns = ({ name, email, displayName }: UserFields) => ({
  name,
  name_folded: fold(name),
  email,
  email_folded: fold(email),
  display_name: displayName,
  display_name_folded: fold(displayName),
});

export async function insertUser(
  trx: Db,
  account: UserFields & {
    readonly accountId: string;
    readonly passwordHash: string | null;
    readonly timeZone: string;
    readonly locale: string;
  },
  at: number,
): Promise<User> {
  const { id } = await trx
    .insertInto('users')
    .values({
      ...nameColumns(account),
      // The key holds the id, which the database gives; until then something as unique stands in.
      key: account.accountId,
      account_id: account.accountId,
      time_zone: account.timeZone,
      locale: account.locale,
      active: 1,
      password_hash: account.passwordHash,
      created_at: at,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const row = await trx
    .updateTable('users')
    .set({ key: `JIRAUSER${id}` })
    .where('id', '=', id)
    .returning(userColumns)
    .executeTakeFirstOrThrow();
  return user(row);
}

export async function updateUser(
  trx: Db,
  id: number,
  fields: UserFields & { readonly active: boolean },
  at: number,
): Promise<User> {
  // What is the address again is no earlier one any more.
  await trx
    .deleteFrom('user_email_aliases')
    .where('user_id', '=', id)
    .where('email_folded', '=', fold(fields.email))
    .execute();
  const row = await trx
    .updateTable('users')
    .set({ ...nameColumns(fields), active: fields.active ? 1 : 0, updated_at: at })
    .where('id', '=', id)
    .returning(userColumns)
    .executeTakeFirstOrThrow();
  return user(row);
}

export async function deleteUser(trx: Db, id: number): Promise<void> {
  await trx.deleteFrom('users').where('id', '=', id).execute();
}

export interface UserFilter {
  /** Folded; '' for everyone. */
  readonly text: string;
  readonly accountId?: string | undefined;
  readonly active: boolean;
  readonly inactive: boolean;
  /** Only who holds something: by name, by one of the groups, or by a role in the project. */
  readonly among?:
    | {
        readonly userIds: readonly number[];
        readonly groupIds: readonly number[];
        readonly roleIds: readonly number[];
        readonly projectId: number;
      }
    | undefined;
}

/** One page of the people a text finds: by the start of a user name, an address, or a word of a full name. */
export async function findUsers(db: Db, filter: UserFilter, page: Page): Promise<User[]> {
  let query = db.selectFrom('users').select(userColumns);
  if (filter.text !== '') {
    query = query.where((eb) =>
      eb.or([
        startsWith('users.name_folded', filter.text),
        startsWith('users.email_folded', filter.text),
        startsWith('users.display_name_folded', filter.text),
        contains('users.display_name_folded', ` ${filter.text}`),
        contains('users.display_name_folded', `-${filter.text}`),
      ]),
    );
  }
  if (filter.accountId !== undefined) query = query.where('account_id', '=', filter.accountId);
  if (!filter.active) query = query.where('active', '=', 0);
  if (!filter.inactive) query = query.where('active', '=', 1);
  const { among } = filter;
  if (among !== undefined) {
    query = query.where((eb) =>
      eb.or([
        eb('users.id', 'in', idsOrNone(among.userIds)),
        eb(
          'users.id',
          'in',
          eb
            .selectFrom('group_members')
            .select('group_members.user_id')
            .where('group_id', 'in', idsOrNone(among.groupIds)),
        ),
        eb(
          'users.id',
          'in',
          eb
            .selectFrom('project_role_actors')
            .select('project_role_actors.user_id')
            .where('project_id', '=', among.projectId)
            .where('role_id', 'in', idsOrNone(among.roleIds))
            .where('user_id', 'is not', null)
            .$narrowType<{ user_id: number }>(),
        ),
      ]),
    );
  }
  const rows = await query
    .orderBy('display_name_folded')
    .orderBy('id')
    .limit(page.maxResults)
    .offset(page.startAt)
    .execute();
  return rows.map(user);
}

/** `in ()` is no SQL; no row has the id 0. */
const idsOrNone = (ids: readonly number[]): readonly number[] => (ids.length === 0 ? [0] : ids);

/** What in other tables names a user, in words; those that hold only memberships go with the account. */
export async function referencesTo(trx: Db, id: number): Promise<string[]> {
  const found = await trx
    .selectNoFrom((eb) => [
      eb
        .exists(eb.selectFrom('projects').select('id').where('lead_user_id', '=', id))
        .as('lead of a project'),
      eb
        .exists(eb.selectFrom('issues').select('id').where('reporter_id', '=', id))
        .as('reporter of an issue'),
      eb
        .exists(eb.selectFrom('issues').select('id').where('assignee_id', '=', id))
        .as('assignee of an issue'),
      eb.exists(eb.selectFrom('issues').select('id').where('creator_id', '=', id)).as('creator of an issue'),
      eb
        .exists(
          eb
            .selectFrom('comments')
            .select('id')
            .where((or) => or.or([or('author_id', '=', id), or('updater_id', '=', id)])),
        )
        .as('author of a comment'),
      eb
        .exists(
          eb
            .selectFrom('worklogs')
            .select('id')
            .where((or) => or.or([or('author_id', '=', id), or('updater_id', '=', id)])),
        )
        .as('author of a worklog'),
      eb
        .exists(eb.selectFrom('change_groups').select('id').where('author_id', '=', id))
        .as('author of a change'),
      eb
        .exists(eb.selectFrom('custom_field_values').select('id').where('user_id', '=', id))
        .as('value of a field'),
    ])
    .executeTakeFirstOrThrow();
  return Object.entries(found).flatMap(([reference, exists]) => (exists ? [reference] : []));
}
