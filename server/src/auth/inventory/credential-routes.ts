import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { Answer, type Route, route } from '../../http/route.ts';
import type { Actor } from '../../identity.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import type { ProjectNames } from '../api-tokens/api-token-routes.ts';
import { findToken } from '../api-tokens/api-token-store.ts';
import { credentialCsv, credentialJson } from './credential-json.ts';
import { credentialKinds, sortings } from './credential-store.ts';
import {
  exportCredentials,
  type InventoryParts,
  revokeCredentials,
  viewCredentials,
  viewOwnUse,
  viewUse,
} from './credentials.ts';

const path = '/rest/tessera/1/credentials';
const common = {
  tag: 'Credentials',
  access: 'signed-in',
  scope: 'manage:jira-configuration',
} as const;
const text = Type.Union([Type.String(), Type.Null()]);
const list = Type.Union([Type.Array(Type.String()), Type.Null()]);
const kind = Type.Enum([...credentialKinds]);
const days = Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 }));
const flag = Type.Optional(Type.Boolean());
const filters = {
  kind: Type.Optional(kind),
  owner: Type.Optional(Type.String({ maxLength: 255, description: 'User name or e-mail address.' })),
  state: Type.Optional(Type.Enum(['live', 'ended', 'all'])),
  staleDays: days,
  neverUsed: flag,
  expiringDays: days,
  overScoped: flag,
  ownerInactive: flag,
};
const credential = Type.Object({
  kind: Type.String(),
  id: Type.String(),
  label: Type.String(),
  owner: Type.Object({
    accountId: Type.String(),
    name: Type.String(),
    displayName: Type.String(),
    active: Type.Boolean(),
    service: Type.Boolean(),
  }),
  state: Type.String(),
  scopes: list,
  projects: Type.Union([Type.Array(Type.Object({ id: Type.String(), key: text })), Type.Null()]),
  addresses: list,
  createdAt: Type.String(),
  expiringAt: text,
  lastAccessedAt: text,
  lastAccessAddress: text,
  lastAccessClient: text,
  endedAt: text,
});
const use = Type.Object({
  days: Type.Array(Type.Object({ date: Type.String(), requests: Type.Integer() })),
  scopes: Type.Array(Type.String()),
});

export interface CredentialRoutesParts extends InventoryParts {
  readonly projectsOf: (actor: Actor) => Promise<ProjectNames>;
}

/** Everybody's credentials, for administrators: what there is, who uses it, and what nobody needs any more. */
export const credentialRoutes = (parts: CredentialRoutesParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listCredentials',
    summary: "Everybody's credentials of one kind, filtered",
    query: Type.Object({
      ...filters,
      sort: Type.Enum([...sortings], { default: 'created' }),
      startAt: Type.Optional(Type.Integer()),
      maxResults: Type.Optional(Type.Integer()),
    }),
    responses: {
      200: Type.Object({
        startAt: Type.Integer(),
        maxResults: Type.Integer(),
        total: Type.Integer(),
        values: Type.Array(credential),
      }),
    },
    handle: async ({ actor, query }) => {
      const { sort, ...asked } = query;
      const { credentials, ...page } = await viewCredentials(parts, actor, asked, sort);
      const { keyOf } = await parts.projectsOf(actor);
      const now = parts.site.clock.now();
      return { ...page, values: credentials.map((one) => credentialJson(one, now, keyOf)) };
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/export`,
    id: 'exportCredentials',
    summary: 'All credentials that match, as CSV',
    query: Type.Object(filters),
    responses: { 200: Type.String() },
    produces: 'text/csv',
    handle: async ({ actor, query }) => {
      const pages = await exportCredentials(parts, actor, query);
      const now = parts.site.clock.now();
      return new Answer(200, credentialCsv(pages, now), {
        'Content-Type': 'text/csv;charset=UTF-8;header=present',
        'Content-Disposition': `attachment; filename="credentials-${new Date(now).toISOString().slice(0, 10)}.csv"`,
      });
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: `${path}/revoke`,
    id: 'revokeCredentials',
    summary: 'Revoke some credentials, or all that match; all or none',
    body: Type.Union([
      Type.Object(
        { kind, ids: Type.Array(Type.String({ pattern: '^[0-9]{1,15}$' }), { minItems: 1, maxItems: 1000 }) },
        { additionalProperties: false },
      ),
      Type.Object(
        {
          filter: Type.Object(filters, { additionalProperties: false }),
          expected: Type.Integer({
            minimum: 1,
            description: 'How many there are; another number is refused.',
          }),
        },
        { additionalProperties: false },
      ),
    ]),
    responses: { 200: Type.Object({ revoked: Type.Integer() }) },
    handle: async ({ body, ...asker }) => {
      const chosen = 'ids' in body ? { kind: body.kind, ids: body.ids.map(Number) } : body;
      return { revoked: await revokeCredentials(parts, asker, chosen) };
    },
  }),
  route({
    ...common,
    method: 'GET',
    path: `${path}/:kind/:id/use`,
    id: 'getCredentialUse',
    summary: 'Requests by day, and the scopes they needed',
    params: Type.Object({ kind: Type.Enum(['api-token', 'oauth1', 'oauth2']), id: Type.String() }),
    responses: { 200: use },
    handle: async ({ actor, params }) => viewUse(parts, actor, params.kind, idOf(params.id)),
  }),
  route({
    tag: 'API tokens',
    access: 'signed-in',
    scope: 'full-access',
    method: 'GET',
    path: '/rest/tessera/1/tokens/:id/use',
    id: 'getTokenUse',
    summary: 'Requests by day of one of your API tokens, and the scopes they needed',
    params: Type.Object({ id: Type.String() }),
    responses: { 200: use },
    handle: async ({ actor, params }) => {
      const isOwn = async (id: number) => (await findToken(parts.site.db, id))?.userId === actor.user?.id;
      return viewOwnUse(parts, actor, isOwn, idOf(params.id));
    },
  }),
];

function idOf(text: string): number {
  const id = decimalId(text);
  if (id === undefined) throw new NotFound('There is no such credential.');
  return id;
}
