import type { SamlKey } from './saml-key-store.ts';
import { binding, nameIdFormat, ns } from './saml-names.ts';
import type { SamlSettings } from './saml-settings.ts';
import type { ServiceProvider } from './service-provider.ts';
import { element, text } from './xml-text.ts';

/** This site as one identity provider sees it (SAML 2.0 Metadata §2.4.4); during a roll-over with both keys. */
export function serviceProviderMetadata(
  { entityId, acsUrl, sloUrl }: ServiceProvider,
  settings: SamlSettings,
  keys: readonly SamlKey[],
): string {
  const uses = settings.wantsEncryption === true ? ['signing', 'encryption'] : ['signing'];
  const wanted = nameIdFormat[settings.nameIdFormat ?? 'unspecified'];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(
    'md:EntityDescriptor',
    { 'xmlns:md': ns.metadata, 'xmlns:ds': ns.signature, entityID: entityId },
    element(
      'md:SPSSODescriptor',
      {
        AuthnRequestsSigned: 'true',
        WantAssertionsSigned: 'true',
        protocolSupportEnumeration: ns.protocol,
      },
      ...uses.flatMap((use) => inOrder(keys, use).map((key) => keyDescriptor(use, key))),
      element('md:SingleLogoutService', { Binding: binding.redirect, Location: sloUrl }),
      element('md:SingleLogoutService', { Binding: binding.post, Location: sloUrl }),
      element('md:NameIDFormat', {}, text(wanted)),
      element('md:AssertionConsumerService', {
        Binding: binding.post,
        Location: acsUrl,
        index: '0',
        isDefault: 'true',
      }),
    ),
  )}\n`;
}

/** Many providers encrypt for the first key that they find: while both are known that is the newer one. */
function inOrder(keys: readonly SamlKey[], use: string): readonly SamlKey[] {
  return use === 'encryption' ? keys.toReversed() : keys;
}

function keyDescriptor(use: string, { certificate }: SamlKey): string {
  const base64 = certificate.replace(/-----[^-]+-----|\s/g, '');
  const methods =
    use === 'encryption'
      ? [
          'http://www.w3.org/2009/xmlenc11#aes256-gcm',
          'http://www.w3.org/2009/xmlenc11#aes128-gcm',
          'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
        ]
      : [];
  return element(
    'md:KeyDescriptor',
    { use },
    element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, base64))),
    ...methods.map((Algorithm) => element('md:EncryptionMethod', { Algorithm })),
  );
}
