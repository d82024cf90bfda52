import type { Db } from '../../db/tables.ts';
import { fold } from '../../lib/fold.ts';
import { type AccountFields, accountErrors } from '../../users/account-fields.ts';
import { type Group, groupsByName, groupsOfUser } from '../../users/group-store.ts';
import type { User } from '../../users/user.ts';
import { findUserById, usersByFolded } from '../../users/user-store.ts';
import { findIdentity, listProvided } from './identity-store.ts';
import type { Person, Provider } from './provider.ts';

/** What a person's sign-in would do here. Made before anything changes, so that "test this" can show it. */
export type PersonPlan =
  | {
      readonly does: 'sign-in';
      readonly identityId: number;
      readonly user: User;
      /** As the account shall be called from now on; undefined: nothing changes. */
      readonly fields: AccountFields | undefined;
      readonly groups: GroupPlan;
    }
  | { readonly does: 'create'; readonly fields: AccountFields; readonly groups: GroupPlan }
  | {
      readonly does: 'refuse';
      readonly step: RefusalStep;
      readonly userId?: number;
      readonly facts?: Readonly<Record<string, string>>;
    };

export type RefusalStep =
  | 'sso-account-disabled'
  | 'sso-no-account'
  | 'sso-account-not-linked'
  | 'sso-incomplete';

export interface GroupPlan {
  readonly join: readonly Group[];
  readonly leave: readonly Group[];
  /** Groups of the provider's rules that do not exist here. */
  readonly missing: readonly string[];
}

export async function planFor(db: Db, provider: Provider, person: Person): Promise<PersonPlan> {
  const identity = await findIdentity(db, provider.id, person.subject);
  const user = identity && (await findUserById(db, identity.userId));
  if (identity === undefined || user === undefined) return planNewcomer(db, provider, person);
  if (!user.active) return { does: 'refuse', step: 'sso-account-disabled', userId: user.id };
  return {
    does: 'sign-in',
    identityId: identity.id,
    user,
    fields: await changedFields(db, provider, person, user),
    groups: await planGroups(db, provider, person, user.id),
  };
}

async function planNewcomer(db: Db, provider: Provider, person: Person): Promise<PersonPlan> {
  const fields = {
    name: person.userName ?? person.email ?? '',
    email: person.email ?? '',
    displayName: person.displayName ?? person.userName ?? person.email ?? '',
  };
  const words = [fields.name, fields.email].filter((word) => word !== '').map(fold);
  const [taken] = words.length === 0 ? [] : await usersByFolded(db, words);
  // Somebody here has that name or address. Whether it is the same person only they or an administrator can say.
  if (taken !== undefined) return { does: 'refuse', step: 'sso-account-not-linked', userId: taken.id };
  if (!provider.accountRules.createsAccounts) return { does: 'refuse', step: 'sso-no-account' };
  const errors = await accountErrors(db, fields);
  const [field] = Object.keys(errors);
  if (field !== undefined) {
    return { does: 'refuse', step: 'sso-incomplete', facts: { field, problem: errors[field]! } };
  }
  return { does: 'create', fields, groups: await planGroups(db, provider, person, undefined) };
}

/** An address or name that somebody else has is left as it was: a provider cannot take it from them. */
async function changedFields(
  db: Db,
  provider: Provider,
  person: Person,
  user: User,
): Promise<AccountFields | undefined> {
  if (!provider.accountRules.updatesAccounts) return undefined;
  const wanted = {
    name: user.name,
    email: person.email ?? user.email,
    displayName: (person.displayName ?? user.displayName).trim(),
  };
  const errors = await accountErrors(db, wanted, user.id);
  const fields = {
    name: user.name,
    email: errors.emailAddress === undefined ? wanted.email : user.email,
    displayName: errors.displayName === undefined ? wanted.displayName : user.displayName,
  };
  const same = fields.email === user.email && fields.displayName === user.displayName;
  return same ? undefined : fields;
}

export async function planGroups(
  db: Db,
  { id, accountRules }: Provider,
  person: Pick<Person, 'groups'>,
  userId: number | undefined,
): Promise<GroupPlan> {
  const theirs = person.groups === undefined ? undefined : new Set(person.groups.map(fold));
  const mapped = accountRules.groups.filter((one) => theirs?.has(fold(one.theirs))).map((one) => one.ours);
  const names = [...accountRules.joins, ...mapped];
  const found = await groupsByName(db, names);
  const wanted = [...found.values()];
  const present = userId === undefined ? [] : await groupsOfUser(db, userId);
  const provided = new Set(userId === undefined ? [] : await listProvided(db, id, userId));
  const has = new Set(present.map((group) => group.id));
  return {
    join: wanted.filter((group) => !has.has(group.id)),
    leave:
      theirs === undefined
        ? []
        : present.filter((group) => provided.has(group.id) && !wanted.some((one) => one.id === group.id)),
    missing: [...new Set(names)].filter((name) => !found.has(fold(name))),
  };
}
