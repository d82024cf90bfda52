import { X509Certificate } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { bumpRevision } from '../../db/revision.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { decimalId } from '../../lib/decimal-id.ts';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { getProvider, requireMayDecide } from '../single-sign-on/providers.ts';
import { deleteSamlKey, listSamlKeys, type SamlKey, setSamlKeyState } from './saml-key-store.ts';
import { makeKey } from './saml-keys.ts';

type Administrator = Pick<Call, 'actor' | 'identity' | 'source'>;

/** The SAML provider with this id. Throws NotFound for any other. */
export async function getSamlProvider(site: Site, asker: Administrator, id: number): Promise<Provider> {
  const provider = await getProvider(site, asker, id);
  if (provider.kind !== 'saml') throw new NotFound(`The identity provider ${id} does not speak SAML.`);
  return provider;
}

/** The first step of a roll-over: a second key stands in the metadata, so that the provider can learn it. */
export async function announceKey(site: Site, asker: Administrator, providerId: number): Promise<SamlKey> {
  await requireMayDecide(site, asker);
  const provider = await getSamlProvider(site, asker, providerId);
  refuseThird(await listSamlKeys(site.db, providerId));
  const store = await makeKey(site);
  return changeKeys(site, asker, provider, 'saml-key.announced', async (trx, keys) => {
    refuseThird(keys);
    return store(trx, provider.id, 'next');
  });
}

function refuseThird(keys: readonly SamlKey[]): void {
  if (keys.length > 1) {
    throw new Conflict('There are two keys already. Remove the one that is not in use first.');
  }
}

/** The second step: the announced key signs; the one before it still opens what was encrypted for it. */
export async function useKey(
  site: Site,
  asker: Administrator,
  providerId: number,
  keyId: string,
): Promise<SamlKey> {
  await requireMayDecide(site, asker);
  const provider = await getSamlProvider(site, asker, providerId);
  return changeKeys(site, asker, provider, 'saml-key.used', async (trx, keys) => {
    const key = keyWith(keys, keyId);
    for (const one of keys) {
      if (one.state === 'current' && one !== key) await setSamlKeyState(trx, one.id, 'former');
    }
    await setSamlKeyState(trx, key.id, 'current');
    return { ...key, state: 'current' };
  });
}

/** The last step, or the way back from the first. */
export async function dropKey(
  site: Site,
  asker: Administrator,
  providerId: number,
  keyId: string,
): Promise<void> {
  await requireMayDecide(site, asker);
  const provider = await getSamlProvider(site, asker, providerId);
  await changeKeys(site, asker, provider, 'saml-key.removed', async (trx, keys) => {
    const key = keyWith(keys, keyId);
    if (key.state === 'current') throw new Conflict('The key is in use. Use another one first.');
    await deleteSamlKey(trx, key.id);
    return key;
  });
}

function keyWith(keys: readonly SamlKey[], keyId: string): SamlKey {
  const id = decimalId(keyId);
  const key = keys.find((one) => one.id === id);
  if (key === undefined) throw new NotFound(`The identity provider has no key with the id ${keyId}.`);
  return key;
}

/** One change of a provider's keys at a time: the revision's row is held before they are read. */
async function changeKeys(
  site: Site,
  asker: Administrator,
  provider: Provider,
  event: string,
  change: (trx: Db, keys: readonly SamlKey[]) => Promise<SamlKey>,
): Promise<SamlKey> {
  return inTransaction(site.db, async (trx) => {
    await bumpRevision(trx);
    const key = await change(trx, await listSamlKeys(trx, provider.id));
    await audit(trx, site.clock, {
      event,
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: provider.name,
      subjectType: 'identity-provider',
      subjectId: provider.id,
      detail: { key: key.id, fingerprint: new X509Certificate(key.certificate).fingerprint256 },
    });
    return key;
  });
}
