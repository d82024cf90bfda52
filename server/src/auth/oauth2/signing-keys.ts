import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import type { Db } from '../../db/tables.ts';
import type { Site } from '../../site.ts';
import { findKeys, insertKey, retireKeys, type StoredKey } from './signing-key-store.ts';

/** JWK of a private key, as oidc-provider takes it. */
export type PrivateJwk = Record<string, unknown> & { readonly kid: string };

/** A key that signs no more is published for a day yet: ID tokens live an hour, and clients look for new keys when they need one. */
export const formerKeyMs = 86_400_000;

/** What it is sealed for: a sealed key that is put under another name does not open. */
const purposeOf = (kid: string): string => `oauth2-key:${kid}`;

/** The keys of this site's ID tokens, the one that signs first; made when they are needed first. */
export async function signingKeys(site: Site): Promise<readonly StoredKey[]> {
  const since = site.clock.now() - formerKeyMs;
  const keys = await findKeys(site.db, since);
  if (keys.some(({ state }) => state === 'current')) return keys;
  const store = await makeKey(site);
  try {
    await store(site.db);
  } catch (error) {
    // Another process was faster.
    if (!isUniqueViolation(error)) throw error;
  }
  return findKeys(site.db, since);
}

/** A new RSA key; making it takes a while, so storing it is a step of its own. */
export async function makeKey(site: Site): Promise<(db: Db) => Promise<void>> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const kid = randomUUID();
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
  const sealedKey = await site.sealer.seal(purposeOf(kid), JSON.stringify(jwk));
  const createdAt = site.clock.now();
  return (db) => insertKey(db, { kid, sealedKey, createdAt });
}

/** The key that signs from now on. */
export async function replaceKey(trx: Db, store: (db: Db) => Promise<void>): Promise<void> {
  await retireKeys(trx);
  await store(trx);
}

export const privateJwkOf = async (site: Site, { kid, sealedKey }: StoredKey): Promise<PrivateJwk> =>
  JSON.parse(await site.sealer.unseal(purposeOf(kid), sealedKey));
