import { Type } from 'typebox';
import { BadRequest, NotFound } from '../../errors.ts';
import { noContent, type Route, route } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import { siteId } from '../../settings/site-id.ts';
import { neverMs } from '../api-tokens/token-life.ts';
import type { Credential } from './credential-store.ts';
import {
  type InventoryParts,
  revokeAllApiTokens,
  revokeTokenOfUser,
  viewCredentials,
  viewTokensOfUser,
} from './credentials.ts';

const tag = "API tokens, in the shapes of Cloud's administration";
const signedIn = { tag, access: 'signed-in' } as const;
const text = Type.Union([Type.String(), Type.Null()]);
const pageSize = 50;

const time = (ms: number | null): string | null =>
  ms === null || ms === neverMs ? null : new Date(ms).toISOString();

/**
 * Atlassian's user management and API access resources (developer.atlassian.com, "User management REST API" and "API
 * access REST API"): the same tokens. The organisation is the site: its id is the cloudId.
 */
export const cloudTokenRoutes = (parts: InventoryParts): Route[] => {
  const requireThisSite = async (orgId: string): Promise<void> => {
    if (orgId.toLowerCase() !== (await siteId(parts.site.db)))
      throw new NotFound(`There is no organisation ${orgId}. Its id here is the site's cloudId.`);
  };
  const org = {
    path: '/admin/api-access/v1/orgs/:orgId/api-tokens',
    params: Type.Object({ orgId: Type.String() }),
  };
  const user = '/users/:accountId/manage/api-tokens';
  return [
    route({
      ...signedIn,
      method: 'GET',
      path: user,
      id: 'listUserApiTokens',
      summary: 'API tokens of one account; your own, or any for administrators',
      scope: 'full-access',
      params: Type.Object({ accountId: Type.String() }),
      responses: {
        200: Type.Array(
          Type.Object({
            id: Type.String(),
            label: Type.String(),
            createdAt: Type.String(),
            lastAccess: text,
            expiry: text,
          }),
        ),
      },
      handle: async (call) =>
        (await viewTokensOfUser(parts, call, call.params.accountId)).map((token) => ({
          id: String(token.id),
          label: token.label,
          createdAt: time(token.createdAt),
          lastAccess: time(token.lastUsedAt),
          expiry: time(token.expiresAt),
        })),
    }),
    route({
      ...signedIn,
      method: 'DELETE',
      path: `${user}/:tokenId`,
      id: 'revokeUserApiToken',
      summary: 'Revoke an API token of one account',
      scope: 'full-access',
      params: Type.Object({ accountId: Type.String(), tokenId: Type.String() }),
      responses: { 204: null },
      handle: async (call) => {
        const { accountId, tokenId } = call.params;
        await revokeTokenOfUser(parts, call, accountId, decimalId(tokenId) ?? 0);
        return noContent();
      },
    }),
    route({
      ...signedIn,
      ...org,
      method: 'GET',
      id: 'listOrgApiTokens',
      summary: 'API tokens of everybody, page by page',
      scope: 'manage:jira-configuration',
      query: Type.Object({ cursor: Type.Optional(Type.String({ maxLength: 20 })) }),
      responses: {
        200: Type.Object({
          data: Type.Array(
            Type.Object({
              id: Type.String(),
              label: Type.String(),
              status: Type.String(),
              createdAt: text,
              expiresAt: text,
              lastActiveAt: text,
              user: Type.Object({
                id: Type.String(),
                orgId: Type.String(),
                name: Type.String(),
                email: Type.String(),
              }),
            }),
          ),
          links: Type.Object({ self: Type.String(), next: text, prev: text }),
        }),
      },
      handle: async ({ actor, params, query, wire }) => {
        await requireThisSite(params.orgId);
        const startAt = query.cursor === undefined ? 0 : decimalId(query.cursor);
        if (startAt === undefined)
          throw new BadRequest({ fields: { cursor: "Take the cursor of the last page's links." } });
        const page = await viewCredentials(parts, actor, { startAt, maxResults: pageSize }, 'created');
        const at = `${wire.base}/admin/api-access/v1/orgs/${params.orgId}/api-tokens`;
        const link = (start: number) => (start <= 0 ? at : `${at}?cursor=${start}`);
        return {
          data: page.credentials.map((token) => orgTokenJson(token, params.orgId)),
          links: {
            self: link(startAt),
            next: startAt + pageSize < page.total ? link(startAt + pageSize) : null,
            prev: startAt > 0 ? link(startAt - pageSize) : null,
          },
        };
      },
    }),
    route({
      ...signedIn,
      ...org,
      method: 'DELETE',
      id: 'revokeOrgApiTokens',
      summary: 'Revoke all API tokens of everybody, the one that asks too',
      scope: 'manage:jira-configuration',
      responses: { 204: null },
      handle: async (call) => {
        await requireThisSite(call.params.orgId);
        await revokeAllApiTokens(parts, call);
        return noContent();
      },
    }),
  ];
};

const orgTokenJson = (token: Credential, orgId: string) => ({
  id: String(token.id),
  label: token.label,
  status: token.owner.active ? 'ALLOWED' : 'BLOCKED',
  createdAt: time(token.createdAt),
  expiresAt: time(token.expiresAt),
  lastActiveAt: time(token.lastUsedAt),
  user: {
    id: token.owner.accountId,
    orgId,
    name: token.owner.displayName,
    email: token.owner.email,
  },
});
