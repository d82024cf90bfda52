import { constants, verify, type X509Certificate } from 'node:crypto';
import type { SignedXml } from 'xml-crypto';
import { messageBounds, plainXml } from './plain-xml.ts';
import { ns, rsaSha256, rsaSha512 } from './saml-names.ts';
import { invalid } from './saml-refused.ts';
import {
  attribute,
  childElements,
  isNamed,
  optional,
  parseXml,
  requiredAttribute,
  type XmlElement,
} from './xml-dom.ts';

const rsaPssSha256 = 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/** What a signature may be made with; anything else (SHA-1, HMAC, XPath, XSLT) is refused (X3). */
const allowed = {
  signature: [rsaSha256, rsaSha512, rsaPssSha256],
  digest: ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'],
  canonical: [exclusive, `${exclusive}WithComments`],
} as const;

/** Canonical text declares name spaces again and again, so it may be somewhat longer than what it was made from. */
const signedBounds = { ...messageBounds, maxBytes: 4 * messageBounds.maxBytes };

/**
 * What the element's own signature covers, read again from the very bytes that were digested: nothing outside of them
 * can be taken for signed (X1). undefined: the element has no signature. Throws AnswerRefused unless the signature is one
 * of the allowed form, over this element, by one of the certificates.
 */
export async function signedContent(
  text: string,
  element: XmlElement,
  certificates: readonly X509Certificate[],
): Promise<XmlElement | undefined> {
  const signature = optional(element, ns.signature, 'Signature');
  if (signature === undefined) return undefined;
  checkForm(signature, requiredAttribute(element, 'ID'));
  const signed = await verified(text, signature, certificates);
  if (signed === undefined) {
    throw invalid(
      `The signature of the ${element.localName} was made by none of the configured certificates, or what it signs was changed.`,
    );
  }
  const root = await parseXml(plainXml(Buffer.from(signed), signedBounds));
  const same =
    isNamed(root, element.namespaceURI ?? '', element.localName) &&
    attribute(root, 'ID') === attribute(element, 'ID');
  if (!same) throw invalid('The signature covers another element.');
  return root;
}

/** Its parts in their order, each once, so that no reader can take another one for them (XML Signature §4). */
function checkForm(signature: XmlElement, id: string): void {
  const [signedInfo] = parts(signature, ['SignedInfo', 'SignatureValue'], ['KeyInfo']);
  const [canonicalization, method, reference] = parts(signedInfo!, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  requireAlgorithm(canonicalization!, allowed.canonical);
  requireAlgorithm(method!, allowed.signature);
  if (childElements(method!).length > 0) throw invalid('The signature method has parameters.');
  if (attribute(reference!, 'URI') !== `#${id}`) {
    throw invalid('The signature refers to something else than the element it stands in.');
  }
  const [transforms, digest, digestValue] = parts(reference!, ['Transforms', 'DigestMethod', 'DigestValue']);
  const [first, second] = parts(transforms!, ['Transform', 'Transform']);
  requireAlgorithm(first!, [enveloped]);
  requireAlgorithm(second!, allowed.canonical);
  requireAlgorithm(digest!, allowed.digest);
  for (const leaf of [first!, digest!, digestValue!]) {
    if (childElements(leaf).length > 0) throw invalid(`${leaf.localName} has parameters.`);
  }
  for (const one of [canonicalization!, second!]) {
    const odd = childElements(one).some(
      (child) => !isNamed(child, exclusive, 'InclusiveNamespaces') || childElements(child).length > 0,
    );
    if (odd || childElements(one).length > 1) throw invalid(`${one.localName} has parameters.`);
  }
}

function parts(element: XmlElement, required: readonly string[], more: readonly string[] = []): XmlElement[] {
  const found = childElements(element);
  const wanted = [...required, ...more];
  const good =
    found.length >= required.length &&
    found.length <= wanted.length &&
    found.every((one, at) => isNamed(one, ns.signature, wanted[at]!));
  if (!good)
    throw invalid(`${element.localName} must hold ${required.join(', ')}, each once, and nothing else.`);
  return found;
}

function requireAlgorithm(element: XmlElement, algorithms: readonly string[]): void {
  const algorithm = attribute(element, 'Algorithm');
  if (algorithm === undefined || !algorithms.includes(algorithm)) {
    throw invalid(
      `${element.localName} names the algorithm ${algorithm ?? 'nothing'}, which is not accepted.`,
    );
  }
}

/** One check for all certificates: the digest is the dear part, and the same for each. */
async function verified(
  text: string,
  signature: XmlElement,
  certificates: readonly X509Certificate[],
): Promise<string | undefined> {
  const { SignedXml } = await import('xml-crypto');
  const check = new SignedXml({ publicCert: notUsed, getCertFromKeyInfo: () => null });
  check.SignatureAlgorithms = signatureAlgorithms(certificates);
  check.HashAlgorithms = pick(check.HashAlgorithms, allowed.digest);
  check.CanonicalizationAlgorithms = pick(check.CanonicalizationAlgorithms, [
    ...allowed.canonical,
    enveloped,
  ]);
  try {
    check.loadSignature(signature as never);
    if (!check.checkSignature(text)) return undefined;
  } catch {
    // How it says that the signature is of another key, or over other bytes.
    return undefined;
  }
  const [signed, more] = check.getSignedReferences();
  return more === undefined ? signed : undefined;
}

/** It wants a key, and hands it to algorithms that have their own. */
const notUsed = 'configured elsewhere';

const { RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_DIGEST } = constants;
const paddings = {
  [rsaSha256]: { hash: 'sha256', padding: RSA_PKCS1_PADDING },
  [rsaSha512]: { hash: 'sha512', padding: RSA_PKCS1_PADDING },
  [rsaPssSha256]: { hash: 'sha256', padding: RSA_PKCS1_PSS_PADDING, saltLength: RSA_PSS_SALTLEN_DIGEST },
} as const;

/** What xml-crypto may find under a signature's name: nothing but RSA with the keys of these certificates. */
function signatureAlgorithms(certificates: readonly X509Certificate[]): SignedXml['SignatureAlgorithms'] {
  const algorithms = Object.entries(paddings).map(([name, { hash, ...padding }]) => {
    const verifySignature = (material: string, _: unknown, value: string) =>
      certificates.some(({ publicKey }) =>
        verify(hash, Buffer.from(material), { key: publicKey, ...padding }, Buffer.from(value, 'base64')),
      );
    const algorithm = { getAlgorithmName: () => name, verifySignature, getSignature: neverSigns };
    return [
      name,
      class {
        constructor() {
          Object.assign(this, algorithm);
        }
      },
    ];
  });
  return Object.fromEntries(algorithms);
}

const neverSigns = (): never => {
  throw new Error('Signatures are only checked here');
};

const pick = <T>(all: Record<string, T>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, all[name]!]));
