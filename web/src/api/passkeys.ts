import { request } from './request.ts';

/** Passkeys belong to a name: browsers refuse them for bare addresses, and outside of https and localhost. */
export const passkeysWork = (): boolean =>
  window.isSecureContext && 'PublicKeyCredential' in window && !/^[\d.]+$|^\[/.test(window.location.hostname);

/** The person gave up, or the device has none that fits; no mistake of the server's. */
export class PasskeyNotUsed extends Error {}

/** Asks the browser for one of the passkeys that `path` allows; the result is what the server checks. */
export async function askForPasskey(path: string): Promise<unknown> {
  const optionsJSON = await request<never>('POST', path, { asksWhoIAm: true });
  const { startAuthentication } = await import('@simplewebauthn/browser');
  try {
    return await startAuthentication({ optionsJSON });
  } catch (cause) {
    throw new PasskeyNotUsed('No passkey was used. Try again, or go on another way.', { cause });
  }
}

/** Lets the browser make a passkey. */
export async function makePasskey(path: string): Promise<unknown> {
  const optionsJSON = await request<never>('POST', path);
  const { startRegistration } = await import('@simplewebauthn/browser');
  try {
    return await startRegistration({ optionsJSON });
  } catch (cause) {
    const known = cause instanceof Error && cause.name === 'InvalidStateError';
    throw new PasskeyNotUsed(
      known ? 'This device has a passkey of your account already.' : 'No passkey was made. Try again.',
      { cause },
    );
  }
}
