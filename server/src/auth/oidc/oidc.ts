import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import type { KindOfProvider } from '../single-sign-on/provider-kinds.ts';
import { configurationOf } from './configuration.ts';
import { oidcClientOf } from './oidc-client.ts';
import { type OidcSettings, oidcFaults, oidcSettingsSchema, scopeOf } from './oidc-settings.ts';

export const oidcSettingsOf = (provider: Provider): OidcSettings =>
  provider.settings as unknown as OidcSettings;

export const idTokenPurpose = (provider: Provider): string => `id-token:${provider.id}`;

/** OpenID Connect Core 1.0: the authorization code flow, with PKCE (RFC 7636) and a nonce. */
export const oidc: KindOfProvider = {
  settings: oidcSettingsSchema,
  secrets: ['clientSecret'],
  faults: oidcFaults,
  async begin(site, { provider, state, fresh, base }) {
    const configuration = await configurationOf(site, provider);
    const client = await import('openid-client');
    const verifier = client.randomPKCECodeVerifier();
    const nonce = client.randomNonce();
    const location = client.buildAuthorizationUrl(configuration, {
      redirect_uri: oidcClientOf(base, provider.id).redirectUri,
      scope: scopeOf(oidcSettingsOf(provider)),
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(fresh ? { prompt: 'login', max_age: '0' } : {}),
    });
    return { location: location.href, data: { verifier, nonce } };
  },
  async endSession(site, { provider, session, base }) {
    const client = await import('openid-client');
    const { hint } = session.detail as { hint?: string };
    try {
      const configuration = await configurationOf(site, provider);
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(configuration, {
        post_logout_redirect_uri: oidcClientOf(base, provider.id).postLogoutRedirectUri,
        ...(hint === undefined
          ? {}
          : { id_token_hint: await site.sealer.unseal(idTokenPurpose(provider), hint) }),
      }).href;
    } catch (error) {
      site.log.warn({ err: error, provider: provider.id }, 'not signed out at the identity provider');
      return undefined;
    }
  },
};

/** Kept with the session, sealed: with it the provider signs the person out without asking again. */
export async function sealedHint(
  site: Site,
  provider: Provider,
  idToken: string,
): Promise<string | undefined> {
  return idToken.length > 8192 ? undefined : site.sealer.seal(idTokenPurpose(provider), idToken);
}
