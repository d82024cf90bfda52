import { Type } from 'typebox';
import { created, noContent, type Route, route } from '../../http/route.ts';
import { jiraTime } from '../../lib/jira-time.ts';
import type { Site } from '../../site.ts';
import type { LastUse } from '../last-use.ts';
import { makeCredential, revokeCredential, viewCredentials } from './scim-credentials.ts';
import type { ScimCredential } from './scim-store.ts';

const path = '/rest/tessera/1/scim-credentials';
const common = { tag: 'SCIM', access: 'signed-in', scope: 'manage:jira-configuration' } as const;
const links = Type.Union([Type.Literal('externalId'), Type.Literal('userName'), Type.Literal('none')], {
  description:
    'What names the person when they sign in at the provider: that attribute of SCIM, or nothing of it.',
});
const shape = {
  id: Type.String(),
  provider: Type.String({ description: 'Id of the identity provider.' }),
  label: Type.String(),
  links,
  created: Type.String(),
  lastUsed: Type.Union([Type.String(), Type.Null()]),
};

const credentialJson = (one: ScimCredential) => ({
  id: String(one.id),
  provider: String(one.provider_id),
  label: one.label,
  links: one.links,
  created: jiraTime(Number(one.created_at)),
  lastUsed: one.last_used_at === null ? null : jiraTime(Number(one.last_used_at)),
});

/** What identity providers show to `/scim/v2`; for administrators. */
export const scimCredentialRoutes = (site: Site, lastUse: LastUse): Route[] => [
  route({
    ...common,
    method: 'GET',
    path,
    id: 'listScimCredentials',
    summary: 'Credentials of SCIM, without their secrets',
    responses: { 200: Type.Array(Type.Object(shape)) },
    handle: async (call) => (await viewCredentials(site, call, lastUse)).map(credentialJson),
  }),
  route({
    ...common,
    method: 'POST',
    path,
    id: 'createScimCredential',
    summary: 'Make a credential for an identity provider; its secret is told this once',
    body: Type.Object(
      { provider: Type.String(), label: Type.String({ maxLength: 100 }), links: Type.Optional(links) },
      { additionalProperties: false },
    ),
    responses: { 201: Type.Object({ ...shape, secret: Type.String(), url: Type.String() }) },
    handle: async ({ body, ...call }) => {
      const { credential, secret } = await makeCredential(site, call, body);
      return created({ ...credentialJson(credential), secret, url: `${call.wire.base}/scim/v2` });
    },
  }),
  route({
    ...common,
    method: 'DELETE',
    path: `${path}/:id`,
    id: 'deleteScimCredential',
    summary: 'Revoke a credential of SCIM',
    params: Type.Object({ id: Type.String() }),
    responses: { 204: null },
    handle: async (call) => {
      await revokeCredential(site, call, call.params.id);
      return noContent();
    },
  }),
];
