import { readRevision } from '../../db/revision.ts';
import { inTransaction } from '../../db/transaction.ts';
import { SignInRefused } from '../../errors.ts';
import { settingsAt } from '../../settings/settings.ts';
import { findUserById } from '../../users/user-store.ts';
import {
  countNetworkFailure,
  networkLimitOf,
  requireNetworkHasFailuresLeft,
} from '../limits/network-limit.ts';
import { clearLocks, subjectOf } from '../locks/locks.ts';
import type { DoorParts, Proof } from '../prove.ts';
import { recordFailure } from '../sign-in-failure.ts';
import { mustSignInElsewhere } from '../single-sign-on/required-provider.ts';
import { notePasskeyUse } from './passkey-store.ts';
import { verifyPasskey } from './passkeys.ts';
import { raiseCloneAlarm, type StepVisit } from './second-step.ts';

/**
 * A passkey as the only step: the browser says whose it is. Possession and user verification in one, so no lock of
 * guessed passwords concerns it; it lifts them (stand 6). Throws SignInRefused, on record, when it is wrong.
 */
export async function provePasskey(parts: DoorParts, response: unknown, visit: StepVisit): Promise<Proof> {
  const { site } = parts;
  const { source, base } = visit;
  const now = site.clock.now();
  const revision = await readRevision(site.db);
  const limit = networkLimitOf(await settingsAt(site.db, revision), source);
  await requireNetworkHasFailuresLeft(site, limit, now);
  const answer = await verifyPasskey(site, 'sign-in', null, base, response);
  const user = answer.passkey && (await findUserById(site.db, answer.passkey.userId));
  const flaw =
    answer.is === 'wrong'
      ? 'passkey-wrong'
      : user?.active !== true
        ? 'account-disabled'
        : (await mustSignInElsewhere(site.db, revision, user))
          ? 'sso-required'
          : undefined;
  if (answer.is === 'wrong' || flaw !== undefined || user === undefined) {
    const step = flaw ?? 'passkey-wrong';
    await inTransaction(site.db, async (trx) => {
      await countNetworkFailure(trx, site, limit, source, { now, held: false });
      await recordFailure(trx, site, { source, channel: 'form', name: user?.name, userId: user?.id, step });
    });
    if (answer.is === 'wrong' && answer.cloned && user !== undefined)
      await raiseCloneAlarm(site, user, source);
    throw wrongPasskey(step, user?.id);
  }
  await inTransaction(site.db, async (trx) => {
    if (!(await notePasskeyUse(trx, answer.passkey, { signCount: answer.signCount, at: now }))) {
      throw wrongPasskey('passkey-wrong', user.id);
    }
    await clearLocks(trx, site, subjectOf(user.id, ''), { by: 'passkey', name: user.name, source });
  });
  return { user, revision, via: 'passkey', tokenId: null };
}

const wrongPasskey = (step: string, userId: number | undefined) =>
  new SignInRefused('AUTHENTICATED_FAILED', {
    messages: ['This passkey was not accepted. Try again, or sign in another way.'],
    why: { step, userId },
  });
