import { isIP, SocketAddress } from 'node:net';
import type { Config } from '../../config.ts';
import type { SiteSettings } from '../../settings/settings.ts';

/** However the settings are: nobody gets more guesses in a row than this (NIST SP 800-63B-4 §3.2.2). */
export const ceiling = 100;

/** A day without a failure, and the count begins anew. */
export const decayMs = 24 * 3_600_000;

/** A check that has not ended by then never will: its process is gone. */
export const reservationLifeMs = 60_000;

/** When sign-in closes; the rule is stand 6 in docs/authentication.md. */
export interface LockRules {
  /** Failures in a row from one source before the picture is asked for there; null: never. */
  readonly attempts: number | null;
  /** Wrong passwords in a row over all sources that close the password path everywhere; null: never. */
  readonly accountFailures: number | null;
  /** … if they came from at least this many networks. */
  readonly accountNetworks: number;
  readonly tokensExempt: boolean;
  /** As in Jira: one count per account, wherever the attempts come from, for every kind of secret. */
  readonly strict: boolean;
}

export function lockRules(config: Config, settings: SiteSettings): LockRules {
  return {
    attempts: config.loginAttempts === undefined ? settings.loginAttempts : config.loginAttempts,
    accountFailures: settings.accountLockFailures,
    accountNetworks: settings.accountLockNetworks,
    tokensExempt: settings.lockSparesTokens && !settings.strictLock,
    strict: settings.strictLock,
  };
}

/** What a source is counted by: an IPv4 address, an IPv6 /64. */
export const sourceOf = (address: string): string => prefix(address, 32, 64);

/** What a network is: an IPv4 /24, an IPv6 /48. */
export const networkOf = (address: string): string => prefix(address, 24, 48);

function prefix(address: string, bits4: 24 | 32, bits6: 48 | 64): string {
  switch (isIP(address)) {
    case 4:
      return bits4 === 32 ? address : `${address.split('.').slice(0, 3).join('.')}.0/24`;
    case 6:
      return `${groupsOf(address)
        .slice(0, bits6 / 16)
        .join(':')}::/${bits6}`;
    default:
      return address;
  }
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // One spelling for all: lower case, compressed, no dotted tail left ambiguous.
  const [head = '', tail] = new SocketAddress({ address, family: 'ipv6' }).address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after].map((group) =>
    group.replace(/^0+(?=.)/, '').toLowerCase(),
  );
}
