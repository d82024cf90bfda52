import { sql } from 'kysely';
import type { Db } from '../db/tables.ts';
import { fold } from '../lib/fold.ts';
import type { Page } from '../lib/paging.ts';
import { contains } from './text-match.ts';
import type { User } from './user.ts';
import { user, userColumns } from './user-store.ts';

export interface Group {
  readonly id: number;
  readonly name: string;
}

const columns = ['groups.id', 'groups.name'] as const;

export async function groupsById(db: Db, ids: Iterable<number>): Promise<Map<number, Group>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db.selectFrom('groups').select(columns).where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Keyed by the folded name. */
export async function groupsByName(db: Db, names: Iterable<string>): Promise<Map<string, Group>> {
  const wanted = [...new Set([...names].map(fold))];
  if (wanted.length === 0) return new Map();
  const rows = await db.selectFrom('groups').select(columns).where('name_folded', 'in', wanted).execute();
  return new Map(rows.map((row) => [fold(row.name), row]));
}

export function groupsOfUser(db: Db, userId: number): Promise<Group[]> {
  return db
    .selectFrom('groups')
    .innerJoin('group_members', 'group_members.group_id', 'groups.id')
    .select(columns)
    .where('group_members.user_id', '=', userId)
    .orderBy('groups.name_folded')
    .execute();
}

export interface Found<T> {
  readonly total: number;
  readonly items: readonly T[];
}

export async function findGroups(
  db: Db,
  filter: {
    readonly part?: string;
    readonly exclude?: readonly string[];
    readonly ids?: readonly number[];
    readonly names?: readonly string[];
  },
  page: Page,
): Promise<Found<Group>> {
  let query = db.selectFrom('groups');
  if (filter.part) query = query.where(contains('groups.name_folded', fold(filter.part)));
  if (filter.exclude?.length) query = query.where('name_folded', 'not in', filter.exclude.map(fold));
  if (filter.ids?.length) query = query.where('id', 'in', filter.ids);
  if (filter.names?.length) query = query.where('name_folded', 'in', filter.names.map(fold));
  const { total } = await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  const items = await query
    .select(columns)
    .orderBy('name_folded')
    .limit(page.maxResults)
    .offset(page.startAt)
    .execute();
  return { total: Number(total), items };
}

export async function listMembers(
  db: Db,
  groupId: number,
  includeInactive: boolean,
  page: Page,
): Promise<Found<User>> {
  let query = db
    .selectFrom('users')
    .innerJoin('group_members', 'group_members.user_id', 'users.id')
    .where('group_members.group_id', '=', groupId);
  if (!includeInactive) query = query.where('users.active', '=', 1);
  const { total } = await query.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow();
  const rows = await query
    .select(userColumns)
    .orderBy('users.name_folded')
    .limit(page.maxResults)
    .offset(page.startAt)
    .execute();
  return { total: Number(total), items: rows.map(user) };
}

export async function insertGroup(trx: Db, name: string): Promise<Group> {
  return trx
    .insertInto('groups')
    .values({ name, name_folded: fold(name) })
    .returning(columns)
    .executeTakeFirstOrThrow();
}

/** Memberships, role and global grants go with it; comments and worklogs limited to it move to `heir`, or nobody sees them. */
export async function deleteGroup(trx: Db, id: number, heir: number | undefined): Promise<void> {
  if (heir !== undefined) {
    for (const table of ['comments', 'worklogs'] as const) {
      await trx
        .updateTable(table)
        .set({ visibility_id: heir })
        .where('visibility_type', '=', 'group')
        .where('visibility_id', '=', id)
        .execute();
    }
  }
  await trx.deleteFrom('groups').where('id', '=', id).execute();
}

/** Whether the user was not in the group before. */
export async function insertMember(trx: Db, groupId: number, userId: number): Promise<boolean> {
  const rows = await trx
    .insertInto('group_members')
    .values({ group_id: groupId, user_id: userId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('user_id')
    .execute();
  return rows.length > 0;
}

/** Whether the user was in the group before. */
export async function deleteMember(trx: Db, groupId: number, userId: number): Promise<boolean> {
  const rows = await trx
    .deleteFrom('group_members')
    .where('group_id', '=', groupId)
    .where('user_id', '=', userId)
    .returning('user_id')
    .execute();
  return rows.length > 0;
}
