import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import type { Site } from '../../site.ts';
import { accountRulesSchema } from './provider.ts';
import { providerJson, providerShape } from './provider-json.ts';
import { viewTest } from './provider-test.ts';
import { createProvider, editProvider, getProvider, listProviders, removeProvider } from './providers.ts';

const path = '/rest/tessera/1/identity-providers';
const common = { tag: 'Single sign-on', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const params = Type.Object({ id: Type.String() });
const input = {
  name: Type.String({ maxLength: 100 }),
  enabled: Type.Optional(Type.Boolean()),
  position: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  accountRules: Type.Optional(Type.Partial(accountRulesSchema, { additionalProperties: false })),
  requiredDomains: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 200 }),
  ),
  settings: Type.Record(Type.String({ maxLength: 100 }), Type.Unknown()),
};
const kind = Type.Union([Type.Literal('saml'), Type.Literal('oidc'), Type.Literal('ldap')]);

function idOf(text: string): number {
  const id = decimalId(text);
  if (id === undefined) throw new NotFound(`There is no identity provider with the id ${text}.`);
  return id;
}

/** Where else people sign in; for administrators. */
export const providerRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listIdentityProviders',
    summary: 'Identity providers and directories, in their order',
    responses: { 200: Type.Array(providerShape) },
    handle: async (call) => (await listProviders(site, call)).map(providerJson),
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/:id`,
    id: 'getIdentityProvider',
    summary: 'One identity provider',
    params,
    responses: { 200: providerShape },
    handle: async (call) => providerJson(await getProvider(site, call, idOf(call.params.id))),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'createIdentityProvider',
    summary: 'Add an identity provider or a directory',
    body: Type.Object({ kind, ...input }, { additionalProperties: false }),
    responses: { 201: providerShape },
    handle: async ({ body, ...call }) => {
      const { kind: wanted, ...rest } = body;
      return created(providerJson(await createProvider(site, call, wanted, rest)));
    },
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/:id`,
    id: 'changeIdentityProvider',
    summary: 'Change an identity provider; secrets that are left out stay as they are',
    params,
    body: Type.Object(input, { additionalProperties: false }),
    responses: { 200: providerShape },
    handle: async ({ body, ...call }) =>
      providerJson(await editProvider(site, call, idOf(call.params.id), body)),
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    id: 'deleteIdentityProvider',
    summary: 'Remove an identity provider; accounts stay',
    params,
    responses: { 204: null },
    handle: async (call) => {
      await removeProvider(site, call, idOf(call.params.id));
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/:id/tests/:ticket`,
    id: 'getIdentityProviderTest',
    summary: 'What a test sign-in brought back, and what it would have done',
    params: Type.Object({ id: Type.String(), ticket: Type.String() }),
    responses: { 200: Type.Unknown() },
    handle: async (call) => viewTest(site, call, idOf(call.params.id), call.params.ticket),
  }),
];
