import type { Filter } from 'ldapts';

/**
 * Filters are put together from parts, never from text: what somebody typed is a value in the message, whatever
 * characters it has, so there is nothing to escape and nothing to forget (RFC 4511 §4.5.1.7).
 */
export interface Filters {
  /** One that an administrator wrote (RFC 4515). */
  read(text: string): Filter;
  and(all: readonly Filter[]): Filter;
  or(any: readonly Filter[]): Filter;
  equals(attribute: string, value: string | Buffer): Filter;
  /** By a rule of the server's, such as Active Directory's for groups in groups. */
  matches(attribute: string, rule: string, value: string): Filter;
}

export async function filters(): Promise<Filters> {
  const { AndFilter, EqualityFilter, ExtensibleFilter, FilterParser, OrFilter } = await import('ldapts');
  return {
    read: (text) => FilterParser.parseString(text),
    and: (all) => new AndFilter({ filters: [...all] }),
    or: (any) => new OrFilter({ filters: [...any] }),
    equals: (attribute, value) => new EqualityFilter({ attribute, value }),
    matches: (attribute, rule, value) => new ExtensibleFilter({ matchType: attribute, rule, value }),
  };
}
