import type { KindOfProvider } from '../single-sign-on/provider-kinds.ts';
import { authnRequest, makeMessageId } from './messages.ts';
import { redirectUrl } from './redirect-binding.ts';
import { currentKey, makeKey, privateKeyOf } from './saml-keys.ts';
import { nameIdFormat } from './saml-names.ts';
import { samlFaults, samlSettingsOf, samlSettingsSchema } from './saml-settings.ts';
import { serviceProviderOf } from './service-provider.ts';

/** SAML 2.0 Web Browser SSO: the request goes by redirect, the response comes by POST (Profiles §4.1). */
export const saml: KindOfProvider = {
  settings: samlSettingsSchema,
  secrets: [],
  faults: samlFaults,
  async prepare(site) {
    const store = await makeKey(site);
    return async (trx, providerId) => {
      await store(trx, providerId, 'current');
    };
  },
  async begin(site, { provider, state, fresh, base }) {
    const settings = samlSettingsOf(provider);
    const { entityId, acsUrl } = serviceProviderOf(base, provider.id);
    const id = makeMessageId();
    const xml = authnRequest(
      { id, issuer: entityId, destination: settings.ssoUrl, at: site.clock.now() },
      { acsUrl, nameIdFormat: nameIdFormat[settings.nameIdFormat ?? 'unspecified'], fresh },
    );
    const key = await privateKeyOf(site, await currentKey(site, provider.id));
    const location = await redirectUrl(settings.ssoUrl, { name: 'SAMLRequest', xml, relayState: state }, key);
    return { location, data: { requestId: id } };
  },
};
