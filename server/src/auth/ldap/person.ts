import type { Filter } from 'ldapts';
import type { Person, Provider } from '../single-sign-on/provider.ts';
import { type DirectoryEntry, firstValue } from './entry.ts';
import type { Filters } from './filters.ts';
import { defaultFilters, type Flavour, type LdapSettings } from './ldap-settings.ts';

interface UsualNames {
  /** What never changes, and never comes back for somebody else. */
  readonly subject: string;
  readonly userName: string;
  /** What people may type besides. */
  readonly alsoTyped: readonly string[];
  /** Say whether the entry may sign in. */
  readonly state: readonly string[];
}

const usual: Readonly<Record<Flavour, UsualNames>> = {
  openLdap: { subject: 'entryUUID', userName: 'uid', alsoTyped: [], state: ['pwdAccountLockedTime'] },
  activeDirectory: {
    subject: 'objectGUID',
    userName: 'sAMAccountName',
    alsoTyped: ['userPrincipalName'],
    state: ['userAccountControl', 'accountExpires'],
  },
};

/** What holds passwords, or keys made from them, in the directories there are. */
const secretLike = /passw|pwd|secret|hash|krb|key|token|otp|credential|supplemental/i;
const harmless: ReadonlySet<string> = new Set(['pwdaccountlockedtime', 'pwdlastset', 'pwdchangedtime']);

/**
 * Attributes that may be read and shown: a name without options (RFC 4512 §2.5), of nothing that is like a password,
 * even where an administrator asks for it as somebody's name.
 */
export const isReadable = (name: string): boolean =>
  /^[A-Za-z][A-Za-z0-9-]*$/.test(name) && (!secretLike.test(name) || harmless.has(name.toLowerCase()));

interface Names {
  readonly userName: string;
  readonly email: string;
  readonly displayName: readonly string[];
  readonly groups: string;
  readonly typed: readonly string[];
}

function namesOf({ accountRules: { attributes: own }, settings }: Provider): Names {
  const { flavour } = settings as unknown as LdapSettings;
  const userName = own.userName ?? usual[flavour].userName;
  const email = own.email ?? 'mail';
  return {
    userName,
    email,
    displayName: (own.displayName === undefined ? ['displayName', 'cn'] : [own.displayName]).filter(
      isReadable,
    ),
    groups: own.groups ?? 'memberOf',
    typed: [...new Set([userName, email, ...usual[flavour].alsoTyped])].filter(isReadable),
  };
}

/** Attributes that are asked for: nothing that could be a password. */
export function wantedAttributes(provider: Provider): string[] {
  const { flavour } = provider.settings as unknown as LdapSettings;
  const names = namesOf(provider);
  const { subject, state } = usual[flavour];
  return [
    ...new Set(
      [...names.typed, ...names.displayName, names.groups, subject, ...state, 'uid'].filter(isReadable),
    ),
  ];
}

/** Everybody of the directory who may sign in. */
export const everybody = (filters: Filters, { settings }: Provider): Filter => {
  const { flavour, userFilter } = settings as unknown as LdapSettings;
  return filters.read(userFilter ?? defaultFilters[flavour].user);
};

/** Who is called so there; more than one is nobody. */
export const byTypedName = (filters: Filters, provider: Provider, name: string): Filter =>
  filters.and([
    everybody(filters, provider),
    filters.or(namesOf(provider).typed.map((attribute) => filters.equals(attribute, name))),
  ]);

export function bySubject(filters: Filters, provider: Provider, subject: string): Filter {
  const { flavour } = provider.settings as unknown as LdapSettings;
  const value = flavour === 'activeDirectory' ? bytesOfGuid(subject) : subject;
  return filters.and([everybody(filters, provider), filters.equals(usual[flavour].subject, value)]);
}

/**
 * Names under which the entry may be typed. The directory's own comparison takes many spellings for one (RFC 4518: spaces,
 * invisible characters); each would bring guesses of its own (P6), so only these count.
 */
export const typedNames = (provider: Provider, entry: DirectoryEntry): readonly string[] =>
  namesOf(provider).typed.flatMap((attribute) => entry.values(attribute));

/** undefined: the directory does not say, or the settings name the wrong flavour. */
export function subjectOf({ settings }: Provider, entry: DirectoryEntry): string | undefined {
  const { flavour } = settings as unknown as LdapSettings;
  if (flavour === 'openLdap') return entry.values(usual.openLdap.subject)[0]?.toLowerCase();
  const bytes = entry.bytes(usual.activeDirectory.subject);
  return bytes?.length === 16 ? guidOfBytes(bytes) : undefined;
}

export const personOf = (
  provider: Provider,
  entry: DirectoryEntry,
  subject: string,
  groups: readonly string[] | undefined,
): Person => {
  const names = namesOf(provider);
  return {
    subject,
    userName: firstValue(entry, [names.userName].filter(isReadable)),
    email: firstValue(entry, [names.email].filter(isReadable)),
    displayName: firstValue(entry, names.displayName),
    groups,
  };
};

/** What the entry itself says of its groups: their names, and what they are called in full. */
export const groupsSaid = (provider: Provider, entry: DirectoryEntry): readonly string[] =>
  [namesOf(provider).groups].filter(isReadable).flatMap((name) => entry.values(name));

/** pwdAccountLockedTime of an account that an administrator closed; other values end by themselves. */
const closedForGood = '000001010000Z';
const accountDisable = 0x2;
/** accountExpires that mean never. */
const never: ReadonlySet<string> = new Set(['', '0', '9223372036854775807']);
/** From 1601 to 1970, in units of 100 ns. */
const filetimeEpoch = 116_444_736_000_000_000n;

/**
 * Whether the directory has closed the account. That somebody guessed too often there is no such thing: it passes, and
 * strangers could end sessions here by it.
 */
export function isClosed({ settings }: Provider, entry: DirectoryEntry, now: number): boolean {
  const { flavour } = settings as unknown as LdapSettings;
  if (flavour === 'openLdap') return entry.values('pwdAccountLockedTime')[0] === closedForGood;
  const control = Number(entry.values('userAccountControl')[0] ?? 0);
  if ((control & accountDisable) !== 0) return true;
  const expires = entry.values('accountExpires')[0] ?? '';
  if (never.has(expires) || !/^\d{1,19}$/.test(expires)) return false;
  return (BigInt(expires) - filetimeEpoch) / 10_000n <= BigInt(now);
}

/** Microsoft writes the first three parts of a GUID with the low byte first (MS-DTYP §2.3.4). */
const guidOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

export function guidOfBytes(bytes: Buffer): string {
  const hex = guidOrder.map((at) => bytes[at]!.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function bytesOfGuid(guid: string): Buffer {
  const plain = Buffer.from(guid.replaceAll('-', ''), 'hex');
  if (plain.length !== 16) return plain;
  const bytes = Buffer.alloc(16);
  for (const [at, to] of guidOrder.entries()) bytes[to] = plain[at]!;
  return bytes;
}
