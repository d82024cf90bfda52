import { X509Certificate } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { isLoopback } from '../../lib/loopback.ts';
import type { Provider } from '../single-sign-on/provider.ts';

const url = Type.String({ minLength: 1, maxLength: 2000 });

/** What is known of the identity provider; its metadata has all of it. */
export const samlSettingsSchema = Type.Object(
  {
    entityId: Type.String({ minLength: 1, maxLength: 1024 }),
    /** SingleSignOnService with the HTTP-Redirect binding. */
    ssoUrl: url,
    /** SingleLogoutService with the HTTP-Redirect binding; left out: signing out here does not sign out there. */
    sloUrl: Type.Optional(url),
    /** Where answers to its logout requests go, when it is another address than `sloUrl`. */
    sloResponseUrl: Type.Optional(url),
    /** PEM, or the base64 of one; more than one while the provider changes its key. */
    certificates: Type.Array(Type.String({ minLength: 1, maxLength: 16_384 }), { minItems: 1, maxItems: 8 }),
    nameIdFormat: Type.Optional(
      Type.Union([Type.Literal('persistent'), Type.Literal('emailAddress'), Type.Literal('unspecified')]),
    ),
    /** Sign-ins that begin at the provider (IdP-initiated): nothing shows that the visitor wanted one (X6). */
    allowUnsolicited: Type.Optional(Type.Boolean()),
    /** Our metadata asks for encrypted assertions. Encrypted ones are read in any case. */
    wantsEncryption: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type SamlSettings = Static<typeof samlSettingsSchema>;

/** Empty while the provider is not set up yet (`isUnfinished`): such a one trusts no key. */
export const samlSettingsOf = (provider: Provider): SamlSettings =>
  provider.settings as unknown as SamlSettings;

/** Throws when it is no certificate. */
export function parseCertificate(text: string): X509Certificate {
  const base64 = text
    .replace(/-----BEGIN CERTIFICATE-----|-----END CERTIFICATE-----/g, '')
    .replace(/\s+/g, '');
  return new X509Certificate(Buffer.from(base64, 'base64'));
}

/** Keys whose signatures count: from the configuration, never from a message (X3). */
export const trustedCertificates = ({ certificates = [] }: Partial<SamlSettings>): X509Certificate[] =>
  certificates.map(parseCertificate);

export function samlFaults(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const { ssoUrl, sloUrl, sloResponseUrl, certificates } = settings as SamlSettings;
  const faults: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ssoUrl, sloUrl, sloResponseUrl })) {
    const fault = value === undefined ? undefined : addressFault(value);
    if (fault !== undefined) faults[name] = fault;
  }
  const fault = certificates.map(certificateFault).find((one) => one !== undefined);
  if (fault !== undefined) faults.certificates = fault;
  return faults;
}

/** Browsers are sent there with what names the person: never in clear text, but for this machine. */
function addressFault(text: string): string | undefined {
  const wanted = 'An address that begins with https:// is needed (http:// only for this machine).';
  if (!URL.canParse(text)) return wanted;
  const { protocol, hostname, username, hash } = new URL(text);
  if (username !== '' || hash !== '') return 'The address must not hold a user name or a fragment (#).';
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname)) ? undefined : wanted;
}

function certificateFault(text: string): string | undefined {
  let certificate: X509Certificate;
  try {
    certificate = parseCertificate(text);
  } catch {
    return 'One of these is no X.509 certificate: paste the text between BEGIN and END CERTIFICATE.';
  }
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== 'rsa')
    return `The certificate has a key of type ${asymmetricKeyType}; RSA is needed.`;
  const bits = asymmetricKeyDetails?.modulusLength ?? 0;
  return bits >= 2048 ? undefined : `The certificate's key has ${bits} bits; at least 2048 are needed.`;
}
