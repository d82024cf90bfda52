import type { DoorParts, Proof } from '../prove.ts';
import { type Opened, type Opening, openSession, type Visit } from '../sessions/sessions.ts';

/**
 * What comes after the first step of an interactive sign-in, whatever proved it (password, passkey, identity provider):
 * a strategy proves, this decides.
 */
export async function finishSignIn(
  parts: DoorParts,
  proof: Proof,
  opening: Opening,
  visit: Visit,
): Promise<Opened> {
  return openSession(parts, proof, opening, visit);
}
