import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Why } from '../../errors.ts';
import type { Presented } from '../../http/server.ts';
import { countForNetwork, type DoorParts } from '../prove.ts';
import { findLinkByKey, type Link } from './link-store.ts';
import { isTimely } from './nonces.ts';
import { type Problem, problem } from './problem.ts';
import { isSignedBy } from './signature.ts';
import { readSigned, rejected, type SignedRequest } from './signed-request.ts';

/** A request that an application has signed, for the first time and now. */
export interface Proven {
  readonly link: Link;
  readonly signed: SignedRequest;
  readonly revision: number;
}

/**
 * Whose request it is. What is malformed or out of time is no guess at anything and counts for nobody; what could be one
 * counts for its network, and never for an account. `form`: the body as it was sent, where it is one.
 */
export async function proveSigned(
  parts: DoorParts,
  presented: Presented,
  form?: string | undefined,
): Promise<Proven> {
  const { site, nonces } = parts;
  const signed = readSigned(presented, form);
  if (signed.protocol.has('oauth_body_hash') && form !== undefined) throw rejected('oauth_body_hash');
  const found = await findLinkByKey(site.db, signed.consumerKey);
  if (found === undefined) {
    return fail(parts, presented, 'consumer_key_unknown', { step: 'oauth-consumer-unknown' });
  }
  const { link, revision } = found;
  const facts = { application: link.name };
  const now = site.clock.now();
  if (!isTimely(signed.timestamp, now)) {
    const [from, to] = [now - 300_000, now + 300_000].map((at) => Math.floor(at / 1000));
    throw problem(
      'timestamp_refused',
      { step: 'oauth-timestamp', facts: { ...facts, seconds: Math.round(now / 1000) - signed.timestamp } },
      { oauth_acceptable_timestamps: `${from}-${to}` },
    );
  }
  if (!isSignedBy(keyOf(link), signed.method, signed.baseString, signed.signature)) {
    return fail(parts, presented, 'signature_invalid', { step: 'oauth-signature', facts });
  }
  const { token = '', timestamp, nonce } = signed;
  if (!(await nonces.use(link.id, { token, timestamp, nonce }))) {
    return fail(parts, presented, 'nonce_used', { step: 'oauth-nonce-used', facts });
  }
  return { link, signed, revision };
}

/** Counted for the network and on record before it is answered. */
export async function fail(
  { site }: DoorParts,
  { source }: Pick<Presented, 'source'>,
  name: Problem,
  why: Why,
): Promise<never> {
  await countForNetwork(site, {
    source,
    channel: 'oauth1',
    name: undefined,
    userId: undefined,
    step: why.step,
  });
  throw problem(name, why);
}

/** Reading a key from its text takes longer than checking a signature with it. */
const keys = new Map<string, KeyObject>();
const mostKeys = 1000;

function keyOf({ publicKey }: Link): KeyObject {
  let key = keys.get(publicKey);
  if (key === undefined) {
    if (keys.size >= mostKeys) keys.clear();
    key = createPublicKey(publicKey);
    keys.set(publicKey, key);
  }
  return key;
}
