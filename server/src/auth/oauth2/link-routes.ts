import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import { usersById } from '../../users/user-store.ts';
import { grantKinds, type Link } from './link-store.ts';
import {
  changeLink,
  makeLink,
  removeLink,
  rotateLinkSecret,
  rotateSigningKey,
  viewLink,
  viewLinks,
} from './links.ts';
import { linkScopes } from './oauth2-scopes.ts';
import { paths } from './provider.ts';

const path = '/rest/tessera/1/incoming-links';
const common = { tag: 'Incoming links', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const params = Type.Object({ id: Type.String() });
const texts = (most: number, maxLength: number) => Type.Array(Type.String({ maxLength }), { maxItems: most });
const grant = Type.Union(grantKinds.map((one) => Type.Literal(one)));
const input = {
  name: Type.String({ maxLength: 100 }),
  redirectUris: texts(20, 2000),
  scopes: texts(20, 50),
  grants: Type.Array(grant, { maxItems: grantKinds.length }),
  actsAs: Type.Optional(
    Type.Union([Type.String({ maxLength: 255 }), Type.Null()], {
      description:
        'User name of the account whose rights it has when it asks for itself (client_credentials).',
    }),
  ),
};
const shape = {
  id: Type.String(),
  clientId: Type.String(),
  name: Type.String(),
  confidential: Type.Boolean({ description: 'It has a secret; else it is a public application.' }),
  redirectUris: Type.Array(Type.String()),
  scopes: Type.Array(Type.String()),
  grants: Type.Array(grant),
  actsAs: Type.Union([Type.String(), Type.Null()]),
  created: Type.String(),
};
const secretShape = Type.Union([Type.String(), Type.Null()], {
  description: 'Told this once; null: a public application has none.',
});

/** Applications that may ask for access by OAuth 2.0; for administrators. */
export function incomingLinkRoutes(site: Site): Route[] {
  const jsonOf = async (links: readonly Link[]) => {
    const users = await usersById(
      site.db,
      links.map(({ actsAs }) => actsAs),
    );
    return links.map((link) => ({
      id: String(link.id),
      clientId: link.clientId,
      name: link.name,
      confidential: link.secretHash !== null,
      redirectUris: [...link.redirectUris],
      scopes: [...link.scopes],
      grants: [...link.grants],
      actsAs: (link.actsAs !== null && users.get(link.actsAs)?.name) || null,
      created: jiraTime(link.createdAt),
    }));
  };
  const oneJson = async (link: Link) => (await jsonOf([link]))[0]!;
  return [
    route({
      ...common,
      method: 'GET',
      path,
      id: 'listIncomingLinks',
      summary: 'Applications that may ask for access by OAuth 2.0',
      responses: { 200: Type.Array(Type.Object(shape)) },
      handle: async (call) => jsonOf(await viewLinks(site, call)),
    }),
    route({
      ...common,
      method: 'GET',
      path: `${path}/choices`,
      id: 'getIncomingLinkChoices',
      summary: 'Scopes that an application may be given, and addresses that its configuration needs',
      responses: {
        200: Type.Object({
          scopes: Type.Array(Type.Object({ scope: Type.String(), text: Type.String() })),
          endpoints: Type.Object({
            issuer: Type.String(),
            discovery: Type.String(),
            authorization: Type.String(),
            token: Type.String(),
            revocation: Type.String(),
            deviceAuthorization: Type.String(),
          }),
        }),
      },
      handle: async (call) => {
        await viewLinks(site, call);
        const { base } = call.wire;
        return {
          scopes: [...linkScopes],
          endpoints: {
            issuer: base,
            discovery: `${base}/.well-known/openid-configuration`,
            authorization: base + paths.authorization,
            token: base + paths.token,
            revocation: base + paths.revocation,
            deviceAuthorization: base + paths.device_authorization,
          },
        };
      },
    }),
    route({
      ...common,
      method: 'GET',
      path: `${path}/:id`,
      id: 'getIncomingLink',
      summary: 'One of them',
      params,
      responses: { 200: Type.Object(shape) },
      handle: async (call) => oneJson(await viewLink(site, call, idOf(call.params.id))),
    }),
    route({
      ...common,
      method: 'POST',
      path,
      id: 'createIncomingLink',
      summary: 'Let an application ask for access; its secret is told this once',
      body: Type.Object({ ...input, confidential: Type.Boolean() }, { additionalProperties: false }),
      showsSecret: true,
      responses: { 201: Type.Object({ ...shape, secret: secretShape }) },
      handle: async ({ body, ...call }) => {
        const { link, secret } = await makeLink(site, call, body);
        return created({ ...(await oneJson(link)), secret });
      },
    }),
    route({
      ...common,
      method: 'PUT',
      path: `${path}/:id`,
      id: 'changeIncomingLink',
      summary: 'Change what an application may ask for; tokens that it has are held to that too',
      params,
      body: Type.Object(input, { additionalProperties: false }),
      responses: { 200: Type.Object(shape) },
      handle: async ({ body, ...call }) => oneJson(await changeLink(site, call, idOf(call.params.id), body)),
    }),
    route({
      ...common,
      method: 'POST',
      path: `${path}/:id/secret`,
      id: 'rotateIncomingLinkSecret',
      summary: 'A new secret in place of the present one; it is told this once',
      params,
      showsSecret: true,
      responses: { 200: Type.Object({ secret: Type.String() }) },
      handle: async (call) => ({ secret: await rotateLinkSecret(site, call, idOf(call.params.id)) }),
    }),
    route({
      ...common,
      method: 'DELETE',
      path: `${path}/:id`,
      id: 'deleteIncomingLink',
      summary: 'Remove an application, with all that people let it do',
      params,
      responses: { 204: null },
      handle: async (call) => {
        await removeLink(site, call, idOf(call.params.id));
        return noContent();
      },
    }),
    route({
      ...common,
      method: 'POST',
      path: '/rest/tessera/1/oauth2-keys',
      id: 'rotateOauth2Key',
      summary: 'Sign ID tokens with a new key; the one before it stays published for a day',
      responses: { 204: null },
      handle: async (call) => {
        await rotateSigningKey(site, call);
        return noContent();
      },
    }),
  ];
}

function idOf(text: string): number {
  const id = decimalId(text);
  if (id === undefined) throw new NotFound(`There is no incoming link with the id ${text}.`);
  return id;
}
