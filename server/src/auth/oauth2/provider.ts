import type { RequestListener } from 'node:http';
import type { Configuration, default as OidcProvider } from 'oidc-provider';
import { makeSecret, type SecretPrefix } from '../../lib/secret-format.ts';
import type { Site } from '../../site.ts';
import { accountOf } from './account.ts';
import { adapterOf } from './adapter.ts';
import { dispatch, type InnerAnswer, type InnerRequest } from './dispatch.ts';
import { givesRefreshToken, knownScopes } from './oauth2-scopes.ts';
import { privateJwkOf, signingKeys } from './signing-keys.ts';

/** Jira Data Center's paths. */
export const paths = {
  authorization: '/rest/oauth2/latest/authorize',
  token: '/rest/oauth2/latest/token',
  revocation: '/rest/oauth2/latest/revoke',
  introspection: '/rest/oauth2/latest/introspect',
  device_authorization: '/rest/oauth2/latest/device_authorization',
  userinfo: '/rest/oauth2/latest/userinfo',
  jwks: '/rest/oauth2/latest/jwks',
  code_verification: '/device',
} as const;

/** Where the web app asks what an application may do; its id follows. */
export const consentPath = '/oauth2/consent/';

export const accessTokenSeconds = 3600;
const codeSeconds = 60;
export const visitSeconds = 600;

export interface Provider {
  readonly oidc: OidcProvider;
  /** Asks oidc-provider; nothing of the real request reaches it but what is handed over. */
  ask(request: InnerRequest): Promise<InnerAnswer>;
}

export type ProviderAt = (base: string) => Promise<Provider>;

/**
 * oidc-provider, loaded when it is needed first: one per base URL, made anew when the keys change. Without
 * TESSERA_BASE_URL bases are loopback addresses, of which few are in use.
 */
export function providers(site: Site): ProviderAt {
  const made = new Map<string, { readonly keys: string; readonly provider: Promise<Provider> }>();
  return async (base) => {
    const keys = await signingKeys(site);
    const mark = keys.map(({ kid }) => kid).join(' ');
    const known = made.get(base);
    if (known?.keys === mark) return known.provider;
    const provider = Promise.all(keys.map((key) => privateJwkOf(site, key))).then((jwks) =>
      makeProvider(site, base, jwks),
    );
    provider.catch(() => made.delete(base));
    if (made.size >= 16) made.clear();
    made.set(base, { keys: mark, provider });
    return provider;
  };
}

async function makeProvider(site: Site, base: string, jwks: readonly object[]): Promise<Provider> {
  const { Provider: Oidc, errors } = await import('oidc-provider');
  const off = { enabled: false };
  const ours: NonNullable<Configuration['features']>['revocation'] = {
    enabled: true,
    allowedPolicy: async (_, client, token) => token.clientId === client.clientId,
  };
  const oidc = new Oidc(base, {
    adapter: adapterOf(site, errors.InvalidGrant),
    jwks: { keys: [...jwks] } as NonNullable<Configuration['jwks']>,
    routes: paths,
    scopes: [...knownScopes],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'locale', 'zoneinfo'],
      email: ['email', 'email_verified'],
    },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: 0,
    clientBasedCORS: () => false,
    features: {
      devInteractions: off,
      dPoP: off,
      rpInitiatedLogout: off,
      pushedAuthorizationRequests: off,
      // A `resource` that is not this site (those that are, the routes take out): RFC 8707 §2.
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => {
          throw new errors.InvalidTarget('this server issues tokens for itself only');
        },
      },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      revocation: ours,
      introspection: ours,
      userinfo: { enabled: true },
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: codeSeconds,
      DeviceCode: 600,
      IdToken: 3600,
      Interaction: visitSeconds,
      Session: visitSeconds,
      // The adapter knows when these end.
      RefreshToken: 90 * 86_400,
      Grant: accessTokenSeconds + codeSeconds,
    },
    rotateRefreshToken: true,
    issueRefreshToken: async (_, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') && givesRefreshToken([...scopes]),
    expiresWithSession: async () => false,
    revokeGrantPolicy: () => true,
    findAccount: (_, accountId) => accountOf(site, accountId),
    interactions: { url: (_, { uid }) => `${base}${consentPath}${uid}` },
    renderError: async (ctx, out) => {
      ctx.type = 'json';
      ctx.body = out;
    },
    cookies: { keys: [] },
  } as Configuration);
  // Its protocol and host are those of the base URL: `ask` says so.
  oidc.proxy = true;
  nameBy(oidc.AccessToken, 'tso');
  nameBy(oidc.ClientCredentials, 'tso');
  nameBy(oidc.RefreshToken, 'tsf');
  oidc.on('server_error', (_, error) => site.log.error({ err: error }, 'oidc-provider'));

  const { protocol, host, pathname } = new URL(base);
  const listener: RequestListener = oidc.callback();
  return {
    oidc,
    ask: (request) =>
      dispatch(listener, pathname.replace(/\/$/, ''), {
        ...request,
        headers: {
          host,
          'x-forwarded-proto': protocol.slice(0, -1),
          accept: 'application/json',
          ...request.headers,
        },
      }),
  };
}

/** Tokens in the form of our other secrets; its types leave out the method that it documents for this. */
function nameBy({ prototype }: { readonly prototype: object }, prefix: SecretPrefix): void {
  Object.assign(prototype, {
    generateTokenId(this: { format: string }) {
      this.format = 'opaque';
      return makeSecret(prefix);
    },
  });
}
