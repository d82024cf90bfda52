import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { OauthError } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { asked } from './adapter.ts';
import { authenticateClient, type Fields } from './client-authentication.ts';
import type { InnerAnswer } from './dispatch.ts';
import { findGrantOfItem } from './grant-store.ts';
import type { Link } from './link-store.ts';
import { type Provider, type ProviderAt, paths } from './provider.ts';

/** A request of an application itself: no person and no cookie is behind it. */
export interface ClientRequest {
  readonly base: string;
  readonly source: Source;
  readonly authorization: string | undefined;
  readonly fields: Fields;
}

export type ClientEndpoint = 'token' | 'revocation' | 'introspection' | 'device_authorization';

/** Answers an endpoint that applications call: who asks is looked at here, the rest by oidc-provider. */
export async function answerClient(
  site: Site,
  providerAt: ProviderAt,
  endpoint: ClientEndpoint,
  request: ClientRequest,
): Promise<InnerAnswer> {
  const link = await authenticateClient(site, request);
  const fields = withoutOwnResource(request.fields, request.base);
  if (endpoint === 'token') await refuseOtherRedirectUri(site, fields);
  const provider = await providerAt(request.base);
  const answer = await asked.run(
    { source: request.source, revokes: endpoint === 'revocation', redirectUri: null },
    () => askAs(provider, link, endpoint, fields),
  );
  if (endpoint === 'token' && answer.status === 200 && fields.grant_type !== 'refresh_token') {
    await recordIssue(site, link, fields.grant_type!, request.source);
  }
  return answer;
}

/** The secret has been checked; oidc-provider knows its hash in its place. */
function askAs(
  { ask }: Provider,
  link: Link,
  endpoint: ClientEndpoint,
  fields: Fields,
): Promise<InnerAnswer> {
  const body = new URLSearchParams({ ...fields, client_id: link.clientId });
  body.delete('client_secret');
  if (link.secretHash !== null) body.set('client_secret', link.secretHash);
  return ask({
    method: 'POST',
    target: paths[endpoint],
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: body.toString(),
  });
}

/** Tokens are for this site; a client that says so (RFC 8707) says nothing new. Any other is refused by oidc-provider. */
function withoutOwnResource({ resource, ...others }: Fields, base: string): Fields {
  return resource === undefined || isThisSite(resource, base) ? others : { ...others, resource };
}

export const isThisSite = (resource: string, base: string): boolean =>
  resource === base || resource === `${base}/`;

/** Jira looks at it on refresh too. Absent, as mcp-atlassian leaves it, it says nothing. */
async function refuseOtherRedirectUri(site: Site, fields: Fields): Promise<void> {
  const { grant_type, redirect_uri, refresh_token } = fields;
  if (grant_type !== 'refresh_token' || redirect_uri === undefined || refresh_token === undefined) return;
  const grant = await findGrantOfItem(site.db, sha256(refresh_token));
  if (grant === undefined || grant.redirectUri === redirect_uri) return;
  throw new OauthError(400, 'invalid_grant', 'The redirect_uri is not that of the authorisation.');
}

const recordIssue = (site: Site, link: Link, grantType: string, source: Source): Promise<void> =>
  inTransaction(site.db, (trx) =>
    audit(trx, site.clock, {
      event: 'oauth2-token.issued',
      outcome: 'ok',
      source,
      via: 'oauth2',
      ...(grantType === 'client_credentials' && link.actsAs !== null ? { userId: link.actsAs } : {}),
      subject: link.name,
      subjectType: 'incoming-link',
      subjectId: link.id,
      detail: { grant: grantType },
    }),
  );
