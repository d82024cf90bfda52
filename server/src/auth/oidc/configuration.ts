import type { Configuration } from 'openid-client';
import { ServiceUnavailable } from '../../errors.ts';
import { guardedFetch } from '../../outbound/guarded-fetch.ts';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { settingsWithSecrets } from '../single-sign-on/providers.ts';
import type { OidcSettings } from './oidc-settings.ts';

/** How long a provider's metadata counts; its keys are asked for again before, when a token names an unknown one. */
const lifeMs = 10 * 60_000;
const mostKept = 100;

/** RSA and elliptic curves; never `none`, and never a key that both sides know (J1). */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

interface Kept {
  /** What was configured: other settings are another client. */
  readonly of: string;
  readonly until: number;
  /** How far the clock of the site is from the machine's, seconds. */
  readonly skew: number;
  readonly configuration: Promise<Configuration>;
}

const kept = new WeakMap<Site, Map<number, Kept>>();

/** The provider as it describes itself, asked for when needed. Throws ServiceUnavailable when it cannot be reached. */
export async function configurationOf(site: Site, provider: Provider): Promise<Configuration> {
  const all = kept.get(site) ?? new Map<number, Kept>();
  kept.set(site, all);
  const now = site.clock.now();
  const of = `${provider.updatedAt} ${provider.sealed} ${JSON.stringify(provider.settings)}`;
  const skew = Math.round((now - Date.now()) / 1000);
  const known = all.get(provider.id);
  if (known?.of === of && known.until > now && Math.abs(known.skew - skew) <= 1) return known.configuration;
  const configuration = discover(site, provider, skew);
  if (all.size >= mostKept) all.clear();
  all.set(provider.id, { of, until: now + lifeMs, skew, configuration });
  // A provider that is down is asked again by the next visitor.
  configuration.catch(() => all.delete(provider.id));
  return configuration;
}

async function discover(site: Site, provider: Provider, skew: number): Promise<Configuration> {
  const oidc = await import('openid-client');
  const settings = await settingsWithSecrets<OidcSettings>(site, provider);
  const { issuer, clientId, clientSecret, tokenAuth } = settings;
  const authentication =
    clientSecret === undefined
      ? oidc.None()
      : tokenAuth === 'client_secret_post'
        ? oidc.ClientSecretPost(clientSecret)
        : oidc.ClientSecretBasic(clientSecret);
  const fetch = guardedFetch(site.config.outboundNetworks);
  try {
    return await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockSkew]: skew, [oidc.clockTolerance]: 30 },
      authentication,
      {
        [oidc.customFetch]: (url, { method, headers, body }) =>
          fetch(url, {
            method,
            headers,
            body: body === undefined || body === null ? undefined : String(body),
          }),
        execute: [
          ...(new URL(issuer).protocol === 'http:' ? [oidc.allowInsecureRequests] : []),
          // The signature is looked at even though the token comes straight from the provider (J1).
          oidc.enableNonRepudiationChecks,
        ],
      },
    );
  } catch (error) {
    throw unavailable(provider, error);
  }
}

/** The provider cannot be reached, or does not describe itself as it should. */
export function unavailable(provider: Provider, cause: unknown): ServiceUnavailable {
  return new ServiceUnavailable({
    messages: [`${provider.name} cannot be reached: ${problemOf(cause)}`],
    headers: { 'Retry-After': '10' },
    detail: `identity provider ${provider.id}: ${problemOf(cause)}`,
    why: { step: 'oidc-provider-unavailable' },
    cause,
  });
}

/** The innermost reason: libraries wrap what the network said. */
export function problemOf(error: unknown): string {
  const reasons: string[] = [];
  for (let at: unknown = error; at instanceof Error && reasons.length < 5; at = at.cause) {
    const { code } = at as { code?: unknown };
    const text = at.message === '' ? String(code ?? at.name) : at.message;
    if (!reasons.includes(text)) reasons.push(text);
  }
  return reasons.join(': ').slice(0, 500) || 'unknown trouble';
}
