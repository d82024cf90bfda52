import { audit } from '../../audit/audit.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { Source } from '../../identity.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { ceiling, type LockRules } from './lock-rules.ts';
import {
  type Counts,
  countNetworks,
  deleteCounts,
  deleteDecayed,
  holdCounts,
  type PairKey,
  writeAccount,
  writePair,
} from './lock-store.ts';

/** Whom an attempt is counted for: an account by its id, any other name by itself. */
export function subjectOf(userId: number | null | undefined, folded: string): string {
  return userId == null ? `n:${sha256(folded).slice(0, 32)}` : `u:${userId}`;
}

/** What a lock closes: this pair of account and source, the account's password, or everything beyond the ceiling. */
export type LockKind = 'pair' | 'account' | 'ceiling';

/** One attempt to sign in, as the lock sees it. */
export interface Attempt extends PairKey {
  readonly kind: 'token' | 'password';
  /** From a device that signed in before: it has an allowance of its own, whatever others do. */
  readonly knownDevice: boolean;
  /** The word in the picture was right: one more try, up to the ceiling. */
  readonly captchaPassed: boolean;
}

/** Whether the attempt is refused unchecked, and by what. */
export function denialOf(
  { pair, account }: Counts,
  attempt: Pick<Attempt, 'kind' | 'knownDevice' | 'captchaPassed'>,
  rules: LockRules,
): LockKind | undefined {
  if (attempt.kind === 'token' && rules.tokensExempt) return undefined;
  if (pair.failures >= ceiling) return 'ceiling';
  if (pair.failures >= allowance(attempt, rules)) return 'pair';
  if (!countsForAccount(attempt, rules)) return undefined;
  if (account.failures >= ceiling) return 'ceiling';
  return account.lockedAt !== null && !attempt.captchaPassed ? 'account' : undefined;
}

function allowance({ captchaPassed }: Pick<Attempt, 'captchaPassed'>, { attempts }: LockRules): number {
  return captchaPassed || attempts === null ? ceiling : Math.min(attempts, ceiling);
}

/** Only guesses at a password count over all sources; with one count for everything there is nothing beside it. */
const countsForAccount = (
  { kind, knownDevice }: Pick<Attempt, 'kind' | 'knownDevice'>,
  { strict }: LockRules,
): boolean => kind === 'password' && !knownDevice && !strict;

/**
 * Takes a free place of the allowance before the secret is looked at, in one transaction: however many attempts
 * come at once, and to however many processes, no more of them are checked than may fail (P2). `wait`: all
 * places are taken by checks under way, and one that succeeds will free them (P3).
 */
export function reserve(
  db: Db,
  attempt: Attempt,
  rules: LockRules,
  now: number,
): Promise<'reserved' | 'wait' | LockKind> {
  return inTransaction(db, async (trx) => {
    const counts = await holdCounts(trx, attempt, now);
    const denial = denialOf(counts, attempt, rules);
    if (denial !== undefined) return denial;
    const { pair, account } = counts;
    if (pair.failures + pair.reserved >= allowance(attempt, rules)) return 'wait';
    if (countsForAccount(attempt, rules) && account.reserved > 0) {
      const would = account.failures + account.reserved;
      if (would >= ceiling) return 'wait';
      const nearLock =
        rules.accountFailures !== null && !attempt.captchaPassed && would >= rules.accountFailures;
      if (nearLock && (await countNetworks(trx, attempt.subject, now)) >= rules.accountNetworks)
        return 'wait';
    }
    await writePair(trx, attempt, { ...pair, reserved: pair.reserved + 1, reservedAt: now });
    await writeAccount(
      trx,
      attempt.subject,
      countsForAccount(attempt, rules)
        ? { ...account, reserved: account.reserved + 1, reservedAt: now }
        : account,
    );
    return 'reserved';
  });
}

export interface FailureOutcome {
  /** What this failure closed. */
  readonly locked: LockKind | undefined;
  /** Whether the next attempt from there is refused unchecked. */
  readonly nextDenied: LockKind | undefined;
}

/**
 * Counts one failure. `held`: the attempt had reserved a place, which it gives back. `repeat`: the same wrong
 * secret again, which guesses at nothing new: it counts for its pair alone.
 */
export async function countFailure(
  trx: Db,
  attempt: Attempt,
  rules: LockRules,
  now: number,
  { held, repeat }: { held: boolean; repeat: boolean },
): Promise<FailureOutcome> {
  await deleteDecayed(trx, now);
  const { pair, account } = await holdCounts(trx, attempt, now);
  const wide = countsForAccount(attempt, rules);
  const failures = pair.failures + 1;
  const limit = rules.attempts === null ? ceiling : Math.min(rules.attempts, ceiling);
  const pairCloses = failures >= limit && pair.lockedAt === null;
  const pairAfter = {
    failures,
    passwordFailures: pair.passwordFailures + (attempt.kind === 'password' ? 1 : 0),
    reserved: Math.max(0, pair.reserved - (held ? 1 : 0)),
    lockedAt: pairCloses ? now : pair.lockedAt,
  };
  await writePair(trx, attempt, { ...pairAfter, failedAt: now });
  const guesses = account.failures + (wide && !repeat ? 1 : 0);
  const accountCloses =
    wide &&
    account.lockedAt === null &&
    rules.accountFailures !== null &&
    guesses >= rules.accountFailures &&
    (await countNetworks(trx, attempt.subject, now)) >= rules.accountNetworks;
  const accountAfter = {
    failures: guesses,
    passwordFailures: guesses,
    reserved: Math.max(0, account.reserved - (held && wide ? 1 : 0)),
    lockedAt: accountCloses ? now : account.lockedAt,
  };
  await writeAccount(trx, attempt.subject, {
    ...accountAfter,
    ...(guesses > account.failures ? { failedAt: now } : {}),
  });
  const reachedCeiling = failures === ceiling || (guesses === ceiling && guesses > account.failures);
  return {
    locked: reachedCeiling ? 'ceiling' : accountCloses ? 'account' : pairCloses ? 'pair' : undefined,
    nextDenied: denialOf(
      { pair: pairAfter, account: accountAfter },
      { ...attempt, captchaPassed: false },
      rules,
    ),
  };
}

/**
 * The same for a secret that needed no check to be known as wrong, so no place was reserved: refused like any
 * other once the allowance is used up, however many come at once.
 */
export async function countUnreserved(
  trx: Db,
  attempt: Attempt,
  rules: LockRules,
  now: number,
): Promise<FailureOutcome | { readonly denied: LockKind }> {
  const denied = denialOf(await holdCounts(trx, attempt, now), attempt, rules);
  return denied === undefined
    ? countFailure(trx, attempt, rules, now, { held: false, repeat: true })
    : { denied };
}

/** A right secret: the failures in a row from there are over, and of a password those over all sources. */
export async function countSuccess(
  trx: Db,
  attempt: Attempt,
  rules: LockRules,
  now: number,
  held: boolean,
): Promise<void> {
  const { pair, account } = await holdCounts(trx, attempt, now);
  const wide = countsForAccount(attempt, rules);
  await writePair(trx, attempt, {
    failures: 0,
    passwordFailures: 0,
    reserved: Math.max(0, pair.reserved - (held ? 1 : 0)),
    lockedAt: null,
  });
  const over = wide && account.lockedAt === null;
  await writeAccount(trx, attempt.subject, {
    ...account,
    ...(over ? { failures: 0, passwordFailures: 0 } : {}),
    reserved: Math.max(0, account.reserved - (held && wide ? 1 : 0)),
  });
}

/** The check never took place: the place is free again, and nothing is counted. */
export function release(db: Db, attempt: Attempt, rules: LockRules, now: number): Promise<void> {
  return inTransaction(db, async (trx) => {
    const { pair, account } = await holdCounts(trx, attempt, now);
    await writePair(trx, attempt, { ...pair, reserved: Math.max(0, pair.reserved - 1) });
    const back = countsForAccount(attempt, rules) ? 1 : 0;
    await writeAccount(trx, attempt.subject, {
      ...account,
      reserved: Math.max(0, account.reserved - back),
    });
  });
}

/** How a lock was lifted. */
export type LiftedBy = 'captcha' | 'passkey' | 'mail' | 'administrator' | 'command-line' | 'password-reset';

/**
 * Clears every count of an account (or of a name that no account has), from wherever; inside the caller's
 * transaction. Whether there was any.
 */
export async function clearLocks(
  trx: Db,
  site: Site,
  subject: string,
  lifted: { by: LiftedBy; name: string; source: Source; asker?: Parameters<typeof audit>[2]['asker'] },
): Promise<boolean> {
  const any = await deleteCounts(trx, subject);
  if (any) {
    await audit(trx, site.clock, {
      event: 'lock.lifted',
      outcome: 'ok',
      source: lifted.source,
      ...(lifted.asker === undefined ? { name: lifted.name } : { asker: lifted.asker }),
      ...(lifted.by === 'command-line' ? { via: 'command-line' as const } : {}),
      subject: lifted.name,
      ...(subject.startsWith('u:') ? { subjectType: 'user', subjectId: Number(subject.slice(2)) } : {}),
      detail: { by: lifted.by },
    });
  }
  return any;
}
