import { createVerify, sign, type X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { messageBounds } from './plain-xml.ts';
import { rsaSha256, rsaSha512 } from './saml-names.ts';
import { invalid } from './saml-refused.ts';

const deflate = promisify<Buffer, Buffer>(deflateRaw);
const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

export interface SentMessage {
  readonly name: 'SAMLRequest' | 'SAMLResponse';
  readonly xml: string;
  readonly relayState?: string | undefined;
}

/** An address that carries a message, signed (SAML 2.0 Bindings §3.4.4.1). */
export async function redirectUrl(to: string, message: SentMessage, privateKey: string): Promise<string> {
  const deflated = (await deflate(Buffer.from(message.xml))).toString('base64');
  const parts = [`${message.name}=${encodeURIComponent(deflated)}`];
  if (message.relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(message.relayState)}`);
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`);
  // The signature is over these very characters.
  const signature = sign('sha256', Buffer.from(parts.join('&')), privateKey).toString('base64');
  parts.push(`Signature=${encodeURIComponent(signature)}`);
  return `${to}${to.includes('?') ? '&' : '?'}${parts.join('&')}`;
}

const hashes: Readonly<Record<string, string>> = { [rsaSha256]: 'RSA-SHA256', [rsaSha512]: 'RSA-SHA512' };

export interface ReceivedMessage {
  /** Of the XML. */
  readonly bytes: Buffer;
  readonly relayState: string | undefined;
}

/**
 * The message of a query, which is as it was sent. Throws AnswerRefused unless one of the certificates signed it: without a
 * signature it is nobody's.
 */
export async function receivedByRedirect(
  queryText: string,
  certificates: readonly X509Certificate[],
): Promise<ReceivedMessage> {
  const raw = rawParameters(queryText);
  const name = raw.has('SAMLRequest') ? 'SAMLRequest' : 'SAMLResponse';
  const message = raw.get(name);
  const algorithm = decoded(raw.get('SigAlg'));
  const signature = decoded(raw.get('Signature'));
  if (message === undefined) throw invalid('The address carries no SAML message.');
  if (raw.has('SAMLRequest') && raw.has('SAMLResponse'))
    throw invalid('The address carries two SAML messages.');
  if (signature === undefined || algorithm === undefined) throw invalid('The message is not signed.');
  const hash = Object.hasOwn(hashes, algorithm) ? hashes[algorithm] : undefined;
  if (hash === undefined) throw invalid(`The message is signed with ${algorithm}, which is not accepted.`);
  const signed = [name, 'RelayState', 'SigAlg']
    .flatMap((part) => (raw.has(part) ? [`${part}=${raw.get(part)}`] : []))
    .join('&');
  const good = certificates.some(({ publicKey }) =>
    createVerify(hash).update(signed).verify(publicKey, signature, 'base64'),
  );
  if (!good) throw invalid('The message was signed by none of the configured certificates, or was changed.');
  return { bytes: await inflated(decoded(message)!), relayState: decoded(raw.get('RelayState')) };
}

/** As they were sent, each once. */
function rawParameters(queryText: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of queryText.split('&').filter(Boolean)) {
    const [name = '', ...value] = part.split('=');
    if (found.has(name)) throw invalid(`The address holds ${name.slice(0, 40)} twice.`);
    found.set(name, value.join('='));
  }
  return found;
}

/** The query as a whole was found to be valid percent-encoding before. */
const decoded = (raw: string | undefined): string | undefined =>
  raw === undefined ? undefined : decodeURIComponent(raw.replaceAll('+', ' '));

async function inflated(base64: string): Promise<Buffer> {
  try {
    return await inflate(Buffer.from(base64, 'base64'), { maxOutputLength: messageBounds.maxBytes });
  } catch {
    throw invalid('The message is not compressed as it must be, or is too large.');
  }
}
