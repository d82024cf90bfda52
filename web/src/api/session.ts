import { type Query, queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { queryClient } from './query-client.ts';
import { ApiError, request } from './request.ts';

export interface SessionUser {
  key: string;
  name: string;
  accountId: string;
  displayName: string;
  emailAddress: string;
  timeZone: string;
  locale: string;
}

export interface Session {
  user: SessionUser | null;
  site: { title: string; profile: 'datacenter' | 'cloud'; setupRequired: boolean };
  administrator: boolean;
  canCreateProject: boolean;
  /** Until when administration asks for no password; absent or null: it would ask. */
  webSudoUntil?: string | null;
}

const path = 'rest/tessera/1/session';

async function fetchSession(signal: AbortSignal): Promise<Session> {
  const ask = () => request<Session>('GET', path, { signal, asksWhoIAm: true });
  try {
    return await ask();
  } catch (error) {
    // A dead session is refused once, and that answer clears its cookie.
    if (error instanceof ApiError && error.status === 401) return await ask();
    throw error;
  }
}

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: 60_000,
  // Signing in or out in another tab shows here as soon as this one is looked at.
  refetchOnWindowFocus: 'always',
});

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export interface Credentials {
  username: string;
  password: string;
  rememberMe?: boolean;
  /** The word in the picture; only once the server asks for it. */
  captcha?: string;
}

/** Whether the password was enough; else the second step is asked for on a page of its own. */
export async function signIn(credentials: Credentials): Promise<'signed-in' | 'second-step'> {
  const answer = await request<Session | { secondStep: true }>('POST', path, {
    body: credentials,
    asksWhoIAm: true,
  });
  if ('secondStep' in answer) return 'second-step';
  become(answer);
  return 'signed-in';
}

/** By the code of a link that the command line made. */
export async function signInByLink(code: string): Promise<'signed-in' | 'second-step'> {
  const answer = await request<Session | { secondStep: true }>('POST', `${path}/link`, {
    body: { code },
    asksWhoIAm: true,
  });
  if ('secondStep' in answer) return 'second-step';
  become(answer);
  return 'signed-in';
}

export async function signOut(): Promise<void> {
  try {
    const there = await request<{ location: string } | undefined>('DELETE', path, { asksWhoIAm: true });
    // The identity provider signs out too, and leads back.
    if (there !== undefined) return window.location.assign(there.location);
  } catch (error) {
    // Ended already, elsewhere or by age: as good as signed out.
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
  await forgetSession();
}

/** Drops everything that was fetched as somebody, and asks the server who we are now. */
export async function forgetSession(): Promise<void> {
  become(await fetchSession(AbortSignal.timeout(15_000)));
}

/** What this tab takes for its session from now on; everything that was fetched as somebody else is dropped. */
export function become(session: Session): void {
  queryClient.removeQueries({ predicate: isAboutSomethingElse });
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

/**
 * Another tab may sign in as somebody else: what this tab has fetched is not for them. Calls back when the
 * session turns out to be another user's; returns the way to stop watching.
 */
export function watchForOtherUser(changed: () => void): () => void {
  let known: string | null | undefined;
  return queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    if (event.query.queryKey[0] !== 'session') return;
    const user = (event.query.state.data as Session).user?.key ?? null;
    const isOther = known !== undefined && user !== known;
    known = user;
    // Signing in and out by this tab sets the session by hand, and has dropped everything itself.
    if (!isOther || event.action.manual) return;
    void queryClient.resetQueries({ predicate: isAboutSomethingElse });
    changed();
  });
}

function isAboutSomethingElse(query: Query): boolean {
  return query.queryKey[0] !== 'session';
}
