import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import type { KindOfProvider } from '../single-sign-on/provider-kinds.ts';
import { expiringKeys } from './expiring-keys.ts';
import { authnRequest, logoutRequest, makeMessageId, type NameId } from './messages.ts';
import { redirectUrl, type SentMessage } from './redirect-binding.ts';
import { currentKey, makeKey, privateKeyOf } from './saml-keys.ts';
import { nameIdFormat } from './saml-names.ts';
import { samlFaults, samlSettingsOf, samlSettingsSchema } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';

/** The provider is expected to look at a logout request at once. */
const logoutMs = 5 * 60_000;

/** SAML 2.0 Web Browser SSO: the request goes by redirect, the response comes by POST (Profiles §4.1). */
export const saml: KindOfProvider = {
  settings: samlSettingsSchema,
  secrets: [],
  faults: samlFaults,
  troubles: expiringKeys,
  async prepare(site) {
    const store = await makeKey(site);
    return async (trx, providerId) => {
      await store(trx, providerId, 'current');
    };
  },
  async begin(site, { provider, state, fresh, base }) {
    const { ssoUrl, nameIdFormat: format = 'unspecified' } = samlSettingsOf(provider);
    const { entityId, acsUrl } = serviceProviderOf(base, provider.id);
    const id = makeMessageId();
    const xml = authnRequest(
      { id, issuer: entityId, destination: ssoUrl, at: site.clock.now() },
      { acsUrl, nameIdFormat: nameIdFormat[format], fresh },
    );
    const location = await sentTo(site, provider, ssoUrl, { name: 'SAMLRequest', xml, relayState: state });
    return { location, data: { requestId: id } };
  },
  async endSession(site, { provider, session, base }) {
    const { sloUrl } = samlSettingsOf(provider);
    if (sloUrl === undefined) return undefined;
    const { format, nameQualifier, spNameQualifier } = session.detail as Partial<NameId>;
    const at = site.clock.now();
    const issuer = serviceProviderOf(base, provider.id).entityId;
    const xml = logoutRequest(
      { id: makeMessageId(), issuer, destination: sloUrl, at },
      {
        nameId: { value: session.subject, format, nameQualifier, spNameQualifier },
        sessionIndex: session.providerSession,
        expiresAt: at + logoutMs,
      },
    );
    return sentTo(site, provider, sloUrl, { name: 'SAMLRequest', xml });
  },
};

/** An address at the provider that carries the message, signed with the key in use. */
export async function sentTo(
  site: Site,
  provider: Provider,
  to: string,
  message: SentMessage,
): Promise<string> {
  return redirectUrl(to, message, await privateKeyOf(site, await currentKey(site, provider.id)));
}
