import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import {
  countNetworkFailure,
  networkLimitOf,
  requireNetworkHasFailuresLeft,
} from '../limits/network-limit.ts';
import { asked } from './adapter.ts';
import {
  type AskedConsent,
  askedScopes,
  type Decision,
  makeGrant,
  recordDecision,
  requireDecider,
  signedInAt,
} from './authorisations.ts';
import { useUserCode } from './item-store.ts';
import { findLinkByClientId } from './link-store.ts';
import type { Provider } from './provider.ts';

type Decider = Pick<Call, 'actor' | 'identity' | 'source'>;

/** What the device asks for whose screen shows this code. Throws NotFound; guesses are counted for their network. */
export async function viewDevice(
  site: Site,
  provider: Provider,
  call: Decider,
  userCode: string,
): Promise<Pick<AskedConsent, 'link' | 'scopes'>> {
  return (await deviceOf(site, provider, call, userCode)).consent;
}

/** Decides, and uses the code up: of two who type it at once, one decides. */
export async function decideDevice(
  site: Site,
  provider: Provider,
  call: Decider,
  userCode: string,
  { allow, accountId }: Decision,
): Promise<void> {
  const me = requireDecider(call, accountId);
  const { device, consent } = await deviceOf(site, provider, call, userCode);
  if (!(await useUserCode(site.db, normal(userCode)))) throw noSuchCode();
  await asked.run({ source: call.source, revokes: false, redirectUri: null }, async () => {
    Object.assign(
      device,
      allow
        ? {
            accountId: me.accountId,
            authTime: await signedInAt(site, call.identity),
            grantId: await makeGrant(provider, me, consent),
            scope: consent.scopes.join(' '),
          }
        : { error: 'access_denied', errorDescription: 'The person did not allow it.' },
    );
    await device.save();
  });
  await recordDecision(site, call, consent, allow);
}

/** As oidc-provider keeps it: people write it with a hyphen, or without, in small letters. */
const normal = (userCode: string): string => userCode.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');

async function deviceOf(site: Site, { oidc }: Provider, call: Decider, userCode: string) {
  requireDecider(call);
  const limit = networkLimitOf(await settingsAt(site.db, await readRevision(site.db)), call.source);
  const now = site.clock.now();
  await requireNetworkHasFailuresLeft(site, limit, now);
  const device = await oidc.DeviceCode.findByUserCode(normal(userCode));
  const link = device && (await findLinkByClientId(site.db, device.clientId!));
  if (device === undefined || link === undefined) {
    await inTransaction(site.db, (trx) =>
      countNetworkFailure(trx, site, limit, call.source, { now, held: false }),
    );
    throw noSuchCode();
  }
  const scopes = askedScopes(device.params?.scope);
  return { device, consent: { link, scopes } };
}

const noSuchCode = (): NotFound =>
  new NotFound('No device waits for this code. Codes count once, for ten minutes: look at the device again.');
