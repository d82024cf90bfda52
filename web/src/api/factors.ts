import { queryOptions } from '@tanstack/react-query';
import { makePasskey } from './passkeys.ts';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

export interface Factors {
  /** A group of the account demands a second factor. */
  required: boolean;
  authenticator: { added: string | null; lastUsed: string | null } | null;
  passkeys: OwnPasskey[];
  recoveryCodesLeft: number;
}

export interface OwnPasskey {
  id: string;
  name: string;
  backedUp: boolean;
  created: string;
  lastUsed: string | null;
}

export interface Enrolment {
  secret: string;
  uri: string;
  /** SVG. */
  qr: string;
}

interface WithCodes {
  /** Only with the first factor of an account. */
  recoveryCodes: string[] | null;
}

const path = 'rest/tessera/1/myself/factors';

export const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: ({ signal }) => request<Factors>('GET', path, { signal }),
});

const reload = () => queryClient.invalidateQueries({ queryKey: factorsQuery.queryKey });

async function changed<T>(change: Promise<T>): Promise<T> {
  const result = await change;
  await reload();
  return result;
}

export const beginAuthenticator = (): Promise<Enrolment> => request('POST', `${path}/authenticator`);
export const confirmAuthenticator = (code: string): Promise<WithCodes> =>
  changed(request<WithCodes>('PUT', `${path}/authenticator`, { body: { code } }));
export const removeAuthenticator = (): Promise<void> =>
  changed(request<void>('DELETE', `${path}/authenticator`));

export async function addPasskey(name: string): Promise<WithCodes> {
  const response = await makePasskey(`${path}/passkeys/options`);
  return changed(request<WithCodes>('POST', `${path}/passkeys`, { body: { name, response } }));
}
export const removePasskey = (id: string): Promise<void> =>
  changed(request<void>('DELETE', `${path}/passkeys/${encodeURIComponent(id)}`));

export const renewRecoveryCodes = (): Promise<WithCodes> =>
  changed(request<WithCodes>('POST', `${path}/recovery-codes`));
export const forgetTrustedDevices = (): Promise<void> => request('DELETE', `${path}/trusted-devices`);

const ofUser = (accountId: string) => `rest/tessera/1/users/${encodeURIComponent(accountId)}/factors`;

export const factorsOfQuery = (accountId: string) =>
  queryOptions({
    queryKey: ['factors', accountId],
    queryFn: ({ signal }) => request<Factors>('GET', ofUser(accountId), { signal }),
  });

export async function resetFactors(accountId: string): Promise<void> {
  await request('DELETE', ofUser(accountId));
  await queryClient.invalidateQueries({ queryKey: ['factors', accountId] });
}

export const factorGroupsQuery = queryOptions({
  queryKey: ['factor-groups'],
  queryFn: async ({ signal }) =>
    (await request<{ groups: string[] }>('GET', 'rest/tessera/1/factor-groups', { signal })).groups,
});

export async function changeFactorGroups(groups: string[]): Promise<void> {
  await request('PUT', 'rest/tessera/1/factor-groups', { body: { groups } });
  await queryClient.invalidateQueries({ queryKey: factorGroupsQuery.queryKey });
}
