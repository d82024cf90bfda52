import { Type } from 'typebox';
import type { Asker } from '../audit/audit.ts';
import type { Db } from '../db/tables.ts';
import { BadRequest } from '../errors.ts';
import { Answer, created, noContent, type Route, route } from '../http/route.ts';
import type { ActorUser } from '../identity.ts';
import { listOf, listParameter } from '../lib/list-parameter.ts';
import { pageOf } from '../lib/paging.ts';
import type { Site } from '../site.ts';
import type { Wire } from '../wire.ts';
import { userAvatar } from './avatar.ts';
import { groupJson } from './group-json.ts';
import type { User, UserReference } from './user.ts';
import {
  createUser,
  type EndSessions,
  editUser,
  type HashNewPassword,
  removeUser,
  renameMyself,
} from './user-accounts.ts';
import { fullUserJson, pickedUserJson, type UserExpansion, userJson } from './user-json.ts';
import { fullUserSchema, groupSchema, userSchema } from './user-schema.ts';
import { expandUser, listUsers, pickUsers, searchUsers, viewGroupsOfUser, viewUser } from './users.ts';

export interface UserRoutesParts {
  readonly hashPassword: HashNewPassword;
  /** Mails a new account the link to set its password, in the transaction that makes it. */
  readonly invite: (trx: Db, call: Asker & { readonly wire: Wire }, user: User) => Promise<void>;
  readonly endSessions: EndSessions;
}

const tag = 'Users';
const text = Type.Optional(Type.String());
const number = Type.Optional(Type.Integer());
const flag = Type.Optional(Type.Boolean());
const whom = { username: text, key: text, accountId: text };
const paging = { startAt: number, maxResults: number };

const reference = (query: { username?: string; key?: string; accountId?: string }): UserReference => ({
  name: query.username,
  key: query.key,
  accountId: query.accountId,
});

/** Clients send `notification` as a flag or as its text. */
const isInvited = (notification: unknown, password: string | undefined): boolean =>
  password === undefined && (notification === true || notification === 'true');

export const userRoutes = (site: Site, { hashPassword, invite, endSessions }: UserRoutesParts): Route[] => {
  const full = async (user: User, expand: string | undefined, wire: Wire) => {
    const expansion: UserExpansion = expand ? await expandUser(site, user, listOf(expand)) : {};
    return fullUserJson(user, expansion, wire);
  };

  return [
    route({
      method: 'GET',
      path: '/rest/api/2/myself',
      id: 'getCurrentUser',
      tag,
      summary: 'The signed-in user',
      access: 'signed-in',
      scope: 'read:jira-user',
      query: Type.Object({ expand: text }),
      responses: { 200: fullUserSchema },
      serializer: 'schema',
      handle: async ({ actor, query, wire }) => full(actor.user as ActorUser, query.expand, wire),
    }),
    route({
      method: 'PUT',
      path: '/rest/api/2/myself',
      id: 'updateCurrentUser',
      tag,
      summary: 'Change the display name of the signed-in user',
      access: 'signed-in',
      scope: 'write:jira-work',
      body: Type.Object(
        { displayName: Type.String(), emailAddress: text, password: text },
        { additionalProperties: false },
      ),
      responses: { 200: fullUserSchema },
      handle: async (call) => {
        const { displayName, emailAddress } = call.body;
        if (emailAddress !== undefined && emailAddress !== call.actor.user?.email) {
          throw new BadRequest({
            fields: {
              emailAddress:
                'An address is verified first: change it with POST /rest/tessera/1/myself/email, or on the page of your account.',
            },
          });
        }
        return full(await renameMyself(site, call, displayName), undefined, call.wire);
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/user',
      id: 'getUser',
      tag,
      summary: 'A user by name, key or account id',
      access: 'signed-in',
      scope: 'read:jira-user',
      query: Type.Object({ ...whom, expand: text }),
      responses: { 200: fullUserSchema },
      handle: async ({ actor, query, wire }) =>
        full(await viewUser(site, actor, reference(query)), query.expand, wire),
    }),
    route({
      method: 'POST',
      path: '/rest/api/2/user',
      id: 'createUser',
      tag,
      summary: 'Create an account',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      body: Type.Object(
        {
          name: text,
          emailAddress: Type.String(),
          displayName: text,
          password: text,
          active: flag,
          applicationKeys: Type.Optional(Type.Array(Type.String())),
          products: Type.Optional(Type.Array(Type.String())),
          /** true, for an account without a password: it is mailed a link to set one. */
          notification: Type.Optional(Type.Unknown()),
          // Sent by clients, of no effect: keys and links are ours to give.
          key: text,
          self: text,
        },
        { additionalProperties: false },
      ),
      responses: { 201: fullUserSchema },
      handle: async (call) => {
        const { applicationKeys, products, notification, ...input } = call.body;
        const applications = applicationKeys ?? products;
        const user = await createUser(
          site,
          call,
          { ...input, applications },
          {
            hashPassword,
            ...(isInvited(notification, input.password)
              ? { invite: (trx, created) => invite(trx, call, created) }
              : {}),
          },
        );
        return created(await full(user, 'groups,applicationRoles', call.wire));
      },
    }),
    route({
      method: 'PUT',
      path: '/rest/api/2/user',
      id: 'updateUser',
      tag,
      summary: 'Change an account: names, address, whether it is active',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      query: Type.Object(whom),
      body: Type.Object(
        { name: text, emailAddress: text, displayName: text, active: flag, key: text, self: text },
        { additionalProperties: false },
      ),
      responses: { 200: fullUserSchema },
      handle: async (call) =>
        full(await editUser(site, call, reference(call.query), call.body, endSessions), undefined, call.wire),
    }),
    route({
      method: 'DELETE',
      path: '/rest/api/2/user',
      id: 'removeUser',
      tag,
      summary: 'Delete an account that nothing refers to',
      access: 'signed-in',
      scope: 'manage:jira-configuration',
      query: Type.Object(whom),
      responses: { 204: null },
      handle: async (call) => {
        await removeUser(site, call, reference(call.query));
        return noContent();
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/user/search',
      id: 'findUsers',
      tag,
      summary: 'People by a part of their name or address',
      access: 'signed-in',
      scope: 'read:jira-user',
      query: Type.Object({
        username: text,
        query: text,
        accountId: text,
        includeActive: flag,
        includeInactive: flag,
        ...paging,
      }),
      responses: { 200: Type.Array(userSchema) },
      handle: async ({ actor, query, wire }) => {
        const { username, accountId, includeActive, includeInactive, startAt, maxResults } = query;
        const users = await searchUsers(site, actor, {
          text: username ?? query.query,
          accountId,
          active: includeActive ?? true,
          inactive: includeInactive ?? false,
          startAt,
          maxResults,
        });
        return users.map((user) => userJson(user, wire));
      },
    }),
    route({
      method: 'GET',
      path: '/rest/api/2/user/picker',
      id: 'findUsersForPicker',
      tag,
      summary: 'People by a part of their name, with the match marked',
      access: 'signed-in',
      scope: 'read:jira-user',
      query: Type.Object({ query: text, maxResults: number, exclude: listParameter }),
      responses: {
        200: Type.Object({ users: Type.Array(Type.Unknown()), total: Type.Integer(), header: Type.String() }),
      },
      handle: async ({ actor, query, wire }) => {
        const asked = {
          text: query.query ?? '',
          exclude: listOf(query.exclude),
          maxResults: query.maxResults,
        };
        const users = await pickUsers(site, actor, asked);
        return {
          users: users.map((user) => pickedUserJson(user, asked.text, wire)),
          total: users.length,
          header: `Showing ${users.length} of ${users.length} matching users`,
        };
      },
    }),
    ...['/rest/api/2/users', '/rest/api/2/users/search'].map((path) =>
      route({
        method: 'GET',
        path,
        id: path.endsWith('search') ? 'getAllUsers' : 'getAllUsersDefault',
        tag,
        summary: 'Everyone, active or not',
        access: 'signed-in',
        scope: 'read:jira-user',
        query: Type.Object(paging),
        responses: { 200: Type.Array(userSchema) },
        handle: async ({ actor, query, wire }) => {
          const users = await listUsers(site, actor, pageOf(query, { fallback: 50, cap: 1000 }));
          return users.map((user) => userJson(user, wire));
        },
      }),
    ),
    route({
      method: 'GET',
      path: '/rest/api/2/user/groups',
      id: 'getUserGroups',
      tag,
      summary: 'The groups a user is in',
      access: 'signed-in',
      scope: 'read:jira-user',
      query: Type.Object(whom),
      responses: { 200: Type.Array(groupSchema) },
      handle: async ({ actor, query, wire }) => {
        const groups = await viewGroupsOfUser(site, actor, reference(query));
        return groups.map((group) => groupJson(group, wire));
      },
    }),
    route({
      method: 'GET',
      path: '/secure/useravatar',
      id: 'getUserAvatar',
      tag,
      summary: 'A picture for a user',
      access: 'anonymous-ok',
      scope: 'read:jira-user',
      query: Type.Object({ ownerId: text, size: text }),
      responses: { 200: Type.String() },
      produces: 'image/svg+xml',
      handle: async ({ actor, query }) => {
        const picture = await userAvatar(site, actor, query.ownerId);
        // The same address shows strangers less, so nobody may keep it.
        return new Answer(200, picture.svg, {
          'Content-Type': 'image/svg+xml',
          ...(picture.personal ? {} : { 'Cross-Origin-Resource-Policy': 'cross-origin' }),
        });
      },
    }),
  ];
};
