import type { Asker } from '../../audit/audit.ts';
import { BadRequest, Forbidden, SignInRefused } from '../../errors.ts';
import { type ActorUser, type Identity, isByToken } from '../../identity.ts';
import { type DoorParts, proveSecret } from '../prove.ts';

/** A stolen token must not outlive its revocation (T11). `what` completes "An API token cannot …". */
export function refuseTokens(identity: Identity, what: string): void {
  if (!isByToken(identity)) return;
  throw new Forbidden({
    messages: [`An API token cannot ${what}. Sign in with your password.`],
    why: { step: 'token-not-enough' },
  });
}

/**
 * Proves that who is signed in knows their password, through the one door (P5). A wrong one is 400 as in Jira ("invalid
 * including incorrect password"): the session itself is good. Throws SignInRefused when sign-in is closed from there.
 */
export async function proveOwnPassword(
  parts: DoorParts,
  call: Asker & { readonly cookieHeader: string | undefined },
  me: ActorUser,
  { password, field }: { readonly password: string; readonly field: string },
): Promise<void> {
  try {
    const proof = await proveSecret(parts, me.name, password, {
      source: call.source,
      channel: 'form',
      tokens: false,
      page: { captcha: undefined, spendCaptcha: async () => false, cookieHeader: call.cookieHeader },
      wording: {
        failed: 'The current password is wrong.',
        denied:
          'There were too many failed attempts with this account, so the password was not looked at. Sign out and sign in again with the word in the picture.',
      },
    });
    if (proof.user.id === me.id) return;
  } catch (error) {
    if (!(error instanceof SignInRefused) || error.status !== 401) throw error;
    throw new BadRequest({
      fields: { [field]: 'The current password is wrong.' },
      cause: error,
      ...(error.why === undefined ? {} : { why: error.why }),
    });
  }
  throw new BadRequest({ fields: { [field]: 'The current password is wrong.' } });
}
