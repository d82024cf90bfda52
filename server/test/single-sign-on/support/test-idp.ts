import {
  createHash,
  createHmac,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { type MadeKey, makeSelfSigned } from '../../../src/auth/saml/self-signed.ts';

/** What a response says; each part can be left out (null) or said otherwise. */
export interface Said {
  readonly nameId: string | null;
  readonly nameIdFormat: string | null;
  /** Attributes of the NameID besides its format. */
  readonly nameIdMore: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  readonly issuer: string | null;
  readonly responseIssuer: string | null;
  readonly destination: string | null;
  readonly recipient: string | null;
  readonly audience: string | null;
  /** Of the confirmation. */
  readonly inResponseTo: string | null;
  readonly responseInResponseTo: string | null;
  readonly issuedAt: number;
  readonly notBefore: number | null;
  readonly notOnOrAfter: number | null;
  readonly confirmedUntil: number | null;
  readonly authenticatedAt: number | null;
  readonly sessionIndex: string | null;
  readonly status: string;
  readonly responseId: string;
  readonly assertionId: string;
}

export interface Signing {
  readonly key?: KeyObject | string;
  readonly digest?: 'sha1' | 'sha256' | 'sha512';
  readonly signature?: 'rsa-sha1' | 'rsa-sha256' | 'rsa-sha512' | 'hmac-sha1' | 'hmac-sha256';
  readonly transforms?: readonly string[];
  /** Content of KeyInfo. */
  readonly keyInfo?: string;
  readonly uri?: string;
}

const ns = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
};
export const enveloped = `${ns.signature}enveloped-signature`;
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const more = 'http://www.w3.org/2001/04/xmldsig-more#';
const signatureUris = {
  'rsa-sha1': `${ns.signature}rsa-sha1`,
  'rsa-sha256': `${more}rsa-sha256`,
  'rsa-sha512': `${more}rsa-sha512`,
  'hmac-sha1': `${ns.signature}hmac-sha1`,
  'hmac-sha256': `${more}hmac-sha256`,
};
const digestUris = {
  sha1: `${ns.signature}sha1`,
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
};

export const escapedText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const iso = (at: number): string => new Date(at).toISOString();
export const makeId = (): string => `_${randomBytes(16).toString('hex')}`;

/**
 * An identity provider for tests. It writes its messages in canonical form to begin with (Exclusive XML
 * Canonicalization), so it signs the text as it stands, without the library that the server checks with.
 */
export class TestIdp {
  readonly entityId: string;
  readonly ssoUrl = 'https://idp.example/sso';
  readonly sloUrl = 'https://idp.example/slo';
  readonly made: MadeKey;

  private constructor(entityId: string, made: MadeKey) {
    this.entityId = entityId;
    this.made = made;
  }

  static async create(entityId = `https://idp.example/${makeId()}`): Promise<TestIdp> {
    return new TestIdp(entityId, await makeSelfSigned('IdP', Date.now()));
  }

  get certificate(): string {
    return this.made.certificate;
  }

  /** The assertion, unsigned. An attribute's values are in their order. */
  assertion(said: Said): string {
    const conditions = said.notBefore === null && said.notOnOrAfter === null && said.audience === null;
    const attributes = Object.entries(said.attributes);
    return [
      `<saml:Assertion xmlns:saml="${ns.assertion}" ID="${said.assertionId}" IssueInstant="${iso(said.issuedAt)}" Version="2.0">`,
      said.issuer === null ? '' : `<saml:Issuer>${escapedText(said.issuer)}</saml:Issuer>`,
      '<saml:Subject>',
      said.nameId === null
        ? ''
        : `<saml:NameID${said.nameIdFormat === null ? '' : ` Format="${said.nameIdFormat}"`}${said.nameIdMore}>${said.nameId}</saml:NameID>`,
      '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">',
      `<saml:SubjectConfirmationData${said.inResponseTo === null ? '' : ` InResponseTo="${said.inResponseTo}"`}`,
      said.confirmedUntil === null ? '' : ` NotOnOrAfter="${iso(said.confirmedUntil)}"`,
      said.recipient === null ? '' : ` Recipient="${escapedText(said.recipient)}"`,
      '></saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>',
      conditions
        ? ''
        : [
            `<saml:Conditions${said.notBefore === null ? '' : ` NotBefore="${iso(said.notBefore)}"`}`,
            `${said.notOnOrAfter === null ? '' : ` NotOnOrAfter="${iso(said.notOnOrAfter)}"`}>`,
            said.audience === null
              ? ''
              : `<saml:AudienceRestriction><saml:Audience>${escapedText(said.audience)}</saml:Audience></saml:AudienceRestriction>`,
            '</saml:Conditions>',
          ].join(''),
      said.authenticatedAt === null
        ? ''
        : `<saml:AuthnStatement AuthnInstant="${iso(said.authenticatedAt)}"${said.sessionIndex === null ? '' : ` SessionIndex="${said.sessionIndex}"`}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
      attributes.length === 0
        ? ''
        : `<saml:AttributeStatement>${attributes
            .map(
              ([name, values]) =>
                `<saml:Attribute Name="${name}">${values
                  .map((value) => `<saml:AttributeValue>${escapedText(value)}</saml:AttributeValue>`)
                  .join('')}</saml:Attribute>`,
            )
            .join('')}</saml:AttributeStatement>`,
      '</saml:Assertion>',
    ].join('');
  }

  response(said: Said, ...assertions: readonly string[]): string {
    return [
      `<samlp:Response xmlns:samlp="${ns.protocol}"${said.destination === null ? '' : ` Destination="${escapedText(said.destination)}"`}`,
      ` ID="${said.responseId}"${said.responseInResponseTo === null ? '' : ` InResponseTo="${said.responseInResponseTo}"`}`,
      ` IssueInstant="${iso(said.issuedAt)}" Version="2.0">`,
      said.responseIssuer === null
        ? ''
        : `<saml:Issuer xmlns:saml="${ns.assertion}">${escapedText(said.responseIssuer)}</saml:Issuer>`,
      `<samlp:Status><samlp:StatusCode Value="${said.status}"></samlp:StatusCode></samlp:Status>`,
      ...assertions,
      '</samlp:Response>',
    ].join('');
  }

  /** The ds:Signature over a canonical element. */
  signature(canonical: string, signing: Signing = {}): string {
    const {
      digest = 'sha256',
      signature = 'rsa-sha256',
      transforms = [enveloped, exclusive],
      key = this.made.privateKey,
      keyInfo,
      uri = `#${/ ID="([^"]*)"/.exec(canonical)?.[1]}`,
    } = signing;
    const inner = [
      `<ds:CanonicalizationMethod Algorithm="${exclusive}"></ds:CanonicalizationMethod>`,
      `<ds:SignatureMethod Algorithm="${signatureUris[signature]}"></ds:SignatureMethod>`,
      `<ds:Reference URI="${uri}"><ds:Transforms>`,
      ...transforms.map((algorithm) =>
        algorithm.startsWith('<') ? algorithm : `<ds:Transform Algorithm="${algorithm}"></ds:Transform>`,
      ),
      `</ds:Transforms><ds:DigestMethod Algorithm="${digestUris[digest]}"></ds:DigestMethod>`,
      `<ds:DigestValue>${createHash(digest).update(canonical).digest('base64')}</ds:DigestValue></ds:Reference>`,
    ].join('');
    const signedInfo = `<ds:SignedInfo xmlns:ds="${ns.signature}">${inner}</ds:SignedInfo>`;
    const [family, hash] = signature.split('-') as [string, string];
    const value =
      family === 'hmac'
        ? createHmac(hash, key as string)
            .update(signedInfo)
            .digest('base64')
        : createSign(`RSA-${hash.toUpperCase()}`).update(signedInfo).sign(key, 'base64');
    return [
      `<ds:Signature xmlns:ds="${ns.signature}"><ds:SignedInfo>${inner}</ds:SignedInfo>`,
      `<ds:SignatureValue>${value}</ds:SignatureValue>`,
      keyInfo === undefined ? '' : `<ds:KeyInfo>${keyInfo}</ds:KeyInfo>`,
      '</ds:Signature>',
    ].join('');
  }

  /** A canonical element with its signature where SAML wants it: after the issuer. */
  signed(canonical: string, signing: Signing = {}): string {
    return placed(canonical, this.signature(canonical, signing));
  }
}

export const placed = (element: string, signature: string): string =>
  element.includes('</saml:Issuer>')
    ? element.replace('</saml:Issuer>', () => `</saml:Issuer>${signature}`)
    : element.replace('>', () => `>${signature}`);

export const x509Data = (certificate: string): string =>
  `<ds:X509Data><ds:X509Certificate>${certificate.replace(/-----[^-]+-----|\s/g, '')}</ds:X509Certificate></ds:X509Data>`;

export const strangersKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
