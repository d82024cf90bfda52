import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';

const xenc = 'http://www.w3.org/2001/04/xmlenc#';
const xenc11 = 'http://www.w3.org/2009/xmlenc11#';
const ds = 'http://www.w3.org/2000/09/xmldsig#';

export interface Encryption {
  /** PEM of whom it is for. */
  readonly certificate: string;
  readonly cipher?: 'aes-128-gcm' | 'aes-256-gcm' | 'aes-128-cbc' | 'aes-256-cbc';
  readonly transport?: 'rsa-oaep-mgf1p' | 'rsa-oaep' | 'rsa-1_5';
  readonly hash?: 'sha1' | 'sha256';
  /** Says another hash for the mask than it uses. */
  readonly mask?: string;
  /** Beside the data in place of inside it. */
  readonly keyBeside?: boolean;
  readonly change?: (encrypted: Buffer) => Buffer;
}

/** An EncryptedAssertion as XML Encryption 1.1 writes it, in canonical form. */
export function encrypted(assertion: string, wanted: Encryption): string {
  const { cipher = 'aes-256-gcm', transport = 'rsa-oaep-mgf1p', hash = 'sha1' } = wanted;
  const key = randomBytes(cipher.includes('128') ? 16 : 32);
  const { publicKey } = new X509Certificate(wanted.certificate);
  const wrapped =
    transport === 'rsa-1_5'
      ? publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
      : publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, key);
  const iv = randomBytes(cipher.endsWith('gcm') ? 12 : 16);
  const sealer = createCipheriv(cipher, key, iv) as ReturnType<typeof createCipheriv> & {
    getAuthTag?: () => Buffer;
  };
  const bytes = Buffer.concat([iv, sealer.update(assertion), sealer.final()]);
  const whole = cipher.endsWith('gcm') ? Buffer.concat([bytes, sealer.getAuthTag!()]) : bytes;
  const data = (wanted.change ?? ((one) => one))(whole);
  const algorithm = cipher.endsWith('gcm')
    ? `${xenc11}${cipher.replace('aes-', 'aes')}`
    : `${xenc}${cipher.replace('aes-', 'aes')}`;
  const digest =
    hash === 'sha1' ? '' : `<ds:DigestMethod xmlns:ds="${ds}" Algorithm="${xenc}${hash}"></ds:DigestMethod>`;
  const mask =
    transport === 'rsa-oaep'
      ? `<x:MGF xmlns:x="${xenc11}" Algorithm="${xenc11}mgf1${wanted.mask ?? hash}"></x:MGF>`
      : '';
  const method = `<xenc:EncryptionMethod Algorithm="${transport === 'rsa-oaep' ? xenc11 : xenc}${transport}">${digest}${mask}</xenc:EncryptionMethod>`;
  const value = (buffer: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${buffer.toString('base64')}</xenc:CipherValue></xenc:CipherData>`;
  const keyXml = (declared: string) =>
    `<xenc:EncryptedKey${declared}>${method}${value(wrapped)}</xenc:EncryptedKey>`;
  const declared = ` xmlns:xenc="${xenc}"`;
  const inside = wanted.keyBeside === true ? '' : `<ds:KeyInfo xmlns:ds="${ds}">${keyXml('')}</ds:KeyInfo>`;
  return [
    '<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">',
    `<xenc:EncryptedData${declared} Type="${xenc}Element">`,
    `<xenc:EncryptionMethod Algorithm="${algorithm}"></xenc:EncryptionMethod>${inside}${value(data)}`,
    `</xenc:EncryptedData>${wanted.keyBeside === true ? keyXml(declared) : ''}</saml:EncryptedAssertion>`,
  ].join('');
}
