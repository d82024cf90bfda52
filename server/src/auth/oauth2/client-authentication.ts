import { timingSafeEqual } from 'node:crypto';
import { OauthError } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { countForNetwork } from '../prove.ts';
import { findLinkByClientId, type Link } from './link-store.ts';

export type Fields = Readonly<Record<string, string>>;

interface Presented {
  readonly clientId: string;
  /** undefined: none, as public applications do. */
  readonly secret: string | undefined;
}

/**
 * The application that a request to the token endpoint, and those beside it, comes from. Whatever is wrong is answered
 * alike (Q8), counted for its network as a wrong password is, and on record.
 */
export async function authenticateClient(
  site: Site,
  { authorization, fields, source }: { authorization: string | undefined; fields: Fields; source: Source },
): Promise<Link> {
  const presented = presentedBy(authorization, fields);
  const link = presented && (await findLinkByClientId(site.db, presented.clientId));
  if (link !== undefined && isRight(link, presented?.secret)) return link;
  await countForNetwork(site, {
    source,
    channel: 'oauth2',
    name: undefined,
    userId: undefined,
    step: 'wrong-client',
  });
  throw new OauthError(401, 'invalid_client', 'The client is not known, or its secret is wrong.', {
    step: 'wrong-client',
    ...(link === undefined ? {} : { facts: { application: link.name } }),
  });
}

function isRight({ secretHash }: Link, secret: string | undefined): boolean {
  if (secretHash === null) return secret === undefined;
  return timingSafeEqual(Buffer.from(sha256(secret ?? '')), Buffer.from(secretHash)) && secret !== undefined;
}

/** In the header or the body, and not in both (RFC 6749 §2.3). undefined: nothing that could be right. */
function presentedBy(authorization: string | undefined, fields: Fields): Presented | undefined {
  const { client_id, client_secret } = fields;
  if (authorization === undefined) {
    return client_id === undefined ? undefined : { clientId: client_id, secret: client_secret };
  }
  if (client_secret !== undefined) {
    throw new OauthError(400, 'invalid_request', 'The client authenticates in two ways at once.');
  }
  const [, text = ''] = /^basic +([A-Za-z0-9+/]{1,8192}={0,2})$/i.exec(authorization) ?? [];
  const pair = Buffer.from(text, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon === -1) return undefined;
  const clientId = formDecoded(pair.slice(0, colon));
  if (client_id !== undefined && client_id !== clientId) return undefined;
  return { clientId, secret: formDecoded(pair.slice(colon + 1)) };
}

/** Both are form-encoded before they are joined (RFC 6749 §2.3.1). Our own need it in no part: what cannot be decoded is wrong. */
const formDecoded = (text: string): string =>
  new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x')!;
