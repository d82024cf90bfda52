import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';

const years = 10;
const id = { commonName: '2.5.4.3', sha256WithRsa: '1.2.840.113549.1.1.11' };

export interface MadeKey {
  /** PEM. */
  readonly certificate: string;
  /** PKCS #8, PEM. */
  readonly privateKey: string;
}

/**
 * A key pair and a certificate that says no more than which key is whose: providers compare it with the one in our
 * metadata, and build no chain.
 */
export async function makeSelfSigned(commonName: string, now: number): Promise<MadeKey> {
  const [{ AsnConvert }, x509, { publicKey, privateKey }] = await Promise.all([
    import('@peculiar/asn1-schema'),
    import('@peculiar/asn1-x509'),
    promisify(generateKeyPair)('rsa', { modulusLength: 3072 }),
  ]);
  const name = new x509.Name([
    new x509.RelativeDistinguishedName([
      new x509.AttributeTypeAndValue({
        type: id.commonName,
        value: new x509.AttributeValue({ utf8String: commonName.slice(0, 64) }),
      }),
    ]),
  ]);
  const algorithm = new x509.AlgorithmIdentifier({ algorithm: id.sha256WithRsa, parameters: null });
  const body = new x509.TBSCertificate({
    version: x509.Version.v3,
    // Positive and without a leading zero (RFC 5280 §4.1.2.2).
    serialNumber: Uint8Array.of(0x40, ...randomBytes(15)).buffer,
    signature: algorithm,
    issuer: name,
    subject: name,
    validity: new x509.Validity({
      notBefore: new Date(now - 24 * 3_600_000),
      notAfter: new Date(now + years * 365 * 24 * 3_600_000),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      publicKey.export({ type: 'spki', format: 'der' }),
      x509.SubjectPublicKeyInfo,
    ),
  });
  const certificate = new x509.Certificate({
    tbsCertificate: body,
    signatureAlgorithm: algorithm,
    signatureValue: new Uint8Array(sign('sha256', Buffer.from(AsnConvert.serialize(body)), privateKey))
      .buffer,
  });
  const der = Buffer.from(AsnConvert.serialize(certificate));
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
