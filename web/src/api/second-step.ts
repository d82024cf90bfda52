import { queryOptions } from '@tanstack/react-query';
import type { Enrolment } from './factors.ts';
import { askForPasskey } from './passkeys.ts';
import { request } from './request.ts';
import { become, type Session } from './session.ts';

export interface SecondStep {
  name: string;
  totp: boolean;
  passkey: boolean;
  recoveryCode: boolean;
  /** A second factor must be set up first. */
  enrol: boolean;
}

interface Finished extends Session {
  /** A path of this site, from before the sign-in was interrupted. */
  returnTo?: string | null;
  recoveryCodes?: string[] | null;
}

const path = 'rest/tessera/1/second-step';
const quiet = { asksWhoIAm: true } as const;

/** Not kept: it is of one sign-in. */
export const secondStepQuery = queryOptions({
  queryKey: ['second-step'],
  queryFn: ({ signal }) => request<SecondStep>('GET', path, { ...quiet, signal }),
  retry: false,
  gcTime: 0,
});

async function finish(asked: Promise<Finished>): Promise<{ returnTo: string | null }> {
  const { returnTo, recoveryCodes: _, ...session } = await asked;
  become(session);
  return { returnTo: returnTo ?? null };
}

export const finishByCode = (code: string, trustDevice: boolean) =>
  finish(request<Finished>('POST', path, { ...quiet, body: { code, trustDevice } }));

export async function finishByPasskey(trustDevice: boolean) {
  const passkey = await askForPasskey(`${path}/passkey-options`);
  return finish(request<Finished>('POST', path, { ...quiet, body: { passkey, trustDevice } }));
}

export async function signInByPasskey(rememberMe: boolean) {
  const passkey = await askForPasskey('rest/tessera/1/session/passkey-options');
  return finish(
    request<Finished>('POST', 'rest/tessera/1/session/passkey', { ...quiet, body: { passkey, rememberMe } }),
  );
}

export const beginEnrolment = (): Promise<Enrolment> => request('POST', `${path}/authenticator`, quiet);

/** The session is taken over by `enter`, once its person has kept the recovery codes. */
export async function finishEnrolment(
  code: string,
): Promise<{ recoveryCodes: string[]; returnTo: string | null; enter: () => void }> {
  const finished = await request<Finished>('PUT', `${path}/authenticator`, { ...quiet, body: { code } });
  const { returnTo, recoveryCodes, ...session } = finished;
  return { recoveryCodes: recoveryCodes ?? [], returnTo: returnTo ?? null, enter: () => become(session) };
}
