import { type Asker, audit } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import { bumpRevision, cachedByRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { Forbidden } from '../errors.ts';
import { isByToken } from '../identity.ts';
import { missingGlobalPermission } from '../permissions/administrators.ts';
import { grantsOf } from '../permissions/permissions.ts';
import type { Site } from '../site.ts';

/** What an administrator may change while the site runs; rows, each falling back to its default. */
export const defaultSettings = {
  siteTitle: 'Tessera',
  /** Passwords over Basic: accepted, as on the page, until an administrator says otherwise. */
  passwordsOverRest: true,
  /** Where they are still taken when they are not; `*` stands for any text. */
  passwordAllowedPaths: [] as readonly string[],
  passwordAllowedUsers: [] as readonly string[],
  /** Whether an API token may make another one. */
  tokensMayMintTokens: false,
  apiTokenMaxDays: 365,
  /** Whether a token may be made that never expires. */
  apiTokensMayNeverExpire: false,
  /** Whether a token of ours that is found in a text or an address is revoked at once; its owner is told in any case. */
  revokeLeakedTokens: false,
  /** A session ends after this long without a request, and after `sessionMaxMinutes` whatever happens. */
  sessionIdleMinutes: 60,
  sessionMaxMinutes: 24 * 60,
  /** How long a browser stays signed in when its user asks for that; 0: not at all. */
  rememberMeDays: 14,
  /** Sessions show the password again before administration, ten minutes after it was shown last. */
  webSudo: true,
  /** Failed sign-ins in a row from one source before the picture is asked for there; null: never. */
  loginAttempts: 3 as number | null,
  /** Wrong passwords over all sources that close the password path everywhere; null: never. */
  accountLockFailures: 10 as number | null,
  /** … if they came from at least this many networks (IPv4 /24, IPv6 /48). */
  accountLockNetworks: 3,
  /** Failed sign-ins of one network (IPv4 /24, IPv6 /48), over all names, in `signInFailureMinutes`; null: any number. */
  signInFailuresPerNetwork: 20 as number | null,
  signInFailureMinutes: 10,
  /** Failures in an hour, as a multiple of what is usual, from which strangers type the picture; null: never. */
  signInAlarmFactor: 10 as number | null,
  /** … and at least so many. */
  signInAlarmFailures: 200,
  /** Requests of one account in a minute, for each process; null: any number. */
  requestsPerMinute: null as number | null,
  /** Valid API tokens pass where the picture is asked for. */
  lockSparesTokens: false,
  /** As in Jira: one count per account for everything, wherever it comes from. */
  strictLock: false,
  /** How long the second step is not asked for on a device whose user wants that; 0: it always is. */
  secondStepRememberDays: 30,
  /** User names that may sign in by password although their e-mail domain must come through a provider. */
  ssoExemptUsers: [] as readonly string[],
  /** Audit records are kept this long; 0: for ever. */
  auditRetentionDays: 365,
};

export type SiteSettings = typeof defaultSettings;

/** Settings that the configuration holds fixed, with the variable that does: what is stored does not count then. */
export function pinnedSettings(config: Config): Partial<Record<keyof SiteSettings, string>> {
  return config.loginAttempts === undefined ? {} : { loginAttempts: 'TESSERA_LOGIN_ATTEMPTS' };
}

export const settingsAt: (db: Db, revision: number) => Promise<SiteSettings> = cachedByRevision(
  async (db) => {
    const rows = await db.selectFrom('settings').selectAll().execute();
    // The table also holds marks that are no setting (demonstration data).
    const known = rows.filter((row) => Object.hasOwn(defaultSettings, row.key));
    return {
      ...defaultSettings,
      ...Object.fromEntries(known.map((row) => [row.key, JSON.parse(row.value)])),
    };
  },
);

export async function viewSettings(site: Site, asker: Asker): Promise<SiteSettings> {
  await requireAdministrator(site, asker);
  return settingsAt(site.db, asker.actor.revision);
}

/** Changes some settings. Throws Forbidden unless the asker administers the site. */
export async function changeSettings(
  site: Site,
  asker: Asker,
  changes: Partial<SiteSettings>,
): Promise<SiteSettings> {
  await requireAdministrator(site, asker);
  // Else whoever got hold of an administrator's token could make others that outlive it.
  if (changes.tokensMayMintTokens === true && isByToken(asker.identity)) {
    throw new Forbidden({
      messages: ['An API token cannot allow that tokens make tokens. Sign in with your password.'],
      why: { step: 'token-not-enough' },
    });
  }
  const at = site.clock.now();
  return inTransaction(site.db, async (trx) => {
    // First: two changes at once wait for each other, and each is on record with the value that it changed.
    const revision = await bumpRevision(trx);
    const before = await settingsAt(trx, revision);
    for (const [key, value] of Object.entries(changes)) {
      const text = JSON.stringify(value);
      await trx
        .insertInto('settings')
        .values({ key, value: text, updated_at: at })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text, updated_at: at }))
        .execute();
      await audit(trx, site.clock, {
        event: 'setting.changed',
        outcome: 'ok',
        asker,
        source: asker.source,
        subject: key,
        subjectType: 'setting',
        changes: [
          { field: key, from: JSON.stringify(before[key as keyof SiteSettings]), to: JSON.stringify(value) },
        ],
      });
    }
    return settingsAt(trx, revision);
  });
}

async function requireAdministrator(site: Site, asker: Asker): Promise<void> {
  const grants = await grantsOf(site, asker.actor);
  if (!(await grants.global('ADMINISTER'))) {
    throw missingGlobalPermission('ADMINISTER', 'You must be an administrator of this site.');
  }
}
