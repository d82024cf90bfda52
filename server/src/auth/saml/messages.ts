import { randomBytes } from 'node:crypto';
import { nameIdFormat, ns, status } from './saml-names.ts';
import { element, text } from './xml-text.ts';

/** An XML name that nobody guesses (SAML 2.0 Core §1.3.4). */
export const makeMessageId = (): string => `_${randomBytes(20).toString('hex')}`;

export interface Envelope {
  readonly id: string;
  /** Our entity id. */
  readonly issuer: string;
  readonly destination: string;
  /** ms. */
  readonly at: number;
}

const message = (
  name: string,
  { id, issuer, destination, at }: Envelope,
  more: Readonly<Record<string, string | undefined>>,
  ...inner: string[]
): string =>
  element(
    `samlp:${name}`,
    {
      'xmlns:samlp': ns.protocol,
      'xmlns:saml': ns.assertion,
      ID: id,
      Version: '2.0',
      IssueInstant: new Date(at).toISOString(),
      Destination: destination,
      ...more,
    },
    element('saml:Issuer', {}, text(issuer)),
    ...inner,
  );

/** SAML 2.0 Core §3.4.1. */
export const authnRequest = (
  envelope: Envelope,
  wanted: { readonly acsUrl: string; readonly nameIdFormat: string; readonly fresh: boolean },
): string =>
  message(
    'AuthnRequest',
    envelope,
    {
      AssertionConsumerServiceURL: wanted.acsUrl,
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
      ForceAuthn: wanted.fresh ? 'true' : undefined,
    },
    element('samlp:NameIDPolicy', { Format: wanted.nameIdFormat, AllowCreate: 'true' }),
  );

export interface NameId {
  readonly value: string;
  readonly format?: string | undefined;
  readonly nameQualifier?: string | undefined;
  readonly spNameQualifier?: string | undefined;
}

/** SAML 2.0 Core §3.7.1. */
export const logoutRequest = (
  envelope: Envelope,
  { nameId, sessionIndex, expiresAt }: { nameId: NameId; sessionIndex: string | null; expiresAt: number },
): string =>
  message(
    'LogoutRequest',
    envelope,
    { NotOnOrAfter: new Date(expiresAt).toISOString(), Reason: 'urn:oasis:names:tc:SAML:2.0:logout:user' },
    element(
      'saml:NameID',
      {
        Format: nameId.format === nameIdFormat.unspecified ? undefined : nameId.format,
        NameQualifier: nameId.nameQualifier,
        SPNameQualifier: nameId.spNameQualifier,
      },
      text(nameId.value),
    ),
    ...(sessionIndex === null ? [] : [element('samlp:SessionIndex', {}, text(sessionIndex))]),
  );

/** SAML 2.0 Core §3.7.2. */
export const logoutResponse = (
  envelope: Envelope,
  { inResponseTo, statusCode = status.success }: { inResponseTo: string; statusCode?: string },
): string =>
  message(
    'LogoutResponse',
    envelope,
    { InResponseTo: inResponseTo },
    element('samlp:Status', {}, element('samlp:StatusCode', { Value: statusCode })),
  );
