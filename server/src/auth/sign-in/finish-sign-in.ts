import { isTrustedDevice } from '../locks/known-devices.ts';
import type { DoorParts, Proof } from '../prove.ts';
import { type Opened, type Opening, openSession, type Visit } from '../sessions/sessions.ts';
import { findFactorNeed } from '../two-factor/factor-store.ts';
import { keepPending } from '../two-factor/pending-sign-in.ts';

/** What came of the first step: a session, or a second step that the browser's cookie leads to. */
export type Finished =
  | ({ readonly is: 'signed-in' } & Opened)
  | { readonly is: 'second-step'; readonly cookies: string[] };

/** The page that asks for the second step, under the base URL. */
export const secondStepPath = '/sign-in/second-step';

/**
 * What comes after the first step of an interactive sign-in, whatever proved it (password, passkey, identity provider):
 * a strategy proves, this decides. Passkeys with user verification are two factors by themselves.
 */
export async function finishSignIn(
  parts: DoorParts,
  proof: Proof,
  opening: Opening,
  visit: Visit,
): Promise<Finished> {
  const { site } = parts;
  const done = opening.kind !== 'web' || proof.via === 'passkey' || proof.secondStepDone === true;
  if (!done) {
    const { hasFactor, required } = await findFactorNeed(site.db, proof.user.id);
    const trusted =
      hasFactor && (await isTrustedDevice(site.db, visit.cookieHeader, proof.user.id, site.clock.now()));
    if ((hasFactor || required) && !trusted) {
      return { is: 'second-step', cookies: [await keepPending(site, proof, opening, visit)] };
    }
  }
  return { is: 'signed-in', ...(await openSession(parts, proof, opening, visit)) };
}
