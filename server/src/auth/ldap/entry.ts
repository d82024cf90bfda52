import type { Entry } from 'ldapts';

/** One entry as the directory gave it, by attribute names in lower case: servers spell them as they like (RFC 4512 §2.5). */
export interface DirectoryEntry {
  readonly dn: string;
  /** Texts; those that are none (photos, keys) are left out. */
  values(attribute: string): readonly string[];
  bytes(attribute: string): Buffer | undefined;
  /** Names as the directory spells them. */
  readonly attributes: readonly string[];
}

/** Of the attributes that are asked for, those whose values are bytes although they may look like text. */
export const binaryAttributes: readonly string[] = ['objectGUID', 'objectguid', 'objectSid'];

export function entryOf({ dn, ...attributes }: Entry): DirectoryEntry {
  const byName = new Map(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), [value].flat()]),
  );
  return {
    dn,
    attributes: Object.keys(attributes),
    values: (name) =>
      (byName.get(name.toLowerCase()) ?? []).filter((one): one is string => typeof one === 'string'),
    bytes: (name) => {
      const [first] = byName.get(name.toLowerCase()) ?? [];
      return typeof first === 'string' ? Buffer.from(first) : first;
    },
  };
}

export const firstValue = (entry: DirectoryEntry, attributes: readonly string[]): string | undefined =>
  attributes.flatMap((name) => entry.values(name)).find((value) => value.trim() !== '');
