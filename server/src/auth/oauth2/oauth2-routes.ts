import { Type } from 'typebox';
import { OauthError, PageRefusal } from '../../errors.ts';
import { jsonType, wantsHtml } from '../../http/error-response.ts';
import { parseFormBody } from '../../http/form-body.ts';
import { Answer, type Call, type Route, route } from '../../http/route.ts';
import { scopes as allScopes } from '../../identity.ts';
import { settingsAt } from '../../settings/settings.ts';
import { siteId } from '../../settings/site-id.ts';
import type { Site } from '../../site.ts';
import { escaped, plainPage, plainPageHeaders } from '../sign-in-form/plain-page.ts';
import { startAuthorisation } from './authorisations.ts';
import type { Fields } from './client-authentication.ts';
import type { InnerAnswer } from './dispatch.ts';
import { type ProviderAt, paths } from './provider.ts';
import { answerClient, type ClientEndpoint } from './token-endpoint.ts';

const tag = 'OAuth 2.0';
const open = { tag, access: 'no-door', scope: null } as const;
const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };
const anything = Type.Object({}, { additionalProperties: true });
const fieldsSchema = Type.Optional(
  Type.Record(Type.String(), Type.String({ maxLength: 8192 }), { maxProperties: 50 }),
);

/** Addresses of OAuth 2.0 and OpenID Connect: Jira Data Center's, and Cloud's. */
export function oauth2Routes(site: Site, providerAt: ProviderAt): Route[] {
  const clientRoute = (path: string, id: string, endpoint: ClientEndpoint, summary: string): Route =>
    route({
      ...open,
      method: 'POST',
      path,
      id,
      summary,
      errors: 'oauth2',
      form: 'or-json',
      showsSecret: true,
      body: fieldsSchema,
      responses: { 200: anything },
      handle: async ({ body, ...call }) => {
        const answer = await answerClient(site, providerAt, endpoint, {
          base: call.wire.base,
          source: call.source,
          authorization: call.presented().authorization,
          fields: fieldsOf(body, call.queryText),
        });
        return jsonAnswer(path === '/oauth/token' ? asCloud(answer, fieldsOf(body, call.queryText)) : answer);
      },
    });
  const ask = async (call: Pick<Call, 'wire'>, target: string): Promise<InnerAnswer> =>
    (await providerAt(call.wire.base)).ask({ method: 'GET', target, headers: {} });
  const metadataRoute = (path: string, id: string, summary: string): Route =>
    route({
      ...open,
      method: 'GET',
      path,
      id,
      summary,
      responses: { 200: anything },
      handle: async (call) => jsonAnswer(withOwnModes(await ask(call, path))),
    });
  const authorizeRoute = (path: string, id: string): Route =>
    route({
      ...open,
      method: 'GET',
      path,
      id,
      summary: 'Ask somebody for access: on to the consent page (authorization code with PKCE)',
      responses: { 303: null },
      produces: 'text/html',
      handle: async (call) => {
        const started = await startAuthorisation(await providerAt(call.wire.base), call);
        if ('location' in started) {
          return new Answer(303, undefined, {
            Location: started.location,
            ...noStore,
            'Referrer-Policy': 'no-referrer',
            ...(started.cookie === undefined ? {} : { 'Set-Cookie': [started.cookie] }),
          });
        }
        const { error, description } = started;
        if (!wantsHtml(call.otherHeaders().accept)) throw new OauthError(400, error, description);
        throw new PageRefusal(
          400,
          plainPage(
            'This application cannot ask for access',
            `<p>${escaped(description)}</p><p>Tell whoever runs the application: <code>${escaped(error)}</code>.</p>`,
          ),
          { messages: [description], headers: plainPageHeaders },
        );
      },
    });

  return [
    authorizeRoute(paths.authorization, 'oauth2Authorize'),
    authorizeRoute('/authorize', 'oauth2AuthorizeAsCloud'),
    clientRoute(paths.token, 'oauth2Token', 'token', 'Exchange a code or a refresh token for tokens'),
    clientRoute('/oauth/token', 'oauth2TokenAsCloud', 'token', "Cloud's address of the same"),
    clientRoute(paths.revocation, 'oauth2Revoke', 'revocation', 'Revoke a token, with its grant (RFC 7009)'),
    clientRoute(
      paths.introspection,
      'oauth2Introspect',
      'introspection',
      'Whether a token of the application is good, and for what (RFC 7662)',
    ),
    clientRoute(
      paths.device_authorization,
      'oauth2DeviceAuthorization',
      'device_authorization',
      'Begin the sign-in of a device that has no browser (RFC 8628)',
    ),
    metadataRoute(paths.jwks, 'oauth2Jwks', 'Public keys of ID tokens'),
    metadataRoute(
      '/.well-known/openid-configuration',
      'openIdConfiguration',
      'What OpenID Connect clients must know of this site',
    ),
    metadataRoute(
      '/.well-known/oauth-authorization-server',
      'oauth2Metadata',
      'What OAuth 2.0 clients must know of this site (RFC 8414)',
    ),
    route({
      ...open,
      method: 'GET',
      path: paths.userinfo,
      id: 'oauth2Userinfo',
      summary: 'Who is behind an access token (OpenID Connect)',
      errors: 'oauth2',
      responses: { 200: anything },
      handle: async (call) => {
        const { authorization = '' } = call.presented();
        const answer = await (await providerAt(call.wire.base)).ask({
          method: 'GET',
          target: paths.userinfo,
          headers: { authorization },
        });
        return jsonAnswer(answer);
      },
    }),
    route({
      tag,
      method: 'GET',
      path: '/oauth/token/accessible-resources',
      id: 'getAccessibleResources',
      summary: 'The sites that a token opens: this one (Cloud)',
      access: 'signed-in',
      scope: null,
      responses: {
        200: Type.Array(
          Type.Object({
            id: Type.String(),
            name: Type.String(),
            url: Type.String(),
            scopes: Type.Array(Type.String()),
            avatarUrl: Type.String(),
          }),
        ),
      },
      handle: async ({ identity, actor, wire }) => {
        const { siteTitle } = await settingsAt(site.db, actor.revision);
        return [
          {
            id: await siteId(site.db),
            name: siteTitle,
            url: wire.base,
            scopes: [...(identity.limits?.scopes ?? allScopes)],
            avatarUrl: `${wire.base}/favicon.svg`,
          },
        ];
      },
    }),
  ];
}

/** Jira reads the query as well, servlet style. What is said twice could be read in two ways. */
function fieldsOf(body: Fields | undefined, queryText: string): Fields {
  const query = parseFormBody(Buffer.from(queryText));
  for (const name of Object.keys(query)) {
    if (body !== undefined && Object.hasOwn(body, name)) {
      throw new OauthError(400, 'invalid_request', 'The query and the body hold the same parameter.');
    }
  }
  return { ...query, ...body };
}

/** oidc-provider names modes that authorisations.ts does not take. */
function withOwnModes(answer: InnerAnswer): InnerAnswer {
  const metadata = JSON.parse(answer.body) as Record<string, unknown>;
  if (metadata.response_modes_supported === undefined) return answer;
  return { ...answer, body: JSON.stringify({ ...metadata, response_modes_supported: ['query'] }) };
}

/** Cloud's own answer to a refresh token that is over (nango, "OAuth integration"). */
function asCloud(answer: InnerAnswer, { grant_type }: Fields): InnerAnswer {
  if (grant_type !== 'refresh_token' || answer.status !== 400 || !answer.body.includes('"invalid_grant"')) {
    return answer;
  }
  const error_description = 'Unknown or invalid refresh token.';
  return { ...answer, status: 403, body: JSON.stringify({ error: 'invalid_grant', error_description }) };
}

/** What oidc-provider answered, in the words it found; of its headers the challenge alone, since ours are set. */
function jsonAnswer({ status, body, headers }: InnerAnswer): Answer {
  const challenge = headers['www-authenticate'];
  return new Answer(status, body === '' ? undefined : body, {
    ...noStore,
    ...(body === '' ? {} : { 'Content-Type': jsonType }),
    ...(typeof challenge === 'string' ? { 'WWW-Authenticate': challenge } : {}),
  });
}
