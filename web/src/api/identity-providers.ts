import { queryOptions } from '@tanstack/react-query';
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
