import { AnswerRefused } from '../single-sign-on/answer-refused.ts';
import type { FlowAnswer } from '../single-sign-on/flows.ts';
import type { AccountRules, Person } from '../single-sign-on/provider.ts';
import { type Checked, timeOf } from './assertion.ts';
import { nameIdFormat, ns } from './saml-names.ts';
import { invalid } from './saml-refused.ts';
import { attribute, childElements, children, only, textOf, type XmlElement } from './xml-dom.ts';

type Vouched = Extract<FlowAnswer, { is: 'person' }>;

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const microsoft = 'http://schemas.microsoft.com';
const person = 'urn:oid:0.9.2342.19200300.100.1';

/** What Keycloak, Entra, Okta, Google and Shibboleth call them, unless the provider's rules say otherwise. */
const usual = {
  userName: ['uid', 'username', 'userName', 'login', `${person}.1`],
  email: [
    'email',
    'mail',
    'emailAddress',
    `${claims}/emailaddress`,
    `${person}.3`,
    'urn:oid:1.2.840.113549.1.9.1',
  ],
  displayName: [
    'displayName',
    'name',
    `${microsoft}/identity/claims/displayname`,
    'urn:oid:2.16.840.1.113730.3.1.241',
    'cn',
    'urn:oid:2.5.4.3',
  ],
  givenName: ['givenName', 'firstName', 'first_name', `${claims}/givenname`, 'urn:oid:2.5.4.42'],
  surname: ['sn', 'surname', 'lastName', 'last_name', `${claims}/surname`, 'urn:oid:2.5.4.4'],
  groups: [
    'groups',
    'group',
    'memberOf',
    'isMemberOf',
    `${microsoft}/ws/2008/06/identity/claims/groups`,
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
  ],
} as const;

/** Entra says this in place of the groups when there are more than 150. */
const tooManyGroups = `${microsoft}/claims/groups.link`;

/** Whom a checked assertion is about. Throws AnswerRefused for a name that will be another one the next time. */
export function personOf(
  assertion: XmlElement,
  { subject, statement }: Checked,
  { attributes: names }: AccountRules,
  parties: { readonly identityProvider: string; readonly serviceProvider: string },
): Vouched {
  const nameId = nameIdOf(subject, parties);
  const attributes = attributesOf(assertion);
  const valuesOf = (wanted: readonly string[]): readonly string[] | undefined =>
    wanted.map((name) => attributes.get(name)).find((values) => values !== undefined);
  const first = (own: string | undefined, others: readonly string[]): string | undefined =>
    valuesOf(own === undefined ? others : [own])?.find((value) => value !== '');
  const email =
    first(names.email, usual.email) ??
    (nameId.format === nameIdFormat.emailAddress ? nameId.value : undefined);
  return {
    is: 'person',
    person: {
      subject: nameId.value,
      userName: first(names.userName, usual.userName),
      email,
      displayName:
        first(names.displayName, usual.displayName) ??
        joined(first(undefined, usual.givenName), first(undefined, usual.surname)),
      groups: groupsOf(attributes, names.groups, valuesOf),
    },
    session: {
      providerSession: attribute(statement, 'SessionIndex') ?? null,
      detail: {
        format: nameId.format,
        nameQualifier: nameId.nameQualifier,
        spNameQualifier: nameId.spNameQualifier,
      },
    },
    attributes: Object.fromEntries(attributes),
    authenticatedAt: timeOf(statement, 'AuthnInstant'),
  };
}

interface FoundNameId {
  readonly value: string;
  readonly format: string | undefined;
  readonly nameQualifier: string | undefined;
  readonly spNameQualifier: string | undefined;
}

/** The NameID of a subject, or of a logout request. */
export function nameIdOf(
  subject: XmlElement,
  { identityProvider, serviceProvider }: { identityProvider: string; serviceProvider: string },
): FoundNameId {
  if (children(subject, ns.assertion, 'EncryptedID').length > 0) {
    throw invalid(
      'The name of the person is encrypted on its own (EncryptedID): encrypt the whole assertion.',
    );
  }
  const element = only(subject, ns.assertion, 'NameID');
  const value = textOf(element).trim();
  if (value === '' || value.length > 1024)
    throw invalid('The person has no name, or too long a one (NameID).');
  const format = attribute(element, 'Format');
  if (format === nameIdFormat.transient) {
    throw new AnswerRefused(
      'saml-no-lasting-name',
      'The identity provider names the person anew each time (transient NameID). Set it to send a persistent one.',
    );
  }
  // A name is unique within its qualifiers only: one of another domain could be the same text (Core §8.3.7).
  const nameQualifier = attribute(element, 'NameQualifier');
  const spNameQualifier = attribute(element, 'SPNameQualifier');
  if ((nameQualifier || identityProvider) !== identityProvider) {
    throw invalid(`The name is one of ${nameQualifier} (NameQualifier), not of ${identityProvider}.`);
  }
  if ((spNameQualifier || serviceProvider) !== serviceProvider) {
    throw invalid(`The name is one for ${spNameQualifier} (SPNameQualifier), not for ${serviceProvider}.`);
  }
  return { value, format, nameQualifier, spNameQualifier };
}

/** By name, and by the friendly name where no other attribute has that for its name. */
function attributesOf(assertion: XmlElement): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const friendly = new Map<string, string[]>();
  const all = children(assertion, ns.assertion, 'AttributeStatement').flatMap((statement) =>
    children(statement, ns.assertion, 'Attribute'),
  );
  for (const one of all) {
    const name = attribute(one, 'Name');
    if (name === undefined) throw invalid('An attribute has no name.');
    const values = children(one, ns.assertion, 'AttributeValue').flatMap(valuesIn);
    found.set(name, [...(found.get(name) ?? []), ...values]);
    const other = attribute(one, 'FriendlyName');
    if (other !== undefined) friendly.set(other, [...(friendly.get(other) ?? []), ...values]);
  }
  return new Map([...friendly, ...found]);
}

/** Its text, or that of a NameID in it (eduPersonTargetedID); anything else is no value that is used here. */
function valuesIn(element: XmlElement): string[] {
  const inner = childElements(element);
  if (inner.length === 0) return [textOf(element).trim()];
  const [nameId, more] = children(element, ns.assertion, 'NameID');
  return nameId !== undefined && more === undefined && inner.length === 1 ? [textOf(nameId).trim()] : [];
}

const joined = (...words: readonly (string | undefined)[]): string | undefined =>
  words.filter((word) => word !== undefined).join(' ') || undefined;

/**
 * undefined: it said nothing. Providers leave the attribute out for people without groups, so once an administrator
 * has said which attribute it is, silence means none: who left the last group there must leave it here.
 */
function groupsOf(
  attributes: ReadonlyMap<string, readonly string[]>,
  own: string | undefined,
  valuesOf: (names: readonly string[]) => readonly string[] | undefined,
): Person['groups'] {
  if (attributes.has(tooManyGroups)) return undefined;
  return own === undefined ? valuesOf(usual.groups) : (valuesOf([own]) ?? []);
}
