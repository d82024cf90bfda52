import { isIP } from 'node:net';
import { type Limits, noLimits, type Scope, scopes } from '../../identity.ts';
import { amongNetworks, parseNetwork } from '../../lib/networks.ts';

/** What a token is held to, as it is stored: separated by spaces; null: not at all. */
export interface StoredLimits {
  readonly scopes: string | null;
  readonly project_ids: string | null;
  readonly addresses: string | null;
}

export const unlimited: StoredLimits = { scopes: null, project_ids: null, addresses: null };

/** As asked for: scopes by name, projects by key or id, addresses and CIDR ranges. Absent or null: not limited. */
export interface LimitsAsked {
  readonly scopes?: readonly string[] | null | undefined;
  readonly projects?: readonly string[] | null | undefined;
  readonly addresses?: readonly string[] | null | undefined;
}

/** The projects of a site, by what people call them. */
export type FindProjectId = (word: string) => number | undefined;

const most = { projects: 100, addresses: 50 };

const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word);

/** What is wrong goes into `fields`, by the names of the request's fields. */
export function limitsToStore(
  asked: LimitsAsked,
  findProjectId: FindProjectId,
  fields: Record<string, string>,
): StoredLimits {
  return {
    scopes: oneList(asked.scopes, (words) => {
      const unknown = words.filter((word) => !isScope(word));
      if (unknown.length > 0)
        fields.scopes = `No such scope: ${unknown.join(', ')}. There are ${scopes.join(', ')}.`;
      else if (words.length === 0) fields.scopes = 'Name at least one scope, or leave scopes out.';
      return words;
    }),
    project_ids: oneList(asked.projects, (words) => {
      const ids = words.map((word) => [word, findProjectId(word)] as const);
      const unknown = ids.filter(([, id]) => id === undefined).map(([word]) => word);
      if (unknown.length > 0) fields.projects = `No such project: ${unknown.join(', ')}.`;
      else if (ids.length === 0 || ids.length > most.projects)
        fields.projects = `Name 1 to ${most.projects} projects, or leave projects out.`;
      return [...new Set(ids.map(([, id]) => String(id)))];
    }),
    addresses: oneList(asked.addresses, (words) => {
      const wrong = words.filter((word) => parseNetwork(word) === undefined);
      if (wrong.length > 0)
        fields.addresses = `Neither an address nor a CIDR range such as 192.0.2.0/24: ${wrong.join(', ')}.`;
      else if (words.length === 0 || words.length > most.addresses)
        fields.addresses = `Name 1 to ${most.addresses} addresses or ranges, or leave addresses out.`;
      return words;
    }),
  };
}

function oneList(
  words: readonly string[] | null | undefined,
  stored: (words: string[]) => string[],
): string | null {
  if (words === null || words === undefined) return null;
  return stored([...new Set(words.map((word) => word.trim()).filter((word) => word !== ''))]).join(' ');
}

export const wordsOf = (stored: string | null): string[] | null =>
  stored === null ? null : stored.split(' ');

/** Limits are looked at by every request: each text is understood once. */
function remembered<T>(understand: (stored: string) => T): (stored: string) => T {
  const known = new Map<string, T>();
  return (stored) => {
    let value = known.get(stored);
    if (value === undefined) {
      value = understand(stored);
      if (known.size >= 10_000) known.clear();
      known.set(stored, value);
    }
    return value;
  };
}

const scopeSet = remembered((stored): ReadonlySet<Scope> => new Set(stored.split(' ').filter(isScope)));
const projectSet = remembered((stored): ReadonlySet<number> => new Set(stored.split(' ').map(Number)));
const addressTest = remembered((stored) => amongNetworks(stored.split(' ')));

export function limitsOf({ scopes: stored, project_ids, addresses }: StoredLimits): Limits {
  if (stored === null && project_ids === null && addresses === null) return noLimits;
  return {
    ...(stored === null ? {} : { scopes: scopeSet(stored) }),
    ...(project_ids === null ? {} : { projects: projectSet(project_ids) }),
    ...(addresses === null ? {} : { addresses: true }),
  };
}

/** Whether a token that is held to `addresses` counts when it comes from here. */
export function mayComeFrom(addresses: string | null, address: string): boolean {
  if (addresses === null) return true;
  return isIP(address) !== 0 && addressTest(addresses)(address);
}
