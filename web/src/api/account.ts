import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

/** The addresses one signs in with. */
export interface OwnEmail {
  email: string;
  verified: boolean;
  /** The address to change to, once the link in the mail to it has been followed. */
  pending: string | null;
  /** Earlier addresses that still sign in. */
  aliases: string[];
}

const path = 'rest/tessera/1/myself/email';

export const ownEmailQuery = queryOptions({
  queryKey: ['own-email'],
  queryFn: ({ signal }) => request<OwnEmail>('GET', path, { signal }),
});

/** Mails a link to the new address; nothing changes until it is followed. The present address: verifies it. */
export function changeEmail(change: { email: string; password: string }): Promise<void> {
  return request('POST', path, { body: change });
}

export function removeAlias(email: string): Promise<void> {
  return request('DELETE', `${path}/alias`, { query: { email } });
}

export function changePassword(change: { currentPassword: string; password: string }): Promise<void> {
  return request('PUT', 'rest/api/2/myself/password', { body: change });
}

/** By an administrator, for somebody else. */
export function setPassword(username: string, password: string): Promise<void> {
  return request('PUT', 'rest/api/2/user/password', { query: { username }, body: { password } });
}
