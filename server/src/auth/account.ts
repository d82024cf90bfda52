import type { ActorUser } from '../identity.ts';

/** Columns of `users` that an actor is made of; selected by every statement that authenticates. */
export const accountColumns = [
  'users.id as user_id',
  'users.key as user_key',
  'users.account_id',
  'users.name',
  'users.email',
  'users.display_name',
  'users.time_zone',
  'users.locale',
  'users.active',
] as const;

export interface AccountRow {
  user_id: number;
  user_key: string;
  account_id: string;
  name: string;
  email: string;
  display_name: string;
  time_zone: string;
  locale: string;
  active: 0 | 1;
}

export function actorUser(row: AccountRow): ActorUser {
  return {
    id: row.user_id,
    key: row.user_key,
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    displayName: row.display_name,
    timeZone: row.time_zone,
    locale: row.locale,
    active: row.active === 1,
  };
}
