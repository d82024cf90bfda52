import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

export type ProviderKind = 'saml' | 'oidc' | 'ldap';

/** What the sign-in page offers for a name; decided by its e-mail domain alone. */
export interface Ways {
  password: boolean;
  providers: { id: string; name: string; kind: ProviderKind }[];
  /** Id of the provider that people of the domain must come through. */
  required: string | null;
}

export const waysQuery = (name: string) =>
  queryOptions({
    queryKey: ['sign-in-ways', name],
    queryFn: ({ signal }) =>
      request<Ways>('GET', 'rest/tessera/1/sign-in/ways', { query: { name }, signal, asksWhoIAm: true }),
    staleTime: 60_000,
  });

export type ProviderSettings = Record<string, unknown>;

export interface AccountRules {
  createsAccounts: boolean;
  updatesAccounts: boolean;
  asksSecondFactor: boolean;
  attributes: { userName?: string; email?: string; displayName?: string; groups?: string };
  joins: string[];
  groups: { theirs: string; ours: string }[];
}

export interface IdentityProvider {
  id: string;
  kind: ProviderKind;
  name: string;
  enabled: boolean;
  position: number;
  accountRules: AccountRules;
  requiredDomains: string[];
  /** Empty while it is not set up yet. Secrets are left out. */
  settings: ProviderSettings;
  hasSecrets: boolean;
}

export type ProviderInput = Pick<IdentityProvider, 'name' | 'settings'> &
  Partial<Pick<IdentityProvider, 'enabled' | 'position' | 'accountRules' | 'requiredDomains'>>;

const root = 'rest/tessera/1/identity-providers';
const path = (id: string) => `${root}/${encodeURIComponent(id)}`;

export const providersQuery = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: ({ signal }) => request<IdentityProvider[]>('GET', root, { signal }),
});

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id],
    queryFn: ({ signal }) => request<IdentityProvider>('GET', path(id), { signal }),
  });

const reload = () => queryClient.invalidateQueries({ queryKey: ['identity-providers'] });

export async function createProvider(
  input: ProviderInput & { kind: ProviderKind },
): Promise<IdentityProvider> {
  const made = await request<IdentityProvider>('POST', root, { body: input });
  await reload();
  return made;
}

export async function changeProvider(id: string, input: ProviderInput): Promise<IdentityProvider> {
  const changed = await request<IdentityProvider>('PUT', path(id), { body: input });
  queryClient.setQueryData(providerQuery(id).queryKey, changed);
  await reload();
  return changed;
}

export async function deleteProvider(id: string): Promise<void> {
  await request('DELETE', path(id));
  queryClient.removeQueries({ queryKey: ['identity-providers', id] });
  await reload();
}

/** The settings that a SAML provider's metadata describes. Stores nothing. */
export async function readSamlMetadata(xml: string): Promise<ProviderSettings> {
  return (await request<{ settings: ProviderSettings }>('POST', `${root}/saml-metadata`, { body: { xml } }))
    .settings;
}

export interface Certificate {
  /** SHA-256. */
  fingerprint: string;
  subject: string;
  notAfter: string;
  expired: boolean;
}

export interface SamlKey extends Certificate {
  id: string;
  state: 'current' | 'next' | 'former';
  /** PEM. */
  certificate: string;
}

/** What a SAML identity provider must know of this site. */
export interface SamlServiceProvider {
  entityId: string;
  acsUrl: string;
  sloUrl: string;
  metadataUrl: string;
  keys: SamlKey[];
  identityProviderCertificates: Certificate[];
}

export const samlServiceProviderQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'saml'],
    queryFn: ({ signal }) => request<SamlServiceProvider>('GET', `${path(id)}/saml`, { signal }),
  });

const reloadKeys = (id: string) =>
  queryClient.invalidateQueries({ queryKey: samlServiceProviderQuery(id).queryKey });

export async function announceSamlKey(id: string): Promise<void> {
  await request('POST', `${path(id)}/saml/keys`);
  await reloadKeys(id);
}

export async function signWithSamlKey(id: string, key: string): Promise<void> {
  await request('PUT', `${path(id)}/saml/keys/${key}`, { body: { state: 'current' } });
  await reloadKeys(id);
}

export async function removeSamlKey(id: string, key: string): Promise<void> {
  await request('DELETE', `${path(id)}/saml/keys/${key}`);
  await reloadKeys(id);
}

/** What an OpenID provider must know of this site. */
export interface OidcClient {
  redirectUri: string;
  backchannelLogoutUri: string;
  postLogoutRedirectUri: string;
}

export const oidcClientQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'oidc'],
    queryFn: ({ signal }) => request<OidcClient>('GET', `${path(id)}/oidc`, { signal }),
  });

/** What a test brought back, and what a real sign-in would do now. */
export type TestResult =
  | {
      outcome: 'refused';
      step: string;
      problem: string;
      /** What a directory said all the same. */
      attributes?: Record<string, string[]>;
    }
  | {
      outcome: 'understood';
      person: { subject: string; userName?: string; email?: string; displayName?: string; groups?: string[] };
      /** Everything the provider said, by its own names. */
      attributes: Record<string, string[]>;
      authenticated: string | null;
      wouldDo: Plan;
    };

export type Plan =
  | ({ does: 'refuse'; step: string } & Record<string, string>)
  | {
      does: 'create' | 'sign-in';
      account: { name: string; email: string; displayName: string };
      changes: Partial<Record<'name' | 'email' | 'displayName', string>> | null;
      joins: string[];
      leaves: string[];
      missingGroups: string[];
    };

export const testResultQuery = (id: string, ticket: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'tests', ticket],
    queryFn: ({ signal }) =>
      request<TestResult>('GET', `${path(id)}/tests/${encodeURIComponent(ticket)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });

/** Leaves for the provider; it comes back to the page that the purpose ends on. */
export async function visitProvider(
  provider: string,
  purpose: 'link' | 'confirm' | 'test',
  returnTo?: string,
): Promise<void> {
  const body = { provider, purpose, ...(returnTo === undefined ? {} : { returnTo }) };
  const { location } = await request<{ location: string }>('POST', 'rest/tessera/1/sign-in/visits', { body });
  window.location.assign(location);
}

/** Who an account is at a provider. */
export interface LinkedIdentity {
  id: string;
  provider: { id: string; name: string; kind: ProviderKind };
  subject: string;
  /** The account’s password is kept there, and changed there. */
  keepsPassword: boolean;
  created: string;
  lastUsed: string | null;
}

const ownIdentities = 'rest/tessera/1/myself/identities';
const identitiesOf = (accountId: string) =>
  `rest/tessera/1/users/${encodeURIComponent(accountId)}/identities`;

export const ownIdentitiesQuery = queryOptions({
  queryKey: ['identities', 'own'],
  queryFn: ({ signal }) => request<LinkedIdentity[]>('GET', ownIdentities, { signal }),
});

export async function unlinkOwnIdentity(id: string): Promise<void> {
  await request('DELETE', `${ownIdentities}/${encodeURIComponent(id)}`);
  await queryClient.invalidateQueries({ queryKey: ['identities'] });
}

export const identitiesOfQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['identities', accountId],
    queryFn: ({ signal }) => request<LinkedIdentity[]>('GET', identitiesOf(accountId), { signal }),
  });

export async function linkIdentity(
  accountId: string,
  link: { provider: string; subject: string },
): Promise<void> {
  await request('POST', identitiesOf(accountId), { body: link });
  await queryClient.invalidateQueries({ queryKey: ['identities', accountId] });
}

export async function unlinkIdentity(accountId: string, id: string): Promise<void> {
  await request('DELETE', `${identitiesOf(accountId)}/${encodeURIComponent(id)}`);
  await queryClient.invalidateQueries({ queryKey: ['identities', accountId] });
}
