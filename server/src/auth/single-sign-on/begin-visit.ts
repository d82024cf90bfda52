import { readRevision } from '../../db/revision.ts';
import { Conflict, NotFound } from '../../errors.ts';
import type { Source } from '../../identity.ts';
import type { Site } from '../../site.ts';
import type { CookieSite } from '../sessions/session-cookies.ts';
import type { Purpose } from './flow-store.ts';
import { makeState, startFlow } from './flows.ts';
import { isUnfinished, type Provider } from './provider.ts';
import { providerKinds } from './provider-kinds.ts';
import { providersAt } from './provider-store.ts';
import { countBegunVisit } from './stray-messages.ts';

export interface Wish {
  readonly providerId: number;
  readonly purpose: Purpose;
  readonly userId: number | null;
  readonly returnTo: string | null;
  /** Base URL of the site. */
  readonly base: string;
}

/** Sends a browser to a provider: where to, and the cookie that brings it back. Throws NotFound for one without a way there. */
export async function beginVisit(
  site: Site,
  wish: Wish,
  visit: CookieSite & { readonly source: Source },
): Promise<{ readonly location: string; readonly cookie: string }> {
  const provider = await providerToVisit(site, wish);
  if (wish.userId === null) await countBegunVisit(site, visit.source);
  const state = makeState();
  const { purpose, userId, returnTo, base } = wish;
  const begun = await providerKinds[provider.kind]!.begin!(site, {
    provider,
    state,
    fresh: purpose === 'confirm',
    base,
  });
  const cookie = await startFlow(
    site,
    { provider, purpose, userId, returnTo, data: begun.data, state },
    visit,
  );
  return { location: begun.location, cookie };
}

async function providerToVisit(site: Site, { providerId, purpose }: Wish): Promise<Provider> {
  const providers = await providersAt(site.db, await readRevision(site.db));
  const provider = providers.find(({ id }) => id === providerId);
  // An administrator tries a provider before people may use it.
  const open = provider !== undefined && (provider.enabled || purpose === 'test');
  if (!open || providerKinds[provider.kind]?.begin === undefined) {
    throw new NotFound('There is no such identity provider, or it is switched off.');
  }
  if (isUnfinished(provider)) {
    throw new Conflict(`${provider.name} is not set up yet: save what the provider says of itself first.`);
  }
  return provider;
}
