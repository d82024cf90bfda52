import type { X509Certificate } from 'node:crypto';
import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import { decryptedAssertion } from './decryption.ts';
import { messageBounds, plainXml } from './plain-xml.ts';
import { ns, status } from './saml-names.ts';
import { invalid } from './saml-refused.ts';
import { signedContent } from './signature.ts';
import {
  attribute,
  childElements,
  descendants,
  isNamed,
  only,
  optional,
  parseXml,
  textOf,
  type XmlElement,
} from './xml-dom.ts';

export interface Keys {
  readonly certificates: readonly X509Certificate[];
  /** PEM of our private keys; asked for only when something is encrypted. */
  privateKeys(): Promise<readonly string[]>;
}

export interface SignedResponse {
  /** From the signed bytes where the response is signed; else it is what came, and only good to be refused by. */
  readonly response: XmlElement;
  /** From the signed bytes, always. */
  readonly assertion: XmlElement;
}

/**
 * The one assertion of a response, vouched for by a signature over it or over the whole response. Throws AnswerRefused.
 */
export async function readResponse(bytes: Buffer, keys: Keys): Promise<SignedResponse> {
  const text = plainXml(bytes, messageBounds);
  const root = await parseXml(text);
  if (!isNamed(root, ns.protocol, 'Response')) {
    throw invalid(`A SAML 2.0 Response is expected; this is ${root.nodeName}.`);
  }
  refuseFailure(root);
  const held = heldAssertion(root);
  refuseStraySignatures(root, held);
  const { certificates } = keys;
  const signedResponse = await signedContent(text, root, certificates);
  const response = signedResponse ?? root;
  if (held.localName === 'Assertion') {
    // On the text as it came: inside the canonical form of the response, name spaces that it needs may be gone.
    const signedAssertion = await signedContent(text, held, certificates);
    const assertion = signedAssertion ?? (signedResponse && only(signedResponse, ns.assertion, 'Assertion'));
    if (assertion === undefined) throw invalid('Neither the response nor the assertion is signed.');
    return { response, assertion };
  }
  const authentic = signedResponse !== undefined;
  const encrypted = only(response, ns.assertion, 'EncryptedAssertion');
  const plain = plainXml(decryptedAssertion(encrypted, await keys.privateKeys(), authentic), messageBounds);
  const inner = await parseXml(plain);
  if (!isNamed(inner, ns.assertion, 'Assertion')) throw invalid('What was encrypted is no assertion.');
  refuseStraySignatures(inner, inner);
  const assertion = (await signedContent(plain, inner, certificates)) ?? (authentic ? inner : undefined);
  if (assertion === undefined) throw invalid('Neither the response nor the encrypted assertion is signed.');
  return { response, assertion };
}

/** The provider's own word that it did not sign anybody in; it need not be signed to end the visit. */
function refuseFailure(response: XmlElement): void {
  const code = only(only(response, ns.protocol, 'Status'), ns.protocol, 'StatusCode');
  const value = attribute(code, 'Value');
  if (value === status.success) return;
  const inner = optional(code, ns.protocol, 'StatusCode');
  const message = optional(only(response, ns.protocol, 'Status'), ns.protocol, 'StatusMessage');
  const words = [value, inner && attribute(inner, 'Value'), message && textOf(message)];
  throw new AnswerRefused(
    'saml-provider-refused',
    `The identity provider answered: ${words.filter(Boolean).join(' · ').slice(0, 500)}`,
  );
}

/** One, plain or encrypted, right under the response: a second one anywhere is a way to wrap (X1). */
function heldAssertion(response: XmlElement): XmlElement {
  const isAssertion = (one: XmlElement) =>
    one.localName === 'Assertion' || one.localName === 'EncryptedAssertion';
  const all = [...descendants(response)].filter(isAssertion);
  const [held] = childElements(response).filter(
    (one) => one.namespaceURI === ns.assertion && isAssertion(one),
  );
  if (held === undefined) throw invalid('The response holds no assertion.');
  if (all.length > 1) throw invalid('The response holds more than one assertion.');
  return held;
}

function refuseStraySignatures(root: XmlElement, assertion: XmlElement): void {
  const stray = [...descendants(root)].find(
    (one) => one.localName === 'Signature' && one.parentNode !== root && one.parentNode !== assertion,
  );
  if (stray !== undefined) throw invalid('A signature stands where none belongs.');
}
