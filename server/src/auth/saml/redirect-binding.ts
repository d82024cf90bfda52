import { sign } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import { rsaSha256 } from './saml-names.ts';

const deflate = promisify<Buffer, Buffer>(deflateRaw);

export type MessageName = 'SAMLRequest' | 'SAMLResponse';

/** An address that carries a message, signed (SAML 2.0 Bindings §3.4.4.1). */
export async function redirectUrl(
  to: string,
  message: { readonly name: MessageName; readonly xml: string; readonly relayState?: string | undefined },
  privateKey: string,
): Promise<string> {
  const deflated = (await deflate(Buffer.from(message.xml))).toString('base64');
  const parts = [`${message.name}=${encodeURIComponent(deflated)}`];
  if (message.relayState !== undefined) parts.push(`RelayState=${encodeURIComponent(message.relayState)}`);
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`);
  // The signature is over these very characters.
  const signature = sign('sha256', Buffer.from(parts.join('&')), privateKey).toString('base64');
  parts.push(`Signature=${encodeURIComponent(signature)}`);
  return `${to}${to.includes('?') ? '&' : '?'}${parts.join('&')}`;
}
