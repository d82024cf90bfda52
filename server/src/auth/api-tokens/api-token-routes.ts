import { Type } from 'typebox';
import { NotFound } from '../../errors.ts';
import { created, noContent, type Route, route } from '../../http/route.ts';
import type { Site } from '../../site.ts';
import type { LastUse } from '../last-use.ts';
import { apiTokenJson, mintedTokenJson } from './api-token-json.ts';
import { listOwnTokens, mintToken, revokeAllTokens, revokeToken } from './api-tokens.ts';

const token = {
  id: Type.Integer(),
  name: Type.String(),
  createdAt: Type.String(),
  expiringAt: Type.String(),
  lastAccessedAt: Type.Union([Type.String(), Type.Null()]),
  lastAccess: Type.Union([Type.String(), Type.Null()]),
};
const common = { tag: 'API tokens', access: 'signed-in', scope: 'full-access' } as const;

/** Jira Data Center's personal access tokens (8.14+): the same tokens, on the paths clients know. */
export const apiTokenRoutes = (site: Site, lastUse: LastUse): Route[] =>
  ['/rest/pat/latest/tokens', '/rest/pat/1.0/tokens'].flatMap((path, i) => [
    route({
      ...common,
      method: 'GET',
      path,
      id: `listApiTokens${i || ''}`,
      summary: 'Your API tokens',
      responses: { 200: Type.Array(Type.Object(token)) },
      handle: async (call) => {
        await lastUse.flush();
        return (await listOwnTokens(site, call)).map(apiTokenJson);
      },
    }),
    route({
      ...common,
      method: 'POST',
      path,
      id: `createApiToken${i || ''}`,
      summary: 'Make an API token; its secret is shown this once',
      body: Type.Object(
        { name: Type.String(), expirationDuration: Type.Optional(Type.Integer()) },
        { additionalProperties: false },
      ),
      responses: { 201: Type.Object({ ...token, rawToken: Type.String() }) },
      handle: async ({ body, ...asker }) =>
        created(
          mintedTokenJson(await mintToken(site, asker, { label: body.name, days: body.expirationDuration })),
        ),
    }),
    route({
      ...common,
      method: 'DELETE',
      path,
      id: `revokeAllApiTokens${i || ''}`,
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
      id: `revokeApiToken${i || ''}`,
      summary: 'Revoke one of your API tokens',
      params: Type.Object({ id: Type.String() }),
      responses: { 204: null },
      handle: async (call) => {
        if (!/^\d{1,15}$/.test(call.params.id)) throw new NotFound('There is no such API token.');
        await revokeToken(site, call, Number(call.params.id));
        return noContent();
      },
    }),
  ]);
