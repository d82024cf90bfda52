import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

/** What somebody lets an application do; `kind` is the protocol that it speaks, and `id` its own within that. */
export interface AuthorisedApplication {
  kind: string;
  id: string;
  application: string;
  /** In plain words. */
  may: string;
  authorised: string;
  expires: string | null;
  lastUsed: string | null;
}

const path = 'rest/tessera/1/myself/authorised-applications';

export const authorisedApplicationsQuery = queryOptions({
  queryKey: ['authorised-applications'],
  queryFn: ({ signal }) => request<AuthorisedApplication[]>('GET', path, { signal }),
});

export async function revokeApplication({ kind, id }: AuthorisedApplication): Promise<void> {
  await request('DELETE', `${path}/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`);
  await queryClient.invalidateQueries({ queryKey: authorisedApplicationsQuery.queryKey });
}

/** What an application asks for (OAuth 1.0a). */
export interface ApplicationRequest {
  application: string;
  /** The site that the browser goes back to; null: the application asks for a code. */
  callback: string | null;
}

const authorization = 'rest/tessera/1/oauth1/authorization';

export const applicationRequestQuery = (token: string) =>
  queryOptions({
    queryKey: ['application-request', token],
    queryFn: ({ signal }) => request<ApplicationRequest>('GET', authorization, { query: { token }, signal }),
    retry: false,
    // Decided, it is gone; what was shown stays.
    staleTime: Number.POSITIVE_INFINITY,
  });

/** `location`: where the browser goes next; `verifier`: what its person types into the application. */
export function decideApplicationRequest(input: {
  token: string;
  approve: boolean;
  accountId: string;
}): Promise<{ location: string | null; verifier: string | null }> {
  return request('POST', authorization, { body: input });
}

/** What an application asks for (OAuth 2.0). */
export interface Authorisation {
  application: string;
  may: { scope: string; text: string }[];
}

const authorisation = (id: string) => `rest/tessera/1/authorisations/${encodeURIComponent(id)}`;

export const authorisationQuery = (id: string) =>
  queryOptions({
    queryKey: ['authorisation', id],
    queryFn: ({ signal }) =>
      request<Authorisation & { redirectHost: string }>('GET', authorisation(id), { signal }),
    retry: false,
    // Decided, it is gone; what was shown stays.
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface AuthorisationDecision {
  allow: boolean;
  accountId: string;
}

/** The result is where the browser goes next. */
export const decideAuthorisation = (
  id: string,
  decision: AuthorisationDecision,
): Promise<{ location: string }> => request('POST', authorisation(id), { body: decision });

const deviceCodes = 'rest/tessera/1/device-codes';

/** What the device asks for that shows this code. */
export const findDevice = (userCode: string): Promise<Authorisation> =>
  request('POST', deviceCodes, { body: { userCode } });

export const decideDevice = (userCode: string, decision: AuthorisationDecision): Promise<void> =>
  request('POST', `${deviceCodes}/decision`, { body: { userCode, ...decision } });
