import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import { mintedTokenJson } from '../api-tokens/api-token-json.ts';
import {
  historyJson,
  knownToken,
  mintedToken,
  newToken,
  rotation,
  type TokenParts,
  tokenId,
} from '../api-tokens/api-token-routes.ts';
import {
  changeServiceAccount,
  createServiceAccount,
  listServiceTokens,
  mintServiceToken,
  revokeServiceToken,
  rotateServiceToken,
  type ServiceAccount,
  viewServiceAccounts,
} from './service-accounts.ts';

const path = '/rest/tessera/1/service-accounts';
const common = { tag: 'Service accounts', access: 'signed-in' } as const;
const person = Type.Object({ accountId: Type.String(), name: Type.String(), displayName: Type.String() });
const account = Type.Object({
  accountId: Type.String(),
  name: Type.String(),
  displayName: Type.String(),
  emailAddress: Type.String(),
  active: Type.Boolean(),
  createdAt: Type.String(),
  owner: Type.Union([person, Type.Null()], { description: 'Who answers for it; null: gone.' }),
});
const params = Type.Object({ accountId: Type.String() });
const tokenParams = Type.Object({ accountId: Type.String(), id: Type.String() });
const text = (maxLength: number) => Type.String({ maxLength });

function accountJson({ user, owner, createdAt }: ServiceAccount) {
  return {
    accountId: user.accountId,
    name: user.name,
    displayName: user.displayName,
    emailAddress: user.email,
    active: user.active,
    createdAt: jiraTime(createdAt),
    owner: owner ? { accountId: owner.accountId, name: owner.name, displayName: owner.displayName } : null,
  };
}

/** Accounts of programs. Their tokens are seen to by whoever answers for them, and by administrators. */
export const serviceAccountRoutes = ({ site, lastUse, projectsOf }: TokenParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listServiceAccounts',
    summary: 'Service accounts: all for administrators, for others those they answer for',
    scope: 'read:jira-user',
    responses: { 200: Type.Array(account) },
    handle: async (call) => (await viewServiceAccounts(site, call)).map(accountJson),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'createServiceAccount',
    summary: 'Make an account for a program',
    scope: 'manage:jira-configuration',
    body: Type.Object(
      {
        name: text(255),
        displayName: Type.Optional(text(255)),
        emailAddress: Type.Optional(text(255)),
        owner: text(255),
      },
      { additionalProperties: false },
    ),
    responses: { 201: account },
    handle: async ({ body, ...asker }) => {
      const { emailAddress: email, ...rest } = body;
      return created(accountJson(await createServiceAccount(site, asker, { ...rest, email })));
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/:accountId`,
    id: 'changeServiceAccount',
    summary: 'Who answers for a service account, its name, and whether it is active',
    scope: 'manage:jira-configuration',
    params,
    body: Type.Object(
      {
        displayName: Type.Optional(text(255)),
        owner: Type.Optional(text(255)),
        active: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    responses: { 200: account },
    handle: async ({ params, body, ...asker }) =>
      accountJson(await changeServiceAccount(site, asker, params.accountId, body)),
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/:accountId/tokens`,
    id: 'listServiceTokens',
    summary: 'API tokens of a service account, those that ended within 90 days too',
    scope: 'full-access',
    params,
    responses: { 200: Type.Array(knownToken) },
    handle: async (call) => {
      await lastUse.flush();
      const tokens = await listServiceTokens(site, call, call.params.accountId);
      return historyJson(site, tokens, (await projectsOf(call.actor)).keyOf);
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/:accountId/tokens`,
    id: 'createServiceToken',
    summary: 'Make an API token for a service account; its secret is shown this once',
    scope: 'full-access',
    params,
    body: newToken,
    responses: { 201: mintedToken },
    showsSecret: true,
    handle: async ({ params, body, ...asker }) => {
      const { name, expirationDuration, ...limits } = body;
      const projects = await projectsOf(asker.actor);
      const input = { label: name, days: expirationDuration, ...limits };
      const token = await mintServiceToken(site, asker, params.accountId, input, projects.find);
      return created(mintedTokenJson(token, projects.keyOf));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/:accountId/tokens/:id/rotate`,
    id: 'rotateServiceToken',
    summary: 'Give an API token of a service account a new secret',
    scope: 'full-access',
    params: tokenParams,
    body: rotation,
    responses: { 200: mintedToken },
    showsSecret: true,
    handle: async ({ params, body, ...asker }) => {
      const input = { days: body?.expirationDuration, overlapHours: body?.overlapHours };
      const { keyOf } = await projectsOf(asker.actor);
      const id = tokenId(params.id);
      return mintedTokenJson(await rotateServiceToken(site, asker, params.accountId, id, input), keyOf);
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:accountId/tokens/:id`,
    id: 'revokeServiceToken',
    summary: 'Revoke an API token of a service account',
    scope: 'full-access',
    params: tokenParams,
    responses: { 204: null },
    handle: async (call) => {
      await revokeServiceToken(site, call, call.params.accountId, tokenId(call.params.id));
      return noContent();
    },
  }),
];
