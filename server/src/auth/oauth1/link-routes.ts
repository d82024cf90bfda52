import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import type { Wire } from '../../wire.ts';
import { advisedBits } from './consumer-key.ts';
import { createLink, editLink, type LinkView, removeLink, viewLink, viewLinks } from './links.ts';
import { signatureMethods } from './signature.ts';

const path = '/rest/tessera/1/application-links';
const common = { tag: 'Application links', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const params = Type.Object({ id: Type.String() });

const shape = Type.Object({
  id: Type.String(),
  kind: Type.Literal('oauth1'),
  name: Type.String(),
  consumerKey: Type.String(),
  publicKey: Type.String({ description: 'PEM.' }),
  keyBits: Type.Integer(),
  keyIsShort: Type.Boolean({ description: `It has fewer than ${advisedBits} bits.` }),
  callback: Type.Union([Type.String(), Type.Null()]),
  twoLeggedAccount: Type.Union([
    Type.Object({ accountId: Type.String(), name: Type.String(), displayName: Type.String() }),
    Type.Null(),
  ]),
  impersonation: Type.Boolean(),
  people: Type.Integer({ description: 'How many people let the application act for them.' }),
  created: Type.String(),
  updated: Type.String(),
  client: Type.Object(
    {
      requestTokenUrl: Type.String(),
      authorizeUrl: Type.String(),
      accessTokenUrl: Type.String(),
      signatureMethods: Type.Array(Type.String()),
    },
    { description: 'What the application is set up with, beside its consumer key and its private key.' },
  ),
});

const input = {
  publicKey: Type.String({ maxLength: 20_000, description: 'RSA public key or certificate, in PEM.' }),
  callback: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  twoLeggedAccount: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Account id of whom requests without a token act as; null: they are refused.',
    }),
  ),
  impersonation: Type.Optional(
    Type.Boolean({ description: 'Requests without a token may name another account (`user_id`).' }),
  ),
};

function linkJson({ link, twoLeggedUser, people }: LinkView, { base }: Wire) {
  const at = (name: string) => `${base}/plugins/servlet/oauth/${name}`;
  return {
    id: String(link.id),
    kind: 'oauth1' as const,
    name: link.name,
    consumerKey: link.consumerKey,
    publicKey: link.publicKey,
    keyBits: link.keyBits,
    keyIsShort: link.keyBits < advisedBits,
    callback: link.callback,
    twoLeggedAccount:
      twoLeggedUser === undefined
        ? null
        : {
            accountId: twoLeggedUser.accountId,
            name: twoLeggedUser.name,
            displayName: twoLeggedUser.displayName,
          },
    impersonation: link.impersonation,
    people,
    created: jiraTime(Number(link.createdAt)),
    updated: jiraTime(Number(link.updatedAt)),
    client: {
      requestTokenUrl: at('request-token'),
      authorizeUrl: at('authorize'),
      accessTokenUrl: at('access-token'),
      signatureMethods,
    },
  };
}

/** Applications that sign their requests; for administrators. */
export const linkRoutes = (site: Site): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listApplicationLinks',
    summary: 'Applications that may ask people for access (OAuth 1.0a)',
    responses: { 200: Type.Array(shape) },
    handle: async (call) => (await viewLinks(site, call)).map((view) => linkJson(view, call.wire)),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'createApplicationLink',
    summary: 'Let an application ask people for access',
    body: Type.Object(
      { name: Type.String(), consumerKey: Type.String(), ...input },
      { additionalProperties: false },
    ),
    responses: { 201: shape },
    handle: async ({ body, ...call }) => created(linkJson(await createLink(site, call, body), call.wire)),
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/:id`,
    id: 'getApplicationLink',
    summary: 'One application link',
    params,
    responses: { 200: shape },
    handle: async (call) => linkJson(await viewLink(site, call, call.params.id), call.wire),
  }),
  route({
    ...common,
    method: 'PUT',
    path: `${path}/:id`,
    id: 'changeApplicationLink',
    summary: 'Change an application link; what is left out stays',
    params,
    body: Type.Partial(Type.Object({ name: Type.String(), consumerKey: Type.String(), ...input }), {
      additionalProperties: false,
    }),
    responses: { 200: shape },
    handle: async ({ body, ...call }) =>
      linkJson(await editLink(site, call, call.params.id, body), call.wire),
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    id: 'deleteApplicationLink',
    summary: 'Remove an application link, and what people let it do',
    params,
    responses: { 204: null },
    handle: async (call) => {
      await removeLink(site, call, call.params.id);
      return noContent();
    },
  }),
];
