import type { Site } from '../../site.ts';
import { providerKinds } from './provider-kinds.ts';
import { providersAt } from './provider-store.ts';

/** How many providers people may use, and what will stop them soon, in words for who runs the site. */
export async function singleSignOnTroubles(
  site: Site,
  revision: number,
): Promise<{ readonly providers: number; readonly troubles: readonly string[] }> {
  const providers = (await providersAt(site.db, revision)).filter(({ enabled }) => enabled);
  const troubles = await Promise.all(
    providers.map((provider) => providerKinds[provider.kind]?.troubles?.(site, provider) ?? []),
  );
  return { providers: providers.length, troubles: troubles.flat() };
}
