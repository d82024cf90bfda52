import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

/** How an application may ask for access. */
export type GrantKind = 'authorization_code' | 'refresh_token' | 'device_code' | 'client_credentials';

/** An application that asks for access by OAuth 2.0, or signs people in by OpenID Connect. */
export interface IncomingLink {
  id: string;
  clientId: string;
  name: string;
  /** It has a secret; else it is a public application. */
  confidential: boolean;
  redirectUris: string[];
  scopes: string[];
  grants: GrantKind[];
  /** User name of the account that it acts as when it asks for itself. */
  actsAs: string | null;
  created: string;
}

export interface IncomingLinkInput {
  name: string;
  redirectUris: string[];
  scopes: string[];
  grants: GrantKind[];
  actsAs: string | null;
}

/** What an administrator chooses from, and what applications must know of this site. */
export interface Choices {
  scopes: { scope: string; text: string }[];
  endpoints: {
    issuer: string;
    discovery: string;
    authorization: string;
    token: string;
    revocation: string;
    deviceAuthorization: string;
  };
}

const path = 'rest/tessera/1/incoming-links';
const one = (id: string) => `${path}/${encodeURIComponent(id)}`;

export const incomingLinksQuery = queryOptions({
  queryKey: ['incoming-links'],
  queryFn: ({ signal }) => request<IncomingLink[]>('GET', path, { signal }),
});

export const incomingLinkQuery = (id: string) =>
  queryOptions({
    queryKey: ['incoming-links', id],
    queryFn: ({ signal }) => request<IncomingLink>('GET', one(id), { signal }),
  });

export const choicesQuery = queryOptions({
  queryKey: ['incoming-links', 'choices'],
  queryFn: ({ signal }) => request<Choices>('GET', `${path}/choices`, { signal }),
});

async function changed<T>(change: Promise<T>): Promise<T> {
  const result = await change;
  await queryClient.invalidateQueries({ queryKey: incomingLinksQuery.queryKey });
  return result;
}

/** The secret is in this answer alone; null: a public application has none. */
export const createIncomingLink = (
  input: IncomingLinkInput & { confidential: boolean },
): Promise<IncomingLink & { secret: string | null }> =>
  changed(request<IncomingLink & { secret: string | null }>('POST', path, { body: input }));
export const changeIncomingLink = (id: string, input: IncomingLinkInput): Promise<IncomingLink> =>
  changed(request<IncomingLink>('PUT', one(id), { body: input }));
export const rotateSecret = (id: string): Promise<{ secret: string }> => request('POST', `${one(id)}/secret`);
export async function removeIncomingLink(id: string): Promise<void> {
  await request('DELETE', one(id));
  queryClient.removeQueries({ queryKey: incomingLinkQuery(id).queryKey });
  await queryClient.invalidateQueries({ queryKey: incomingLinksQuery.queryKey, exact: true });
}
