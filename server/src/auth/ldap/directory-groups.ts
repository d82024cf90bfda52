import type { Filter } from 'ldapts';
import type { Provider } from '../single-sign-on/provider.ts';
import type { Directory } from './connection.ts';
import type { DirectoryEntry } from './entry.ts';
import type { Filters } from './filters.ts';
import { defaultFilters, type LdapSettings } from './ldap-settings.ts';
import { groupsSaid } from './person.ts';

/** LDAP_MATCHING_RULE_IN_CHAIN: Active Directory follows groups in groups by itself (MS-ADTS §3.1.1.3.4.4.3). */
const inChain = '1.2.840.113556.1.4.1941';
/** Groups in groups are followed no deeper, and no more groups of one person are looked at. */
const deepest = 10;
const most = 1000;

/** Groups above a group, by the group's name in lower case; kept for as long as one sync. */
export type KnownParents = Map<string, readonly DirectoryEntry[]>;

/**
 * Groups of a person, each by its short name and by its full one; undefined: the directory says nothing about groups, so
 * nothing changes here.
 */
export async function groupsOf(
  directory: Directory,
  filters: Filters,
  provider: Provider,
  entry: DirectoryEntry,
  known: KnownParents = new Map(),
): Promise<readonly string[] | undefined> {
  const { groupBaseDn, flavour, nestedGroups = false } = directory.settings;
  if (groupBaseDn === undefined) {
    const said = groupsSaid(provider, entry);
    // Active Directory leaves the attribute out for who is in no group; elsewhere it may be that nobody keeps it.
    const counts = flavour === 'activeDirectory' || provider.accountRules.attributes.groups !== undefined;
    return said.length === 0 && !counts
      ? undefined
      : namesOf(said.map((dn) => ({ dn, name: firstName(dn) })));
  }
  const { search, group } = searching(directory, filters, groupBaseDn);
  if (flavour === 'activeDirectory') {
    const rule = nestedGroups
      ? filters.matches('member', inChain, entry.dn)
      : filters.equals('member', entry.dn);
    return namesOf((await search(filters.and([group, rule]))).map(called));
  }
  const direct = await search(filters.and([group, holds(filters, entry)]));
  return namesOf(
    (nestedGroups ? await withParents(direct, search, filters, group, known) : direct).map(called),
  );
}

/** `memberUid` names people by their user names, in posixGroup (RFC 2307). */
function holds(filters: Filters, person: DirectoryEntry): Filter {
  return filters.or([
    filters.equals('member', person.dn),
    filters.equals('uniqueMember', person.dn),
    ...person.values('uid').map((uid) => filters.equals('memberUid', uid)),
  ]);
}

function searching(directory: Directory, filters: Filters, base: string) {
  const { groupFilter, flavour } = directory.settings as LdapSettings;
  const group = filters.read(groupFilter ?? defaultFilters[flavour].group);
  const search = (filter: Filter) => directory.search(base, { filter, attributes: ['cn'] });
  return { group, search };
}

/** Breadth first; a group that was seen is not looked at again, so a circle ends. */
async function withParents(
  direct: readonly DirectoryEntry[],
  search: (filter: Filter) => Promise<readonly DirectoryEntry[]>,
  filters: Filters,
  group: Filter,
  known: KnownParents,
): Promise<DirectoryEntry[]> {
  const found = new Map(direct.map((one) => [one.dn.toLowerCase(), one]));
  let level = [...direct];
  for (let depth = 0; depth < deepest && level.length > 0 && found.size < most; depth++) {
    const above: DirectoryEntry[] = [];
    for (const { dn } of level) {
      const key = dn.toLowerCase();
      const parents =
        known.get(key) ??
        (await search(
          filters.and([
            group,
            filters.or([filters.equals('member', dn), filters.equals('uniqueMember', dn)]),
          ]),
        ));
      known.set(key, parents);
      for (const one of parents) {
        if (found.has(one.dn.toLowerCase())) continue;
        found.set(one.dn.toLowerCase(), one);
        above.push(one);
      }
    }
    level = above;
  }
  return [...found.values()];
}

const called = (group: DirectoryEntry) => ({
  dn: group.dn,
  name: group.values('cn')[0] ?? firstName(group.dn),
});

/** The value of the first part of a distinguished name (RFC 4514). */
export function firstName(dn: string): string {
  const [, value = dn] = /^[^=,]+=((?:\\.|[^,+\\])*)/s.exec(dn) ?? [];
  return value
    .replace(/((?:\\[0-9a-f]{2})+)|\\(.)/gis, (_, bytes: string | undefined, character: string) =>
      bytes === undefined ? character : Buffer.from(bytes.replaceAll('\\', ''), 'hex').toString(),
    )
    .trim();
}

const namesOf = (groups: readonly { dn: string; name: string }[]): string[] => [
  ...new Set([...groups.map(({ name }) => name), ...groups.map(({ dn }) => dn)]),
];
