import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

/** An application that signs its requests (OAuth 1.0a). */
export interface ApplicationLink {
  id: string;
  kind: 'oauth1';
  name: string;
  consumerKey: string;
  /** PEM. */
  publicKey: string;
  keyBits: number;
  keyIsShort: boolean;
  callback: string | null;
  /** Whom requests without a token act as. */
  twoLeggedAccount: { accountId: string; name: string; displayName: string } | null;
  impersonation: boolean;
  /** How many let it act for them. */
  people: number;
  created: string;
  updated: string;
  client: {
    requestTokenUrl: string;
    authorizeUrl: string;
    accessTokenUrl: string;
    signatureMethods: string[];
  };
}

export interface LinkInput {
  name: string;
  consumerKey: string;
  publicKey: string;
  callback: string | null;
  twoLeggedAccount: string | null;
  impersonation: boolean;
}

const path = 'rest/tessera/1/application-links';
const one = (id: string) => `${path}/${encodeURIComponent(id)}`;

export const linksQuery = queryOptions({
  queryKey: ['application-links'],
  queryFn: ({ signal }) => request<ApplicationLink[]>('GET', path, { signal }),
});

export const linkQuery = (id: string) =>
  queryOptions({
    queryKey: ['application-links', id],
    queryFn: ({ signal }) => request<ApplicationLink>('GET', one(id), { signal }),
  });

async function changed<T>(change: Promise<T>): Promise<T> {
  const result = await change;
  await queryClient.invalidateQueries({ queryKey: linksQuery.queryKey });
  return result;
}

export const createLink = (input: LinkInput): Promise<ApplicationLink> =>
  changed(request<ApplicationLink>('POST', path, { body: input }));
export const changeLink = (id: string, input: LinkInput): Promise<ApplicationLink> =>
  changed(request<ApplicationLink>('PUT', one(id), { body: input }));
export async function removeLink(id: string): Promise<void> {
  await request('DELETE', one(id));
  queryClient.removeQueries({ queryKey: linkQuery(id).queryKey });
  await queryClient.invalidateQueries({ queryKey: linksQuery.queryKey, exact: true });
}
