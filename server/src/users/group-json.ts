import type { Page } from '../lib/paging.ts';
import type { Wire } from '../wire.ts';
import type { Found, Group } from './group-store.ts';
import { highlighted } from './highlight.ts';
import type { User } from './user.ts';
import { userJson } from './user-json.ts';

export function groupJson(group: Group, { base }: Wire) {
  return {
    name: group.name,
    groupId: String(group.id),
    self: `${base}/rest/api/2/group?groupname=${encodeURIComponent(group.name)}`,
  };
}

/** With the page of its members that `expand=users[a:b]` asked for; the old form of Jira's paging. */
export function groupWithUsersJson(group: Group, members: Found<User>, page: Page, wire: Wire) {
  const { startAt, maxResults } = page;
  return {
    ...groupJson(group, wire),
    users: {
      size: members.total,
      items: members.items.map((user) => userJson(user, wire)),
      'max-results': maxResults,
      'start-index': startAt,
      'end-index': startAt + Math.max(members.items.length - 1, 0),
    },
    expand: 'users',
  };
}

export function groupSuggestionsJson({ total, items }: Found<Group>, query: string) {
  return {
    header: `Showing ${items.length} of ${total} matching groups`,
    total,
    groups: items.map((group) => ({
      name: group.name,
      groupId: String(group.id),
      html: highlighted(group.name, query),
      labels: [],
    })),
  };
}
