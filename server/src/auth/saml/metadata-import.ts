import { BadRequest } from '../../errors.ts';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import { plainXml } from './plain-xml.ts';
import { binding, nameIdFormat, ns } from './saml-names.ts';
import { parseCertificate, type SamlSettings } from './saml-settings.ts';
import {
  attribute,
  children,
  descendants,
  isNamed,
  parseXml,
  requiredAttribute,
  textOf,
  type XmlElement,
} from './xml-dom.ts';

/** Of a federation, say. */
const bounds = { maxBytes: 512 * 1024, maxElements: 20_000, comments: true };

/**
 * The settings that a provider's metadata describes (SAML 2.0 Metadata §2.4.3), for an administrator to look at and
 * save; its signature is not looked at, since who hands it over is trusted with the settings anyway. Throws BadRequest.
 */
export async function readMetadata(xml: string, wanted: string | undefined): Promise<SamlSettings> {
  try {
    const root = await parseXml(plainXml(Buffer.from(xml), bounds));
    return settingsOf(entityOf(root, wanted));
  } catch (cause) {
    if (!(cause instanceof AnswerRefused)) throw cause;
    throw new BadRequest({ fields: { xml: cause.message }, cause });
  }
}

const refused = (fault: string): BadRequest => new BadRequest({ fields: { xml: fault } });

interface Entity {
  readonly entityId: string;
  readonly identityProvider: XmlElement;
}

function entityOf(root: XmlElement, wanted: string | undefined): Entity {
  const entities = [...descendants(root)]
    .filter((one) => isNamed(one, ns.metadata, 'EntityDescriptor'))
    .flatMap((one): Entity[] => {
      const [identityProvider] = children(one, ns.metadata, 'IDPSSODescriptor');
      if (identityProvider === undefined) return [];
      return [{ entityId: requiredAttribute(one, 'entityID'), identityProvider }];
    });
  const [first, more] = wanted === undefined ? entities : entities.filter((one) => one.entityId === wanted);
  if (first === undefined) {
    throw refused(
      wanted === undefined
        ? 'The metadata describes no SAML 2.0 identity provider (IDPSSODescriptor).'
        : `The metadata describes no identity provider with the entity id ${wanted}.`,
    );
  }
  if (more !== undefined) {
    const ids = entities.slice(0, 20).map(({ entityId }) => entityId);
    throw new BadRequest({
      fields: { entityId: `The metadata describes several; name one of them: ${ids.join(', ')}` },
    });
  }
  return first;
}

function settingsOf({ entityId, identityProvider }: Entity): SamlSettings {
  const signOn = addressed(identityProvider, 'SingleSignOnService');
  if (signOn === undefined) {
    throw refused(
      'The identity provider takes no requests by the HTTP-Redirect binding, which is used here.',
    );
  }
  const certificates = certificatesOf(identityProvider);
  if (certificates.length === 0) throw refused('The metadata has no certificate that signs.');
  const signOut = addressed(identityProvider, 'SingleLogoutService');
  const response = signOut && attribute(signOut, 'ResponseLocation');
  return {
    entityId,
    ssoUrl: requiredAttribute(signOn, 'Location'),
    ...(signOut === undefined ? {} : { sloUrl: requiredAttribute(signOut, 'Location') }),
    ...(response === undefined ? {} : { sloResponseUrl: response }),
    certificates,
    nameIdFormat: formatOf(identityProvider),
  };
}

const addressed = (descriptor: XmlElement, service: string): XmlElement | undefined =>
  children(descriptor, ns.metadata, service).find((one) => attribute(one, 'Binding') === binding.redirect);

function certificatesOf(descriptor: XmlElement): string[] {
  const found = children(descriptor, ns.metadata, 'KeyDescriptor')
    .filter((one) => (attribute(one, 'use') ?? 'signing') === 'signing')
    .flatMap((one) => [...descendants(one)])
    .filter((one) => isNamed(one, ns.signature, 'X509Certificate'))
    .map((one) => {
      try {
        return parseCertificate(textOf(one)).toString();
      } catch {
        throw refused('A certificate of the metadata cannot be read.');
      }
    });
  return [...new Set(found)].slice(0, 8);
}

/** A name that lasts is asked for where the provider says that it has one. */
function formatOf(descriptor: XmlElement): NonNullable<SamlSettings['nameIdFormat']> {
  const offered = children(descriptor, ns.metadata, 'NameIDFormat').map((one) => textOf(one).trim());
  if (offered.includes(nameIdFormat.persistent)) return 'persistent';
  return offered.includes(nameIdFormat.emailAddress) ? 'emailAddress' : 'unspecified';
}
