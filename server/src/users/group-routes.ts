import { Type } from 'typebox';
import { Answer, created, type Route, route } from '../http/route.ts';
import { listOf, listParameter } from '../lib/list-parameter.ts';
import { type Page, pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import { groupJson, groupSuggestionsJson, groupWithUsersJson } from './group-json.ts';
import {
  addToGroup,
  createGroup,
  listGroups,
  pickGroups,
  removeFromGroup,
  removeGroup,
  viewGroup,
} from './groups.ts';
import { userJson } from './user-json.ts';
import { groupSchema, groupWithUsersSchema, userSchema } from './user-schema.ts';

const tag = 'Groups';
const text = Type.Optional(Type.String());
const number = Type.Optional(Type.Integer());
const flag = Type.Optional(Type.Boolean());
const whichGroup = { groupname: text, groupId: text };
const pageSchema = <T extends Parameters<typeof Type.Array>[0]>(items: T) =>
  Type.Object({
    self: Type.String(),
    maxResults: Type.Integer(),
    startAt: Type.Integer(),
    total: Type.Integer(),
    isLast: Type.Boolean(),
    values: Type.Array(items),
  });

const nobodyListed: Page = { startAt: 0, maxResults: 0 };

/** `users[0:49]` is from the first to the fiftieth, both included; without brackets the first fifty. */
function usersExpanded(expand: string | undefined): Page {
  const found = /\busers(?:\[(\d{1,9}):(\d{1,9})\])?/.exec(expand ?? '');
  if (found === null) return nobodyListed;
  const [first, last] = [Number(found[1] ?? 0), Number(found[2] ?? 49)];
  return pageOf({ startAt: first, maxResults: Math.max(last - first + 1, 0) }, { fallback: 50, cap: 50 });
}

export const groupRoutes = (site: Site): Route[] => [
  route({
    method: 'GET',
    path: '/rest/api/2/group',
    id: 'getGroup',
    tag,
    summary: 'A group, with a page of its members if expand=users[0:49] asks for them',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: Type.Object({ ...whichGroup, expand: text }),
    responses: { 200: groupWithUsersSchema },
    handle: async ({ actor, query, wire }) => {
      const page = usersExpanded(query.expand);
      const { group, members } = await viewGroup(site, actor, query, { includeInactive: false, page });
      return groupWithUsersJson(group, members, page, wire);
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/group/member',
    id: 'getUsersFromGroup',
    tag,
    summary: 'The members of a group, by page',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: Type.Object({ ...whichGroup, includeInactiveUsers: flag, startAt: number, maxResults: number }),
    responses: { 200: pageSchema(userSchema) },
    handle: async ({ actor, query, wire }) => {
      const page = pageOf(query, { fallback: 50, cap: 50 });
      const includeInactive = query.includeInactiveUsers ?? false;
      const { group, members } = await viewGroup(site, actor, query, { includeInactive, page });
      const address = `${wire.base}/rest/api/2/group/member?groupname=${encodeURIComponent(group.name)}&includeInactiveUsers=${includeInactive}&maxResults=${page.maxResults}`;
      const end = page.startAt + members.items.length;
      const isLast = end >= members.total;
      return {
        self: `${address}&startAt=${page.startAt}`,
        ...(isLast || members.items.length === 0 ? {} : { nextPage: `${address}&startAt=${end}` }),
        maxResults: page.maxResults,
        startAt: page.startAt,
        total: members.total,
        isLast,
        values: members.items.map((user) => userJson(user, wire)),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/group',
    id: 'createGroup',
    tag,
    summary: 'Create a group',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    body: Type.Object({ name: Type.String() }, { additionalProperties: false }),
    responses: { 201: groupWithUsersSchema },
    handle: async (call) => {
      const { group, members } = await createGroup(site, call, call.body.name);
      return created(groupWithUsersJson(group, members, nobodyListed, call.wire));
    },
  }),
  route({
    method: 'DELETE',
    path: '/rest/api/2/group',
    id: 'removeGroup',
    tag,
    summary: 'Delete a group; swapGroup inherits the comments limited to it',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object({ ...whichGroup, swapGroup: text, swapGroupId: text }),
    responses: { 200: null },
    handle: async (call) => {
      const swap = { groupname: call.query.swapGroup, groupId: call.query.swapGroupId };
      await removeGroup(site, call, call.query, swap);
      return new Answer(200);
    },
  }),
  route({
    method: 'POST',
    path: '/rest/api/2/group/user',
    id: 'addUserToGroup',
    tag,
    summary: 'Add a user to a group',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object(whichGroup),
    body: Type.Object({ name: text, key: text, accountId: text }, { additionalProperties: false }),
    responses: { 201: groupWithUsersSchema },
    handle: async (call) => {
      const { group, members } = await addToGroup(site, call, call.query, call.body);
      return created(groupWithUsersJson(group, members, nobodyListed, call.wire));
    },
  }),
  route({
    method: 'DELETE',
    path: '/rest/api/2/group/user',
    id: 'removeUserFromGroup',
    tag,
    summary: 'Remove a user from a group',
    access: 'signed-in',
    scope: 'manage:jira-configuration',
    query: Type.Object({ ...whichGroup, username: text, key: text, accountId: text }),
    responses: { 200: null },
    handle: async (call) => {
      const { username, key, accountId } = call.query;
      await removeFromGroup(site, call, call.query, { name: username, key, accountId });
      return new Answer(200);
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/groups/picker',
    id: 'findGroups',
    tag,
    summary: 'Groups by a part of their name',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: Type.Object({ query: text, exclude: listParameter, maxResults: number }),
    responses: {
      200: Type.Object({
        header: Type.String(),
        total: Type.Integer(),
        groups: Type.Array(
          Type.Object({
            name: Type.String(),
            groupId: Type.String(),
            html: Type.String(),
            labels: Type.Array(Type.Unknown()),
          }),
        ),
      }),
    },
    handle: async ({ actor, query }) => {
      const asked = {
        query: query.query ?? '',
        exclude: listOf(query.exclude),
        maxResults: query.maxResults,
      };
      return groupSuggestionsJson(await pickGroups(site, actor, asked), asked.query);
    },
  }),
  route({
    method: 'GET',
    path: '/rest/api/2/group/bulk',
    id: 'bulkGetGroups',
    tag,
    summary: 'Groups, by page',
    access: 'signed-in',
    scope: 'read:jira-user',
    query: Type.Object({
      groupId: listParameter,
      groupName: listParameter,
      startAt: number,
      maxResults: number,
    }),
    responses: { 200: pageSchema(groupSchema) },
    handle: async ({ actor, query, wire }) => {
      const page = pageOf(query, { fallback: 50, cap: 1000 });
      const filter = { ids: listOf(query.groupId), names: listOf(query.groupName) };
      const { total, items } = await listGroups(site, actor, filter, page);
      return {
        self: `${wire.base}/rest/api/2/group/bulk?startAt=${page.startAt}&maxResults=${page.maxResults}`,
        maxResults: page.maxResults,
        startAt: page.startAt,
        total,
        isLast: page.startAt + items.length >= total,
        values: items.map((group) => groupJson(group, wire)),
      };
    },
  }),
];
