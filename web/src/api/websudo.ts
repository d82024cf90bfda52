import { useSyncExternalStore } from 'react';
import { askForPasskey } from './passkeys.ts';
import { queryClient } from './query-client.ts';
import { mayConfirm, request } from './request.ts';
import { sessionQuery } from './session.ts';

/** Whoever waits for the person to confirm their password; at most one dialog asks, for all of them. */
interface Asked {
  readonly promise: Promise<boolean>;
  readonly settle: (confirmed: boolean) => void;
}

let asked: Asked | null = null;
const listeners = new Set<() => void>();

function set(next: Asked | null): void {
  asked = next;
  for (const listener of listeners) listener();
}

/** Resolves once the person has confirmed (true), or has given up (false). */
function ask(): Promise<boolean> {
  if (asked === null) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    set({ promise, settle: resolve });
  }
  return (asked as unknown as Asked).promise;
}

/** Refused requests ask for the password from here on; called once, by what shows the dialog. */
export function confirmThroughDialog(): void {
  mayConfirm(ask);
}

export function useIsPasswordAsked(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked !== null,
  );
}

/** Answers whoever waits. */
export function settlePasswordAsked(confirmed: boolean): void {
  const waiting = asked;
  set(null);
  waiting?.settle(confirmed);
}

/** Proves with the password that an administrator is still there. */
export async function confirmPassword(password: string, code?: string): Promise<void> {
  const body = { password, ...(code === undefined ? {} : { code }) };
  await request('POST', 'rest/tessera/1/websudo', { body });
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

/** The same with a passkey in place of password and code. */
export async function confirmByPasskey(): Promise<void> {
  const passkey = await askForPasskey('rest/tessera/1/websudo/passkey-options');
  await request('POST', 'rest/tessera/1/websudo', { body: { passkey } });
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export async function dropAdministratorAccess(): Promise<void> {
  await request('DELETE', 'rest/auth/1/websudo');
  await queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}
