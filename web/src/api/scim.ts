import { queryOptions } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { request } from './request.ts';

export interface ScimCredential {
  id: string;
  /** Id of the identity provider. */
  provider: string;
  label: string;
  /** What names the person when they sign in at the provider. */
  links: 'externalId' | 'userName' | 'none';
  created: string;
  lastUsed: string | null;
}

const path = 'rest/tessera/1/scim-credentials';

export const scimCredentialsQuery = queryOptions({
  queryKey: ['scim-credentials'],
  queryFn: ({ signal }) => request<ScimCredential[]>('GET', path, { signal }),
});

/** `secret` and the address that takes it are in this answer and never again. */
export async function createScimCredential(
  input: Pick<ScimCredential, 'provider' | 'label' | 'links'>,
): Promise<ScimCredential & { secret: string; url: string }> {
  const made = await request<ScimCredential & { secret: string; url: string }>('POST', path, { body: input });
  await queryClient.invalidateQueries({ queryKey: scimCredentialsQuery.queryKey });
  return made;
}

export async function revokeScimCredential(id: string): Promise<void> {
  await request('DELETE', `${path}/${encodeURIComponent(id)}`);
  await queryClient.invalidateQueries({ queryKey: scimCredentialsQuery.queryKey });
}
