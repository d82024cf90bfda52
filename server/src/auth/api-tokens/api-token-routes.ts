import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { type Actor, scopes } from '../../identity.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { usersById } from '../../users/user-store.ts';
import type { LastUse } from '../last-use.ts';
import { apiTokenJson, type KeyOfProject, mintedTokenJson, tokenHistoryJson } from './api-token-json.ts';
import type { TokenRecord } from './api-token-store.ts';
import {
  listOwnTokenHistory,
  listOwnTokens,
  mintToken,
  revokeAllTokens,
  revokeToken,
  rotateToken,
  viewOwnToken,
} from './api-tokens.ts';
import type { FindProjectId } from './token-limits.ts';

/** The projects that somebody may see, both ways. */
export interface ProjectNames {
  readonly find: FindProjectId;
  readonly keyOf: KeyOfProject;
}

const textOrNull = Type.Union([Type.String(), Type.Null()]);
const token = {
  id: Type.Integer(),
  name: Type.String(),
  createdAt: Type.String(),
  expiringAt: Type.Union([Type.String(), Type.Null()], { description: 'null: it never expires.' }),
  lastAccessedAt: textOrNull,
  lastAccess: textOrNull,
  scopes: Type.Union([Type.Array(Type.String()), Type.Null()], {
    description: 'null: everything its owner may.',
  }),
  projects: Type.Union([Type.Array(Type.Object({ id: Type.String(), key: textOrNull })), Type.Null()], {
    description: 'null: every project.',
  }),
  addresses: Type.Union([Type.Array(Type.String()), Type.Null()], { description: 'null: from anywhere.' }),
};
const use = { lastAccessAddress: textOrNull, lastAccessClient: textOrNull };
const state = Type.Union([Type.Literal('active'), Type.Literal('expired'), Type.Literal('revoked')]);
const known = {
  ...token,
  ...use,
  kind: Type.String(),
  state,
  revokedAt: textOrNull,
  revokedBy: textOrNull,
  revokedWhy: textOrNull,
  earlierSecrets: Type.Array(
    Type.Object({
      state,
      expiringAt: textOrNull,
      lastAccessedAt: textOrNull,
      ...use,
    }),
  ),
};
export const knownToken = Type.Object(known);
export const mintedToken = Type.Object({ ...token, rawToken: Type.String() });

const days = Type.Union([Type.Integer(), Type.Null()], {
  description: 'Days until it expires; null: never, where the site allows that.',
});
export const newToken = Type.Object(
  {
    name: Type.String(),
    expirationDuration: Type.Optional(days),
    scopes: Type.Optional(
      Type.Union([Type.Array(Type.String(), { maxItems: 50 }), Type.Null()], {
        description: `Any of ${scopes.join(', ')}; left out: everything you may.`,
      }),
    ),
    projects: Type.Optional(
      Type.Union([Type.Array(Type.String(), { maxItems: 1000 }), Type.Null()], {
        description: 'Keys or ids of the only projects that it reaches.',
      }),
    ),
    addresses: Type.Optional(
      Type.Union([Type.Array(Type.String(), { maxItems: 1000 }), Type.Null()], {
        description: 'Addresses and CIDR ranges that it may come from.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const rotation = Type.Optional(
  Type.Object(
    {
      overlapHours: Type.Optional(
        Type.Integer({ description: 'For so long the old secret works on; 0 to 72, 0 if left out.' }),
      ),
      expirationDuration: Type.Optional(days),
    },
    { additionalProperties: false },
  ),
);

const common = { tag: 'API tokens', access: 'signed-in', scope: 'full-access' } as const;
const own = '/rest/tessera/1/tokens';

export interface TokenParts {
  readonly site: Site;
  readonly lastUse: LastUse;
  readonly projectsOf: (actor: Actor) => Promise<ProjectNames>;
}

export const apiTokenRoutes = (parts: TokenParts): Route[] => [
  ...['/rest/pat/latest/tokens', '/rest/pat/1.0/tokens'].flatMap((path, i) =>
    patRoutes(parts, path, i === 0 ? '' : String(i)),
  ),
  ...ownRoutes(parts),
];

/** Jira Data Center's personal access tokens (8.14+): the same tokens, on the paths clients know. */
const patRoutes = ({ site, lastUse, projectsOf }: TokenParts, path: string, suffix: string): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: `listApiTokens${suffix}`,
    summary: 'Your API tokens',
    responses: { 200: Type.Array(Type.Object(token)) },
    handle: async (call) => {
      await lastUse.flush();
      const { keyOf } = await projectsOf(call.actor);
      return (await listOwnTokens(site, call)).map((one) => apiTokenJson(one, keyOf));
    },
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: `createApiToken${suffix}`,
    summary: 'Make an API token; its secret is shown this once',
    body: newToken,
    responses: { 201: mintedToken },
    showsSecret: true,
    handle: async ({ body, ...asker }) => {
      const { name, expirationDuration, ...limits } = body;
      const projects = await projectsOf(asker.actor);
      const input = { label: name, days: expirationDuration, ...limits };
      return created(mintedTokenJson(await mintToken(site, asker, input, projects.find), projects.keyOf));
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path,
    id: `revokeAllApiTokens${suffix}`,
    summary: 'Revoke all your API tokens',
    responses: { 204: null },
    handle: async (call) => {
      await revokeAllTokens(site, call);
      return noContent();
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    id: `revokeApiToken${suffix}`,
    summary: 'Revoke one of your API tokens',
    params: Type.Object({ id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await revokeToken(site, call, tokenId(call.params.id));
      return noContent();
    },
  }),
];

const ownRoutes = ({ site, lastUse, projectsOf }: TokenParts): Route[] => [
  route({
    ...common,
    method: 'GET',
    path: own,
    id: 'listTokenHistory',
    summary: 'Your API tokens, those that ended within 90 days too, and who uses them',
    responses: { 200: Type.Array(knownToken) },
    handle: async (call) => {
      await lastUse.flush();
      const tokens = await listOwnTokenHistory(site, call);
      const { keyOf } = await projectsOf(call.actor);
      return historyJson(site, tokens, keyOf);
    },
  }),
  route({
    ...common,
    scope: null,
    method: 'GET',
    path: `${own}/policy`,
    id: 'getTokenPolicy',
    summary: 'How long an API token may live here',
    responses: { 200: Type.Object({ maxDays: Type.Integer(), mayNeverExpire: Type.Boolean() }) },
    handle: async ({ actor }) => {
      const { apiTokenMaxDays, apiTokensMayNeverExpire } = await settingsAt(site.db, actor.revision);
      return { maxDays: apiTokenMaxDays, mayNeverExpire: apiTokensMayNeverExpire };
    },
  }),
  route({
    ...common,
    scope: null,
    method: 'GET',
    path: `${own}/self`,
    id: 'getOwnToken',
    summary: 'The API token that this request is made with: what it may, and when it ends',
    responses: { 200: Type.Object(token) },
    handle: async (call) => {
      const { keyOf } = await projectsOf(call.actor);
      return apiTokenJson(await viewOwnToken(site, call), keyOf);
    },
  }),
  route({
    ...common,
    // A token may renew itself, whatever it is held to.
    scope: null,
    method: 'POST',
    path: `${own}/:id/rotate`,
    id: 'rotateApiToken',
    summary: 'Give an API token a new secret; `self`: the token that this request is made with',
    params: Type.Object({ id: Type.String() }),
    body: rotation,
    responses: { 200: mintedToken },
    showsSecret: true,
    handle: async ({ params, body, ...asker }) => {
      const id = params.id === 'self' ? (await viewOwnToken(site, asker)).id : tokenId(params.id);
      const input = { days: body?.expirationDuration, overlapHours: body?.overlapHours };
      const { keyOf } = await projectsOf(asker.actor);
      return mintedTokenJson(await rotateToken(site, asker, id, input), keyOf);
    },
  }),
];

/** Tokens with their earlier secrets, and who revoked them. */
export async function historyJson(site: Site, tokens: readonly TokenRecord[], keyOf: KeyOfProject) {
  const revokers = await usersById(
    site.db,
    tokens.map((one) => one.revokedBy),
  );
  const shown = { now: site.clock.now(), keyOf, nameOf: (id: number) => revokers.get(id)?.displayName };
  const earlier = Map.groupBy(tokens, (one) => one.replacedBy);
  return tokens
    .filter((one) => one.replacedBy === null)
    .map((one) => tokenHistoryJson(one, (earlier.get(one.id) ?? []).toReversed(), shown));
}

export function tokenId(text: string): number {
  const id = decimalId(text);
  if (id === undefined) throw new NotFound('There is no such API token.');
  return id;
}
