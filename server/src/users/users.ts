import { builtIn } from '../db/migrations/fresh-site.ts';
import type { Db } from '../db/tables.ts';
import { BadRequest, NotFound } from '../errors.ts';
import type { Actor } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { type Page, pageOf } from '../lib/paging.ts';
import { missingGlobalPermission, requireSignedIn } from '../permissions/administrators.ts';
import { type Grants, grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';
import { type Group, groupsOfUser } from './group-store.ts';
import type { User, UserReference } from './user.ts';
import { findUser, findUsers } from './user-store.ts';

/** Jira's words of each profile; Cloud's are the same for a miss and for what one may not see. */
function notFound({ name, key, accountId }: UserReference): NotFound {
  if (accountId !== undefined) {
    return new NotFound('Specified user does not exist or you do not have required permissions');
  }
  if (key !== undefined) return new NotFound(`The user with the key '${key}' does not exist`);
  return new NotFound(`The user named '${name}' does not exist`);
}

/** Asks nobody's permission. */
export async function getUser(db: Db, reference: UserReference): Promise<User> {
  const { name, key, accountId } = reference;
  if (name === undefined && key === undefined && accountId === undefined) {
    throw new BadRequest("Either the 'username' or the 'key' query parameters need to be provided");
  }
  const user = await findUser(db, reference);
  if (user === undefined) throw notFound(reference);
  return user;
}

/** People may see themselves; seeing others takes Browse Users. Refused before the look-up, so that nothing is learnt. */
export async function viewUser(site: Site, actor: Actor, reference: UserReference): Promise<User> {
  const me = requireSignedIn(actor);
  if (isMe(me, reference)) return me;
  if (!(await mayBrowsePeople(site, actor))) {
    throw missingGlobalPermission('USER_PICKER', 'You do not have permission to browse users.');
  }
  return getUser(site.db, reference);
}

function isMe(me: User, { name, key, accountId }: UserReference): boolean {
  if (accountId !== undefined) return accountId === me.accountId;
  if (key !== undefined) return key === me.key;
  return name !== undefined && fold(name) === fold(me.name);
}

export async function viewGroupsOfUser(site: Site, actor: Actor, reference: UserReference): Promise<Group[]> {
  const user = await viewUser(site, actor, reference);
  return groupsOfUser(site.db, user.id);
}

export interface UserSearch {
  /** What was typed; undefined when nothing was given at all. */
  readonly text: string | undefined;
  readonly accountId?: string | undefined;
  readonly active: boolean;
  readonly inactive: boolean;
  readonly startAt?: number | undefined;
  readonly maxResults?: number | undefined;
}

/** What clients send to list everyone: n8n a quote, jira-ruby an underscore, others the wildcards. */
const everyone: ReadonlySet<string> = new Set(["'", '.', '_', '%', '@', '"', '*', '+']);

/** The folded text to look for; '' for everyone. */
export function searchText(typed: string): string {
  const trimmed = typed.trim();
  return everyone.has(trimmed) ? '' : fold(trimmed);
}

export async function searchUsers(site: Site, actor: Actor, asked: UserSearch): Promise<User[]> {
  requireSignedIn(actor);
  const { text, accountId, active, inactive } = asked;
  if (text === undefined && accountId === undefined) {
    throw new BadRequest('The username query parameter was not provided');
  }
  // Without Browse Users Jira finds nobody, rather than refusing (Cloud documentation, "Find users").
  if (!(await mayBrowsePeople(site, actor))) return [];
  const page = pageOf(asked, { fallback: 50, cap: 1000 });
  return findUsers(site.db, { text: searchText(text ?? ''), accountId, active, inactive }, page);
}

export async function listUsers(site: Site, actor: Actor, page: Page): Promise<User[]> {
  requireSignedIn(actor);
  if (!(await mayBrowsePeople(site, actor))) {
    throw missingGlobalPermission('USER_PICKER', 'You do not have permission to browse users.');
  }
  return findUsers(site.db, { text: '', active: true, inactive: true }, page);
}

/** An administrator manages people, so sees them, with or without Browse Users. */
export async function mayBrowsePeople(
  site: Site,
  actor: Actor,
  known?: Pick<Grants, 'global'>,
): Promise<boolean> {
  if (actor.user === null) return false;
  const grants = known ?? (await grantsOf(site, actor));
  return (await grants.global('USER_PICKER')) || grants.global('ADMINISTER');
}

export async function pickUsers(
  site: Site,
  actor: Actor,
  asked: {
    readonly text: string;
    readonly exclude: readonly string[];
    readonly maxResults: number | undefined;
  },
): Promise<User[]> {
  requireSignedIn(actor);
  if (!(await mayBrowsePeople(site, actor))) return [];
  const page = pageOf({ maxResults: asked.maxResults }, { fallback: 50, cap: 1000 });
  const filter = { text: searchText(asked.text), active: true, inactive: false };
  const users = await findUsers(site.db, filter, page);
  const left = new Set(asked.exclude.map(fold));
  return users.filter(({ name, key }) => !left.has(fold(name)) && !left.has(fold(key)));
}

/** What `expand` asks for of a user; one statement, none when it asks for nothing we have. */
export async function expandUser(
  site: Site,
  user: User,
  expand: readonly string[],
): Promise<{ groups?: Group[]; hasAccess?: boolean }> {
  const wanted = new Set(expand);
  if (!wanted.has('groups') && !wanted.has('applicationRoles')) return {};
  const groups = await groupsOfUser(site.db, user.id);
  const hasAccess = user.active && groups.some(({ id }) => accessGroups.has(id));
  return {
    ...(wanted.has('groups') ? { groups } : {}),
    ...(wanted.has('applicationRoles') ? { hasAccess } : {}),
  };
}

const accessGroups: ReadonlySet<number> = new Set(Object.values(builtIn.groups));
