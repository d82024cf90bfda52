import { Type } from 'typebox';
import { noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import {
  linkByAdministrator,
  listIdentities,
  listOwnIdentities,
  type NamedIdentity,
  unlink,
  unlinkOwn,
} from './identities.ts';

const shape = Type.Object({
  id: Type.String(),
  provider: Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() }),
  subject: Type.String(),
  keepsPassword: Type.Boolean({ description: 'The account’s password is kept there, and changed there.' }),
  created: Type.String(),
  lastUsed: Type.Union([Type.String(), Type.Null()]),
});
const tag = 'Single sign-on';
const own = { tag, access: 'signed-in', scope: 'full-access' } as const;
const administrators = { tag, access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const userPath = '/rest/tessera/1/users/:accountId/identities';
const userParams = Type.Object({ accountId: Type.String() });

const identityJson = ({ identity, provider, keepsPassword }: NamedIdentity) => ({
  id: String(identity.id),
  provider: { id: String(provider.id), name: provider.name, kind: provider.kind },
  subject: identity.subject,
  keepsPassword,
  created: jiraTime(identity.createdAt),
  lastUsed: identity.lastUsedAt === null ? null : jiraTime(identity.lastUsedAt),
});

/** Who an account is at identity providers. */
export const identityRoutes = (site: Site): Route[] => [
  route({
    ...own,
    method: 'GET',
    path: '/rest/tessera/1/myself/identities',
    id: 'listOwnIdentities',
    summary: 'Who one is at identity providers',
    responses: { 200: Type.Array(shape) },
    handle: async (call) => (await listOwnIdentities(site, call)).map(identityJson),
  }),
  route({
    ...own,
    method: 'DELETE',
    path: '/rest/tessera/1/myself/identities/:id',
    id: 'unlinkOwnIdentity',
    summary: 'Sign in through this identity no more',
    params: Type.Object({ id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await unlinkOwn(site, call, call.params.id);
      return noContent();
    },
  }),
  route({
    ...administrators,
    method: 'GET',
    path: userPath,
    id: 'listUserIdentities',
    summary: 'Who an account is at identity providers',
    params: userParams,
    responses: { 200: Type.Array(shape) },
    handle: async (call) => (await listIdentities(site, call, call.params.accountId)).map(identityJson),
  }),
  route({
    ...administrators,
    method: 'POST',
    path: userPath,
    id: 'linkUserIdentity',
    summary: 'Say who an account is at an identity provider',
    params: userParams,
    body: Type.Object(
      { provider: Type.String(), subject: Type.String({ minLength: 1, maxLength: 1024 }) },
      { additionalProperties: false },
    ),
    responses: { 204: null },
    handle: async ({ body, ...call }) => {
      await linkByAdministrator(site, call, call.params.accountId, body);
      return noContent();
    },
  }),
  route({
    ...administrators,
    method: 'DELETE',
    path: `${userPath}/:id`,
    id: 'unlinkUserIdentity',
    summary: 'Take an identity from an account; its sessions end',
    params: Type.Object({ accountId: Type.String(), id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await unlink(site, call, call.params.accountId, call.params.id);
      return noContent();
    },
  }),
];
