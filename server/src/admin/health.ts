import type { Asker } from '../audit/audit.ts';
import { isAlarmed } from '../auth/limits/alarm.ts';
import { advisedBits } from '../auth/oauth1/consumer-key.ts';
import { listLinks } from '../auth/oauth1/link-store.ts';
import { singleSignOnTroubles } from '../auth/single-sign-on/troubles.ts';
import { isLoopback } from '../lib/loopback.ts';
import { readOutboxState } from '../mail/mail-store.ts';
import { requireAdministrator } from '../permissions/administrators.ts';
import { type SiteSettings, settingsAt } from '../settings/settings.ts';
import type { Site } from '../site.ts';
import { listOrphans } from '../users/service-account-store.ts';
import { findUntrustedProxy } from './untrusted-proxy.ts';

/** What the server finds out about itself, in words for who runs it. */
export interface HealthCheck {
  readonly id: string;
  readonly state: 'ok' | 'warning' | 'error';
  readonly title: string;
  readonly text: string;
}

export async function checkHealth(site: Site, asker: Asker): Promise<readonly HealthCheck[]> {
  await requireAdministrator(site, asker.actor);
  const settings = await settingsAt(site.db, asker.actor.revision);
  return [
    database(site),
    address(site),
    await proxies(site),
    await mail(site),
    await failures(site, settings),
    lock(site, settings),
    sessions(settings),
    ...(await singleSignOn(site, asker.actor.revision)),
    ...(await applications(site)),
    ...(await programs(site)),
  ];
}

/** That this answers at all needed the database. */
function database({ config }: Site): HealthCheck {
  const text =
    config.databaseUrl === undefined
      ? 'SQLite in the data folder answers. Every acknowledged change is on disk.'
      : 'PostgreSQL answers.';
  return { id: 'database', state: 'ok', title: 'Database', text };
}

function address({ config }: Site): HealthCheck {
  const title = 'Address';
  if (config.baseUrl !== undefined) {
    const secure = config.baseUrl.protocol === 'https:';
    return {
      id: 'address',
      state: secure || isLoopback(config.baseUrl.hostname) ? 'ok' : 'warning',
      title,
      text: secure
        ? `People and programs use ${config.baseUrl.href}; cookies are sent over TLS only.`
        : `People and programs use ${config.baseUrl.href}, in clear text. Put a proxy with TLS in front and make TESSERA_BASE_URL https.`,
    };
  }
  return {
    id: 'address',
    state: 'ok',
    title,
    text: 'This server answers on this machine only. Set TESSERA_BASE_URL before others may reach it.',
  };
}

async function proxies({ db, clock, config }: Site): Promise<HealthCheck> {
  const title = 'Where requests come from';
  const seen = await findUntrustedProxy(db, clock.now());
  if (seen !== undefined && !config.trustedProxies.includes(seen.peer)) {
    return {
      id: 'proxies',
      state: 'warning',
      title,
      text: `${seen.peer} sent X-Forwarded-For and is not trusted, so all its clients count as one source: a few wrong passwords of one close the door for all. If it is your proxy, set TESSERA_TRUSTED_PROXIES=${seen.peer} and restart. If it is not, somebody tries to hide where they come from, in vain.`,
    };
  }
  const trusted = config.trustedProxies.join(', ');
  return {
    id: 'proxies',
    state: 'ok',
    title,
    text:
      trusted === ''
        ? 'No proxy is trusted, and none has shown up.'
        : `X-Forwarded-For is believed from ${trusted}, and from nobody else.`,
  };
}

async function mail({ db, config }: Site): Promise<HealthCheck> {
  const { waiting, failing } = await readOutboxState(db);
  const check = { id: 'mail', title: 'Mail' };
  if (failing !== undefined) {
    return {
      ...check,
      state: 'error',
      text: `${waiting} mails wait. The oldest failed ${failing.attempts} times: ${failing.error}`,
    };
  }
  if (config.smtpUrl === undefined) {
    return {
      ...check,
      state: 'warning',
      text: 'No mail server is set up: mails become files in the folder outbox of the data folder. Set TESSERA_SMTP_URL, or nobody can reset a password.',
    };
  }
  return { ...check, state: 'ok', text: `Mail goes out through ${config.smtpUrl.host}; ${waiting} wait.` };
}

async function failures(site: Site, settings: SiteSettings): Promise<HealthCheck> {
  const check = { id: 'failures', title: 'Failed sign-ins' };
  if (await isAlarmed(site, settings)) {
    return {
      ...check,
      state: 'warning',
      text: 'Far more sign-ins fail than is usual here: somebody seems to try stolen passwords. Strangers type the word in the picture until it is over; tokens, sessions and known browsers go on.',
    };
  }
  if (settings.signInFailuresPerNetwork === null) {
    return {
      ...check,
      state: 'warning',
      text: 'One network may fail as often as it likes. Set a limit under Settings, Floods of sign-ins.',
    };
  }
  return {
    ...check,
    state: 'ok',
    text: `One network may fail ${settings.signInFailuresPerNetwork} times in ${settings.signInFailureMinutes} minutes.`,
  };
}

function lock({ config }: Site, settings: SiteSettings): HealthCheck {
  const attempts = config.loginAttempts === undefined ? settings.loginAttempts : config.loginAttempts;
  const check = { id: 'lock', title: 'Lock after failed sign-ins' };
  if (attempts === null) {
    return {
      ...check,
      state: 'warning',
      text: 'The picture is never asked for. Only the hundredth failure in a row closes an account.',
    };
  }
  if (settings.strictLock) {
    return {
      ...check,
      state: 'warning',
      text: 'Failures are counted as in Jira, wherever they come from: anybody who knows a name can lock its owner and its bots out.',
    };
  }
  return {
    ...check,
    state: attempts > 5 ? 'warning' : 'ok',
    text: `The picture is asked for after ${attempts} failures in a row from one source${attempts > 5 ? '; Atlassian advises fewer than five' : ''}.`,
  };
}

/** NIST SP 800-63B-4 §2.2.3 (exception E7 of docs/security.md). */
function sessions({ sessionIdleMinutes, sessionMaxMinutes }: SiteSettings): HealthCheck {
  const long = sessionIdleMinutes > 60 || sessionMaxMinutes > 24 * 60;
  return {
    id: 'sessions',
    state: long ? 'warning' : 'ok',
    title: 'Sessions',
    text: `They end after ${sessionIdleMinutes} minutes without a request and after ${sessionMaxMinutes} in any case${long ? '; NIST SP 800-63B-4 advises 60 and 1440 at most' : ''}.`,
  };
}

/** Only where there is any. */
async function singleSignOn(site: Site, revision: number): Promise<HealthCheck[]> {
  const { providers, troubles } = await singleSignOnTroubles(site, revision);
  if (providers === 0) return [];
  return [
    {
      id: 'single-sign-on',
      state: troubles.length === 0 ? 'ok' : 'warning',
      title: 'Single sign-on',
      text: troubles.length === 0 ? `Providers that people may use: ${providers}.` : troubles.join(' '),
    },
  ];
}

/** Exception E1 of docs/security.md; only where there is an application. */
async function applications({ db }: Site): Promise<HealthCheck[]> {
  const links = await listLinks(db);
  if (links.length === 0) return [];
  const short = links.filter(({ keyBits }) => keyBits < advisedBits).map(({ name }) => name);
  const keys = short.length === 0 ? '' : ` Keys of fewer than ${advisedBits} bits: ${short.join(', ')}.`;
  return [
    {
      id: 'oauth1',
      state: 'warning',
      title: 'OAuth 1.0a',
      text: `Applications that may sign with RSA-SHA1, which is outdated: ${links.length}. Let those that can sign with RSA-SHA256, and remove what nobody uses.${keys}`,
    },
  ];
}

/** Only where there is one that nobody answers for. */
async function programs({ db }: Site): Promise<HealthCheck[]> {
  const orphans = await listOrphans(db);
  if (orphans.length === 0) return [];
  const shown = orphans.slice(0, 10).join(', ');
  const more = orphans.length > 10 ? ` and ${orphans.length - 10} more` : '';
  return [
    {
      id: 'service-accounts',
      state: 'warning',
      title: 'Service accounts',
      text: `Nobody answers for ${shown}${more}: the person's account is deactivated or gone. They go on working; name somebody else on the page “Service accounts”.`,
    },
  ];
}
