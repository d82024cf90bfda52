import { X509Certificate } from 'node:crypto';
import type { Db } from '../../db/tables.ts';
import type { Site } from '../../site.ts';
import { insertSamlKey, listSamlKeys, type SamlKey } from './saml-key-store.ts';
import { makeSelfSigned } from './self-signed.ts';

/** What it is sealed for: a sealed key that is put beside another certificate does not open. */
const purposeOf = (certificate: string): string =>
  `saml-key:${new X509Certificate(certificate).fingerprint256}`;

export type StoreKey = (trx: Db, providerId: number, state: SamlKey['state']) => Promise<SamlKey>;

/** A new key pair; making it takes a while, so storing it is a step of its own, in a transaction. */
export async function makeKey(site: Site): Promise<StoreKey> {
  const createdAt = site.clock.now();
  const { certificate, privateKey } = await makeSelfSigned('Tessera', createdAt);
  const sealedKey = await site.sealer.seal(purposeOf(certificate), privateKey);
  return (trx, providerId, state) =>
    insertSamlKey(trx, { providerId, state, certificate, sealedKey, createdAt });
}

/** PEM of the private key. */
export const privateKeyOf = (site: Site, { certificate, sealedKey }: SamlKey): Promise<string> =>
  site.sealer.unseal(purposeOf(certificate), sealedKey);

export async function currentKey(site: Site, providerId: number): Promise<SamlKey> {
  const keys = await listSamlKeys(site.db, providerId);
  const current = keys.find(({ state }) => state === 'current');
  if (current === undefined) throw new Error(`Identity provider ${providerId} has no key of ours`);
  return current;
}
