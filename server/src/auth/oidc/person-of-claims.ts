import type { FlowAnswer } from '../single-sign-on/flows.ts';
import type { AccountRules, Person } from '../single-sign-on/provider.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Usual names (OpenID Connect Core 1.0 §5.1; `groups` by custom of Keycloak, Entra, Okta and Authentik). */
const usual = {
  userName: 'preferred_username',
  email: 'email',
  displayName: 'name',
  groups: 'groups',
} as const;

/** Whom the claims of a checked ID token, and of the userinfo endpoint, speak of. */
export function personOfClaims(claims: Claims, { attributes: names }: AccountRules): Person {
  const text = (name: string): string | undefined => textsAt(claims, name)?.find((value) => value !== '');
  // An address that the provider has not verified is anybody's.
  const verified = claims.email_verified !== false && claims.email_verified !== 'false';
  return {
    subject: String(claims.sub),
    userName: text(names.userName ?? usual.userName),
    email: verified || names.email !== undefined ? text(names.email ?? usual.email) : undefined,
    displayName:
      text(names.displayName ?? usual.displayName) ??
      ([text('given_name'), text('family_name')].filter((one) => one !== undefined).join(' ') || undefined),
    // Silence means no groups once an administrator has named the claim; without that it changes nothing.
    groups: textsAt(claims, names.groups ?? usual.groups) ?? (names.groups === undefined ? undefined : []),
  };
}

/** Everything that was said, for "test this". */
export function attributesOf(claims: Claims): Extract<FlowAnswer, { is: 'person' }>['attributes'] {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [name, textsOf(value) ?? [JSON.stringify(value)]]),
  );
}

/** A claim by its name; `realm_access.roles` is also the one inside the other, as Keycloak has it. */
function textsAt(claims: Claims, name: string): readonly string[] | undefined {
  if (Object.hasOwn(claims, name)) return textsOf(claims[name]);
  let at: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string, unknown>)[part];
  }
  return textsOf(at);
}

function textsOf(value: unknown): readonly string[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  const texts = list.flatMap((one) =>
    typeof one === 'string'
      ? [one]
      : typeof one === 'number' || typeof one === 'boolean'
        ? [String(one)]
        : [],
  );
  return texts.length === list.length ? texts : undefined;
}
