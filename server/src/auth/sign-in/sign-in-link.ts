import { audit } from '../../audit/audit.ts';
import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest } from '../../errors.ts';
import { isIntactSecret, makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import type { User } from '../../users/user.ts';
import { findUserById } from '../../users/user-store.ts';
import type { DoorParts, Proof } from '../prove.ts';
import type { Visit } from '../sessions/sessions.ts';
import { useCodeOnce } from '../use-code-once.ts';
import { type Finished, finishSignIn } from './finish-sign-in.ts';
import { deleteOldSignInLinks, findSignInLink, insertSignInLink } from './sign-in-link-store.ts';

const dayMs = 86_400_000;

export const signInLink = (base: string, code: string): string => `${base}/sign-in/link#${code}`;

/** A code that signs the account in once, whatever is required of it elsewhere; only who runs the machine makes one. */
export async function issueSignInLink(
  site: Site,
  user: Pick<User, 'id' | 'name'>,
  lifeMs: number,
): Promise<{ code: string; expiresAt: number }> {
  const code = makeSecret('tsl');
  const at = site.clock.now();
  const expiresAt = at + lifeMs;
  await inTransaction(site.db, async (trx) => {
    await deleteOldSignInLinks(trx, at - 7 * dayMs);
    await insertSignInLink(trx, { codeHash: sha256(code), userId: user.id, at, expiresAt });
    await audit(trx, site.clock, {
      event: 'sign-in-link.issued',
      outcome: 'ok',
      source: { address: '', userAgent: '', requestId: '' },
      via: 'command-line',
      subject: user.name,
      subjectType: 'user',
      subjectId: user.id,
      detail: { minutes: lifeMs / 60_000 },
    });
  });
  return { code, expiresAt };
}

/**
 * Signs in by such a code, once. A second factor is asked for all the same: it is reset apart. Throws BadRequest with
 * the field `code` (used, expired, never made: one wording).
 */
export async function signInByLink(
  parts: DoorParts,
  code: string,
  visit: Visit,
): Promise<{ readonly proof: Proof; readonly finished: Finished }> {
  const { site } = parts;
  const codeHash = sha256(code);
  const found = isIntactSecret('tsl', code) ? await findSignInLink(site.db, codeHash) : undefined;
  const user = found === undefined ? undefined : await findUserById(site.db, found.user_id);
  const step = await inTransaction(site.db, async (trx) => {
    const at = site.clock.now();
    const flaw =
      found === undefined || user === undefined
        ? 'unknown-link'
        : !user.active
          ? 'account-disabled'
          : found.used_at !== null
            ? 'link-used'
            : found.expires_at <= at
              ? 'link-expired'
              : (await useCodeOnce(trx, 'sign_in_links', codeHash, at))
                ? undefined
                : 'link-used';
    if (flaw === undefined) return undefined;
    await audit(trx, site.clock, {
      event: 'sign-in.failed',
      outcome: 'refused',
      source: visit.source,
      via: 'sign-in-link',
      ...(user === undefined ? {} : { subject: user.name, subjectType: 'user', subjectId: user.id }),
      detail: { step: flaw },
    });
    return flaw;
  });
  if (step !== undefined || user === undefined) {
    throw new BadRequest({
      fields: { code: 'This link has been used or has expired. Make a new one on the command line.' },
      why: { step: step ?? 'unknown-link', userId: user?.id },
    });
  }
  const proof: Proof = {
    user,
    revision: await readRevision(site.db),
    via: 'sign-in-link',
    tokenId: null,
  };
  return { proof, finished: await finishSignIn(parts, proof, { kind: 'web' }, visit) };
}
