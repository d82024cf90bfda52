import type { Wire } from '../wire.ts';
import { groupJson } from './group-json.ts';
import type { Group } from './group-store.ts';
import { highlighted } from './highlight.ts';
import type { User } from './user.ts';

export interface UserJson {
  readonly self: string;
  readonly key: string;
  readonly name: string;
  readonly accountId: string;
  readonly accountType: 'atlassian';
  /** Left out for nobody. */
  readonly emailAddress: string | undefined;
  readonly avatarUrls: AvatarUrls;
  readonly displayName: string;
  readonly active: boolean;
  readonly timeZone: string;
}

export interface AvatarUrls {
  readonly '48x48': string;
  readonly '24x24': string;
  readonly '16x16': string;
  readonly '32x32': string;
}

/** A user as Jira writes one, in one superset of Data Center's shape and Cloud's. */
export function userJson(user: User, wire: Wire): UserJson {
  return {
    self: userSelf(user, wire),
    key: user.key,
    name: user.name,
    accountId: user.accountId,
    accountType: 'atlassian',
    emailAddress: wire.anonymous ? undefined : user.email,
    avatarUrls: avatarUrls(user, wire),
    displayName: user.displayName,
    active: user.active,
    timeZone: user.timeZone,
  };
}

/** What `expand` may add to a user on their own page. */
export interface UserExpansion {
  readonly groups?: readonly Group[];
  /** Whether the account is in a group that gives access to Jira Software. */
  readonly hasAccess?: boolean;
}

export function fullUserJson(user: User, expansion: UserExpansion, wire: Wire) {
  const { groups, hasAccess } = expansion;
  const roles = hasAccess ? [{ key: 'jira-software', name: 'Jira Software' }] : [];
  return {
    ...userJson(user, wire),
    locale: user.locale,
    deleted: false,
    ...(groups && { groups: { size: groups.length, items: groups.map((group) => groupJson(group, wire)) } }),
    ...(hasAccess !== undefined && { applicationRoles: { size: roles.length, items: roles } }),
    expand: 'groups,applicationRoles',
  };
}

/** One line of a people picker. */
export function pickedUserJson(user: User, query: string, wire: Wire) {
  const mark = (text: string) => highlighted(text, query);
  return {
    name: user.name,
    key: user.key,
    accountId: user.accountId,
    accountType: 'atlassian',
    html: `${mark(user.displayName)} - ${mark(user.email)} (${mark(user.name)})`,
    displayName: user.displayName,
    avatarUrl: avatarUrls(user, wire)['16x16'],
  };
}

/** Clients append `&expand=…` to it (JiraPS), so it always has a query. */
export function userSelf(user: User, { base, profile }: Wire): string {
  return profile === 'cloud'
    ? `${base}/rest/api/2/user?accountId=${encodeURIComponent(user.accountId)}`
    : `${base}/rest/api/2/user?username=${encodeURIComponent(user.name)}`;
}

function avatarUrls(user: User, { base }: Wire): AvatarUrls {
  const url = `${base}/secure/useravatar?ownerId=${user.key}`;
  return {
    '48x48': url,
    '24x24': `${url}&size=small`,
    '16x16': `${url}&size=xsmall`,
    '32x32': `${url}&size=medium`,
  };
}
