import { ScimRefusal } from '../../errors.ts';
import { memberOf } from './filter.ts';
import type { ManagedGroup, ManagedUser, MemberOf } from './scim-store.ts';

export const schemas = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
} as const;

type Json = Record<string, unknown>;

const time = (ms: number): string => new Date(ms).toISOString();

/** Attributes of ours, folded; any other one of the standard is taken and forgotten. */
export const userAttributes: ReadonlySet<string> = new Set([
  'username',
  'externalid',
  'displayname',
  'name',
  'emails',
  'active',
]);
export const groupAttributes: ReadonlySet<string> = new Set(['displayname', 'externalid', 'members']);

export function userResource({ user, externalId, createdAt, updatedAt }: ManagedUser, base: string): Json {
  return {
    schemas: [schemas.user],
    id: user.accountId,
    ...(externalId === null ? {} : { externalId }),
    userName: user.name,
    displayName: user.displayName,
    name: { formatted: user.displayName },
    emails: [{ value: user.email, type: 'work', primary: true }],
    active: user.active,
    meta: {
      resourceType: 'User',
      created: time(createdAt),
      lastModified: time(updatedAt),
      location: `${base}/scim/v2/Users/${user.accountId}`,
    },
  };
}

export function groupResource(
  { group, externalId, createdAt }: ManagedGroup,
  members: readonly MemberOf[],
  base: string,
): Json {
  return {
    schemas: [schemas.group],
    id: String(group.id),
    ...(externalId === null ? {} : { externalId }),
    displayName: group.name,
    members: members.map(({ accountId, displayName }) => ({
      value: accountId,
      display: displayName,
      $ref: `${base}/scim/v2/Users/${accountId}`,
    })),
    meta: { resourceType: 'Group', created: time(createdAt), location: `${base}/scim/v2/Groups/${group.id}` },
  };
}

export interface WantedUser {
  readonly name: string;
  readonly email: string;
  readonly displayName: string;
  readonly active: boolean;
  readonly externalId: string | undefined;
}

const invalid = (detail: string): ScimRefusal => new ScimRefusal(400, detail, 'invalidValue');

function textOf(resource: unknown, name: string): string | undefined {
  const value = memberOf(resource, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid(`'${name}' must be a text.`);
  return value.trim() === '' ? undefined : value.trim();
}

/** What a resource of SCIM asks an account to be. Passwords are not taken: people sign in at the provider. */
export function wantedUser(resource: unknown): WantedUser {
  if (typeof resource !== 'object' || resource === null) throw invalid('The body must be a User.');
  const name = textOf(resource, 'userName');
  if (name === undefined) throw invalid("'userName' is required.");
  const inName = memberOf(resource, 'name');
  const parts = [textOf(inName, 'givenName'), textOf(inName, 'familyName')].filter(
    (one) => one !== undefined,
  );
  const email = emailOf(memberOf(resource, 'emails')) ?? (name.includes('@') ? name : undefined);
  if (email === undefined) throw invalid("'emails' must hold an address.");
  const externalId = textOf(resource, 'externalId');
  if (externalId !== undefined && externalId.length > 255)
    throw invalid("'externalId' has at most 255 characters.");
  return {
    name,
    email,
    displayName: textOf(resource, 'displayName') ?? textOf(inName, 'formatted') ?? (parts.join(' ') || name),
    active: truthOf(memberOf(resource, 'active')),
    externalId,
  };
}

function emailOf(emails: unknown): string | undefined {
  if (emails === undefined || emails === null) return undefined;
  if (!Array.isArray(emails)) throw invalid("'emails' must be a list.");
  const isPrimary = (one: unknown) => String(memberOf(one, 'primary')).toLowerCase() === 'true';
  const chosen =
    emails.find(isPrimary) ?? emails.find((one) => memberOf(one, 'type') === 'work') ?? emails[0];
  return typeof chosen === 'string' ? chosen : textOf(chosen, 'value');
}

/** Entra writes "False" where the standard has false. */
function truthOf(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  const text = String(value).toLowerCase();
  if (text !== 'true' && text !== 'false') throw invalid("'active' must be true or false.");
  return text === 'true';
}

export interface WantedGroup {
  readonly name: string;
  readonly externalId: string | undefined;
  /** Account ids. */
  readonly members: readonly string[];
}

export function wantedGroup(resource: unknown): WantedGroup {
  if (typeof resource !== 'object' || resource === null) throw invalid('The body must be a Group.');
  const name = textOf(resource, 'displayName');
  if (name === undefined) throw invalid("'displayName' is required.");
  const members = memberOf(resource, 'members');
  if (members !== undefined && members !== null && !Array.isArray(members))
    throw invalid("'members' must be a list.");
  return {
    name,
    externalId: textOf(resource, 'externalId'),
    members: ((members ?? []) as unknown[]).map((one) => {
      const value = typeof one === 'string' ? one : textOf(one, 'value');
      if (value === undefined) throw invalid("Each of 'members' must have a 'value'.");
      return value;
    }),
  };
}
