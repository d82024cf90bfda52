import { X509Certificate } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { isLoopback } from '../../lib/loopback.ts';

const dn = Type.String({ minLength: 1, maxLength: 1000 });
const filter = Type.String({ minLength: 3, maxLength: 2000 });

export const ldapSettingsSchema = Type.Object(
  {
    /** `ldap://host:389` or `ldaps://host:636`. */
    url: Type.String({ minLength: 1, maxLength: 2000 }),
    startTls: Type.Optional(Type.Boolean()),
    /** PEM; trusted beside the authorities that the runtime knows. */
    caCertificates: Type.Optional(Type.String({ maxLength: 262_144 })),
    /** Who looks people up; left out: nobody in particular (anonymous). */
    bindDn: Type.Optional(dn),
    bindPassword: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
    /** People are below it. */
    baseDn: dn,
    /** Who of them may sign in. */
    userFilter: Type.Optional(filter),
    flavour: Type.Union([Type.Literal('openLdap'), Type.Literal('activeDirectory')]),
    /** Groups are searched for below it; left out: what the person's entry says of itself counts. */
    groupBaseDn: Type.Optional(dn),
    groupFilter: Type.Optional(filter),
    /** Groups in groups count as well. */
    nestedGroups: Type.Optional(Type.Boolean()),
    /** Minutes between two syncs; 0: only at sign-in. */
    syncMinutes: Type.Optional(Type.Integer({ minimum: 0, maximum: 1440 })),
  },
  { additionalProperties: false },
);

export type LdapSettings = Static<typeof ldapSettingsSchema>;
export type Flavour = LdapSettings['flavour'];

export const defaultSyncMinutes = 60;
const shortestSyncMinutes = 5;

export const defaultFilters: Readonly<Record<Flavour, { readonly user: string; readonly group: string }>> = {
  openLdap: {
    user: '(objectClass=person)',
    group:
      '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=groupOfMembers)(objectClass=posixGroup))',
  },
  activeDirectory: {
    user: '(&(objectCategory=person)(objectClass=user))',
    group: '(objectCategory=group)',
  },
};

/** Words that a client of LDAP may take for a way to bind (RFC 4422) rather than for a name. */
const mechanisms: ReadonlySet<string> = new Set(['EXTERNAL', 'PLAIN', 'DIGEST-MD5', 'SCRAM-SHA-1']);

export function ldapFaults(
  settings: Readonly<Record<string, unknown>>,
  kept: ReadonlySet<string>,
): Record<string, string> {
  const given = settings as LdapSettings;
  const { bindDn, userFilter, groupFilter, nestedGroups, groupBaseDn, syncMinutes } = given;
  const hasPassword = given.bindPassword !== undefined || kept.has('bindPassword');
  const faults: Record<string, string | undefined> = {
    ...addressFaults(given),
    caCertificates: certificatesFault(given.caCertificates),
    userFilter: filterFault(userFilter),
    groupFilter: filterFault(groupFilter),
  };
  if (bindDn !== undefined && mechanisms.has(bindDn)) faults.bindDn = 'This is no distinguished name.';
  if (bindDn !== undefined && !hasPassword) {
    faults.bindPassword =
      'Type the password: a name without one signs in nobody (RFC 4513 §5.1.2), and a stored one goes to no other address.';
  }
  if (bindDn === undefined && given.bindPassword !== undefined) {
    faults.bindDn = 'Say whose password this is, or leave the password out to search anonymously.';
  }
  if (nestedGroups === true && groupBaseDn === undefined) {
    faults.groupBaseDn = 'To find groups in groups, say below which entry groups are.';
  }
  if (syncMinutes !== undefined && syncMinutes !== 0 && syncMinutes < shortestSyncMinutes) {
    faults.syncMinutes = `At least ${shortestSyncMinutes} minutes, or 0 for only at sign-in.`;
  }
  return Object.fromEntries(
    Object.entries(faults).filter((one): one is [string, string] => one[1] !== undefined),
  );
}

/** Passwords go there: never in clear text, but to this machine. */
function addressFaults({ url, startTls }: LdapSettings): Record<string, string> {
  const wanted =
    'An address such as ldaps://directory.example.com:636 or ldap://directory.example.com:389 is needed.';
  if (!URL.canParse(url)) return { url: wanted };
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(url);
  if (protocol !== 'ldap:' && protocol !== 'ldaps:') return { url: wanted };
  const bare = username + password + search + hash === '' && (pathname === '' || pathname === '/');
  if (hostname === '' || !bare) return { url: wanted };
  if (protocol === 'ldaps:' && startTls === true) {
    return { startTls: 'ldaps:// is TLS from the start: choose one of the two.' };
  }
  if (protocol === 'ldap:' && startTls !== true && !isLoopback(hostname)) {
    return {
      startTls: 'Passwords would cross the network in clear text: use ldaps://, or switch startTls on.',
    };
  }
  return {};
}

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function certificatesFault(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const wanted = 'Paste certificates in PEM form, each from BEGIN CERTIFICATE to END CERTIFICATE.';
  const found = text.match(pem) ?? [];
  if (found.length === 0) return wanted;
  try {
    for (const one of found) new X509Certificate(one);
    return undefined;
  } catch {
    return wanted;
  }
}

/** That it is one whole filter, so that what is put beside it stays beside it; the directory says what else is wrong. */
function filterFault(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const wanted = 'A filter such as (objectClass=person) is needed, in one pair of parentheses (RFC 4515).';
  let depth = 0;
  for (const [at, character] of [...text].entries()) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    const last = at === [...text].length - 1;
    if (depth < 0 || (depth === 0 && !last)) return wanted;
  }
  return depth === 0 && text.startsWith('(') ? undefined : wanted;
}
