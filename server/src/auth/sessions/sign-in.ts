import { SignInRefused } from '../../errors.ts';
import { fold } from '../../lib/fold.ts';
import { type DoorParts, type From, type Proof, proveSecret } from '../prove.ts';
import { type Finished, finishSignIn } from '../sign-in/finish-sign-in.ts';
import { type Opening, passwordChanged, type Visit } from './sessions.ts';

/** Proves name and secret through the one door and opens a session, or asks for more. Throws what `proveSecret` throws. */
export async function signIn(
  parts: DoorParts,
  { username, password }: { readonly username: string; readonly password: string },
  from: Omit<From, 'source'>,
  opening: Opening,
  visit: Visit,
): Promise<Finished & { readonly proof: Proof }> {
  for (let attempt = 1; ; attempt++) {
    const proof = await proveSecret(parts, username, password, { ...from, source: visit.source });
    // Just proven, so it is remembered with the hash that it was proven against.
    const owner =
      proof.via === 'password'
        ? parts.proofs.recall(fold(username), password, parts.site.clock.now())
        : undefined;
    const held =
      owner === undefined
        ? opening
        : { ...opening, passwordHash: owner.password_hash, identityId: owner.directory?.identityId };
    try {
      return { proof, ...(await finishSignIn(parts, proof, held, visit)) };
    } catch (error) {
      // Another hash is stored by now. It may be of the same password (see renewHash), so it is proven again.
      const replaced = error instanceof SignInRefused && error.why?.step === passwordChanged;
      if (!replaced || attempt === 3) throw error;
    }
  }
}
