import { request } from './request.ts';

/** Answered alike whether or not there is such an account. */
export function askForPasswordReset(account: string): Promise<void> {
  return request('POST', 'rest/tessera/1/password-reset', { body: { account }, asksWhoIAm: true });
}

export function resetPassword(reset: { code: string; password: string }): Promise<void> {
  return request('POST', 'rest/tessera/1/password-reset/confirm', { body: reset, asksWhoIAm: true });
}

export function verifyEmail(code: string): Promise<void> {
  return request('POST', 'rest/tessera/1/email-verification', { body: { code }, asksWhoIAm: true });
}

export function unlock(code: string): Promise<void> {
  return request('POST', 'rest/tessera/1/unlock', { body: { code }, asksWhoIAm: true });
}
