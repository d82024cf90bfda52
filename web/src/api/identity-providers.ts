import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

/** What the sign-in page offers for a name; decided by its e-mail domain alone. */
export interface Ways {
  password: boolean;
  providers: { id: string; name: string; kind: string }[];
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

export interface AccountRules {
  createsAccounts: boolean;
  updatesAccounts: boolean;
  asksSecondFactor: boolean;
  attributes: { userName?: string; email?: string; displayName?: string; groups?: string };
  joins: string[];
  groups: { theirs: string; ours: string }[];
}

export type ProviderKind = 'saml' | 'oidc' | 'ldap';

export interface IdentityProvider {
  id: string;
  kind: ProviderKind;
  name: string;
  enabled: boolean;
  position: number;
  accountRules: AccountRules;
  requiredDomains: string[];
  settings: Record<string, unknown>;
  secrets: string[];
  hasSecrets: boolean;
}

const path = 'rest/tessera/1/identity-providers';
const pathOf = (id: string) => `${path}/${encodeURIComponent(id)}`;

export const providersQuery = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: ({ signal }) => request<IdentityProvider[]>('GET', path, { signal }),
});

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id],
    queryFn: ({ signal }) => request<IdentityProvider>('GET', pathOf(id), { signal }),
  });

export interface ProviderInput {
  name: string;
  enabled: boolean;
  accountRules: AccountRules;
  requiredDomains: string[];
  settings: Record<string, unknown>;
}

async function changed<T>(change: Promise<T>): Promise<T> {
  const result = await change;
  await queryClient.invalidateQueries({ queryKey: providersQuery.queryKey });
  await queryClient.invalidateQueries({ queryKey: ['sign-in-ways'] });
  return result;
}

export const createProvider = (kind: ProviderKind, body: ProviderInput): Promise<IdentityProvider> =>
  changed(request<IdentityProvider>('POST', path, { body: { kind, ...body } }));
export const changeProvider = (id: string, body: ProviderInput): Promise<IdentityProvider> =>
  changed(request<IdentityProvider>('PUT', pathOf(id), { body }));
export const deleteProvider = (id: string): Promise<void> => changed(request<void>('DELETE', pathOf(id)));

/** What the other side must be told. */
export interface ServiceProvider {
  entityId: string;
  acsUrl: string;
  sloUrl: string;
  metadataUrl: string;
  keys: SigningKey[];
}

export interface SigningKey {
  id: string;
  state: 'current' | 'next' | 'former';
  fingerprint: string;
  notAfter: string;
  expired: boolean;
}

export const serviceProviderQuery = (id: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'saml'],
    queryFn: ({ signal }) => request<ServiceProvider>('GET', `${pathOf(id)}/saml`, { signal }),
  });

const keysOf = (id: string) => `${pathOf(id)}/saml/keys`;
export const announceKey = (id: string): Promise<void> => changed(request<void>('POST', keysOf(id)));
export const useKey = (id: string, keyId: string): Promise<void> =>
  changed(request<void>('PUT', `${keysOf(id)}/${keyId}`, { body: { state: 'current' } }));
export const dropKey = (id: string, keyId: string): Promise<void> =>
  changed(request<void>('DELETE', `${keysOf(id)}/${keyId}`));

/** The settings that a provider's metadata describes; stores nothing. */
export async function readSamlMetadata(xml: string): Promise<Record<string, unknown>> {
  const { settings } = await request<{ settings: Record<string, unknown> }>('POST', `${path}/saml-metadata`, {
    body: { xml },
  });
  return settings;
}

export interface TestResult {
  outcome: 'understood' | 'refused';
  step?: string;
  problem?: string;
  person?: { subject: string; userName?: string; email?: string; displayName?: string; groups?: string[] };
  attributes?: Record<string, string[]>;
  wouldDo?: {
    does: 'sign-in' | 'create' | 'refuse';
    step?: string;
    account?: { name?: string; email?: string; displayName?: string };
    joins?: string[];
    leaves?: string[];
    missingGroups?: string[];
  };
}

export const testQuery = (id: string, ticket: string) =>
  queryOptions({
    queryKey: ['identity-providers', id, 'test', ticket],
    queryFn: ({ signal }) =>
      request<TestResult>('GET', `${pathOf(id)}/tests/${encodeURIComponent(ticket)}`, { signal }),
    retry: false,
  });

/** Goes to the provider; the browser comes back to a page of this site. */
export async function visitProvider(
  provider: string,
  purpose: 'link' | 'confirm' | 'test',
  returnTo?: string,
): Promise<void> {
  const { location } = await request<{ location: string }>('POST', 'rest/tessera/1/sign-in/visits', {
    body: { provider, purpose, ...(returnTo === undefined ? {} : { returnTo }) },
  });
  window.location.assign(location);
}

export interface LinkedIdentity {
  id: string;
  provider: { id: string; name: string; kind: string };
  subject: string;
  created: string;
  lastUsed: string | null;
}

export const ownIdentitiesQuery = queryOptions({
  queryKey: ['own-identities'],
  queryFn: ({ signal }) => request<LinkedIdentity[]>('GET', 'rest/tessera/1/myself/identities', { signal }),
});

export async function unlinkIdentity(id: string): Promise<void> {
  await request('DELETE', `rest/tessera/1/myself/identities/${encodeURIComponent(id)}`);
  await queryClient.invalidateQueries({ queryKey: ownIdentitiesQuery.queryKey });
}
