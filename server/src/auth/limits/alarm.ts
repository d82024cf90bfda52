import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import type { SiteSettings } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { networkOf } from '../locks/lock-rules.ts';
import { findPasswordUse } from '../passwords/password-use-store.ts';
import { raiseAlarm, readFailuresOverTime } from './alarm-store.ts';

/**
 * Whether so many sign-ins fail on the whole site, compared with what is usual, that somebody is trying stolen lists of
 * passwords from everywhere (H1): each of many names once, each from another network, so that no lock and no limit of a
 * network sees it.
 */
export async function isAlarmed(site: Site, settings: SiteSettings): Promise<boolean> {
  const { signInAlarmFactor, signInAlarmFailures } = settings;
  if (signInAlarmFactor === null) return false;
  const { lastHour, usualHour } = await readFailuresOverTime(site.db, site.clock.now());
  return lastHour >= Math.max(signInAlarmFailures, signInAlarmFactor * usualHour);
}

/**
 * During the alarm a password is looked at without the word in the picture only from a browser that signed in before
 * (`knownDevice`), or over REST from the network from which that account's password came last. True: it is not.
 */
export async function isHeldByAlarm(
  site: Site,
  settings: SiteSettings,
  {
    userId,
    source,
    onPage,
    knownDevice,
    captchaPassed,
  }: {
    readonly userId: number | undefined;
    readonly source: Source;
    readonly onPage: boolean;
    readonly knownDevice: boolean;
    readonly captchaPassed: boolean;
  },
): Promise<boolean> {
  if (captchaPassed || knownDevice || !(await isAlarmed(site, settings))) return false;
  await tell(site, source);
  if (onPage) return true;
  const use = await findPasswordUse(site.db, userId ?? 0);
  return use === undefined || networkOf(use.address) !== networkOf(source.address);
}

/** Once an hour. */
async function tell(site: Site, source: Source): Promise<void> {
  await inTransaction(site.db, async (trx) => {
    if (!(await raiseAlarm(trx, site.clock.now()))) return;
    await audit(trx, site.clock, { event: 'sign-in.alarm', outcome: 'refused', source });
  });
}
