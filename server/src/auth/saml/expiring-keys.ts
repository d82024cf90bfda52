import { X509Certificate } from 'node:crypto';
import type { Site } from '../../site.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { listSamlKeys } from './saml-key-store.ts';
import { samlSettingsOf, trustedCertificates } from './saml-settings.ts';

/** Time for two organisations to write to each other. */
const soonMs = 30 * 24 * 3_600_000;

/**
 * Certificates that end soon. Here they go on counting, since the configuration trusts the key itself; but providers
 * change theirs about then, and some refuse one of ours that has ended.
 */
export async function expiringKeys(site: Site, provider: Provider): Promise<readonly string[]> {
  const soon = site.clock.now() + soonMs;
  const theirs = trustedCertificates(samlSettingsOf(provider));
  const ours = (await listSamlKeys(site.db, provider.id)).filter(({ state }) => state === 'current');
  const last = (all: readonly X509Certificate[]) => Math.max(...all.map((one) => one.validToDate.getTime()));
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const texts: string[] = [];
  const theirEnd = last(theirs);
  if (theirs.length > 0 && theirEnd <= soon) {
    texts.push(
      `The certificate of ${provider.name} ends on ${day(theirEnd)}: ask for its next one and add it beside the old one.`,
    );
  }
  const ourEnd = last(ours.map(({ certificate }) => new X509Certificate(certificate)));
  if (ourEnd <= soon) {
    texts.push(`The key that ${provider.name} knows of this site ends on ${day(ourEnd)}: change it.`);
  }
  return texts;
}
