import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';
import { forgetSession } from './session.ts';

const path = 'rest/tessera/1/setup';

export const setupCodeQuery = (code: string) =>
  queryOptions({
    queryKey: ['setup', code],
    queryFn: ({ signal }) =>
      request<{ valid: boolean }>('GET', path, { query: { code }, signal, asksWhoIAm: true }),
    staleTime: Number.POSITIVE_INFINITY,
  });

export interface FirstAdministrator {
  code: string;
  email: string;
  username: string;
  displayName: string;
  password: string;
}

/** Creates the first administrator; the answer signs them in. */
export async function setUp(administrator: FirstAdministrator): Promise<void> {
  await request('POST', path, { body: administrator, asksWhoIAm: true });
  await forgetSession();
}
