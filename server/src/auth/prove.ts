import { readRevision } from '../db/revision.ts';
import type { Db } from '../db/tables.ts';
import { inTransaction } from '../db/transaction.ts';
import { AppError, ServiceUnavailable, SignInRefused, type Why } from '../errors.ts';
import type { ActorUser, Limits, Source } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { hasSecretPrefix, isIntactSecret } from '../lib/secret-format.ts';
import { sha256 } from '../lib/sha256.ts';
import { settingsAt } from '../settings/settings.ts';
import type { Site } from '../site.ts';
import { isServiceAccount } from '../users/service-account-store.ts';
import { type AccountRow, actorUser } from './account.ts';
import { findTokenWithOwner } from './api-tokens/api-token-store.ts';
import { limitsOf, mayComeFrom } from './api-tokens/token-limits.ts';
import type { LastUse } from './last-use.ts';
import { askDirectory, type Said } from './ldap/ask-directory.ts';
import { DirectoryUnavailable } from './ldap/directory-unavailable.ts';
import { admit, type Keeper } from './ldap/keeper.ts';
import { isHeldByAlarm } from './limits/alarm.ts';
import {
  countNetworkFailure,
  givePlaceBack,
  type NetworkLimit,
  networkLimitOf,
  requireNetworkHasFailuresLeft,
  takePlace,
} from './limits/network-limit.ts';
import { findKnownDevice } from './locks/known-devices.ts';
import type { LockMails } from './locks/lock-mails.ts';
import { noteLock } from './locks/lock-notice.ts';
import { type LockRules, lockRules, networkOf, sourceOf } from './locks/lock-rules.ts';
import { type Counts, noCounts, readCounts } from './locks/lock-store.ts';
import {
  type Attempt,
  clearLocks,
  countFailure,
  countSuccess,
  countUnreserved,
  denialOf,
  type LockKind,
  release,
  reserve,
  subjectOf,
} from './locks/locks.ts';
import type { SeenBefore } from './locks/repeats.ts';
import { patienceMs, slotMayBeFree, slotWasFreed } from './locks/slot-waiting.ts';
import {
  accountNamed,
  accountRecalled,
  type FoundAccount,
  lookingInDirectories,
  type Named,
} from './named-account.ts';
import type { Nonces } from './oauth1/nonces.ts';
import { lookAtAccessToken } from './oauth2/access-tokens.ts';
import { requireRoomToHash } from './passwords/hashing-queue.ts';
import { type Verified, verifyPassword } from './passwords/passwords.ts';
import type { ProofCache, ProofOwner } from './passwords/proof-cache.ts';
import { renewHash } from './passwords/renew-hash.ts';
import { whyPasswordIsNotEnough } from './sign-in/password-alone.ts';
import { type FailedSignIn, presentableName, recordFailure } from './sign-in-failure.ts';
import { findSignInAccountById } from './sign-in-store.ts';

/** Who a secret was proven to belong to. */
export interface Proof {
  readonly user: ActorUser;
  readonly revision: number;
  readonly via: 'api-token' | 'oauth2' | 'password' | 'sso' | 'passkey' | 'sign-in-link';
  readonly tokenId: number | null;
  /** Name of the application whose token it is. */
  readonly application?: string;
  /** What the token is held to; a session that it opens is held to the same. */
  readonly limits?: Limits;
  readonly tokenExpiresAt?: number;
  /** The identity provider's own second factor is enough. */
  readonly secondStepDone?: boolean;
}

/** Why a secret is not looked at: a lock, or that unusually many sign-ins fail on the whole site. */
type Denial = LockKind | 'alarm';

export type Channel = 'basic' | 'bearer' | 'oauth1' | 'oauth2' | 'session' | 'form' | 'sso';

export interface DoorParts {
  readonly site: Site;
  readonly lastUse: LastUse;
  readonly proofs: ProofCache;
  readonly seenBefore: SeenBefore;
  readonly lockMails: LockMails;
  readonly nonces: Nonces;
}

/** A visit to a page where people sign in: there a lock can be passed by the word in the picture. */
export interface PageVisit {
  /** The word as typed; undefined or empty: none was asked for. */
  readonly captcha: string | undefined;
  /** Whether the word is right for this visitor; using it up either way. */
  spendCaptcha(word: string): Promise<boolean>;
  readonly cookieHeader: string | undefined;
}

/** Where a secret comes from, and what the channel takes. */
export interface From {
  readonly source: Source;
  readonly channel: Channel;
  readonly tokens: boolean;
  /** Only of pages for people; without it a lock cannot be passed. */
  readonly page?: PageVisit;
  readonly wording?: { readonly failed: string; readonly denied: string };
  /**
   * The refusal of a channel that takes no passwords; asked before one is looked at, so that a right and a wrong
   * one are refused alike, in time too. It is thrown once it is on record.
   */
  readonly passwordRefusal?: (userName: string | null, revision: number) => Promise<AppError | undefined>;
}

/** One wording whatever was wrong, with the hint that helps most of those who see it. */
export const refusedMessage =
  'Sign-in failed: the name or the secret is wrong. Use your account e-mail (or user name) and an API token.';

const deniedMessage =
  'Sign-in with this account is closed from here after too many failed attempts; the secret was not looked at. Sign in on the web page and type the word in the picture.';

/** Registered secrets are at least this long outside demonstrations; shorter ones are not looked up. */
const shortestRegistered = 8;

/** No name and no secret is longer (Basic refuses beyond the same); folding and hashing more is work for nothing. */
const longestAccepted = 4096;

/**
 * The single choke point: every name and secret, on every channel, is checked here. Throws SignInRefused when it
 * is wrong, for whatever reason, or when the lock keeps it from being looked at; a failure is counted and on
 * record by then.
 */
export async function proveSecret(
  parts: DoorParts,
  name: string,
  secret: string,
  from: From,
): Promise<Proof> {
  if (name.length > longestAccepted || secret.length > longestAccepted) {
    return failUncounted(parts, from, name, 'malformed-credential');
  }
  const folded = fold(name);
  if (hasSecretPrefix('tsr', secret)) {
    const seen =
      from.tokens && isIntactSecret('tsr', secret)
        ? await lookAtToken(parts, secret, from.source)
        : undefined;
    if (seen !== undefined && seen.flaw === undefined && isNameOf(seen.row, folded)) {
      return tokenProof(parts, seen.row, from, name);
    }
    return withoutRightToken(parts, name, folded, seen, from);
  }
  const recalled = parts.proofs.recall(folded, secret, parts.site.clock.now());
  if (recalled === undefined && from.tokens && secret.length >= shortestRegistered) {
    const seen = await lookAtToken(parts, secret, from.source);
    if (seen !== undefined) {
      if (seen.flaw === undefined && isNameOf(seen.row, folded)) {
        return tokenProof(parts, seen.row, from, name);
      }
      return withoutRightToken(parts, name, folded, seen, from);
    }
  }
  return byPassword(parts, { name, folded, password: secret, from, recalled });
}

/** A token alone, as Bearer sends it; it names its account by itself, so no lock of a name concerns it. */
export async function proveBearer(parts: DoorParts, secret: string, source: Source): Promise<Proof> {
  if (hasSecretPrefix('tso', secret)) return proveAccessToken(parts, secret, source);
  const junk = hasSecretPrefix('tsr', secret)
    ? !isIntactSecret('tsr', secret)
    : secret.length < shortestRegistered;
  const seen = junk ? undefined : await lookAtToken(parts, secret, source);
  if (seen !== undefined && seen.flaw === undefined) return proofOf(parts, seen.row, source);
  const from: From = { source, channel: 'bearer', tokens: true };
  const why = {
    step: seen?.flaw ?? 'wrong-token',
    userId: seen?.row.user_id,
    facts: seen && factsOf(seen.row, from),
  };
  return failUncounted(parts, from, undefined, why);
}

/** An access token of an application (OAuth 2.0). */
async function proveAccessToken(parts: DoorParts, secret: string, source: Source): Promise<Proof> {
  const seen = isIntactSecret('tso', secret) ? await lookAtAccessToken(parts, secret) : undefined;
  if (seen !== undefined && seen.flaw === undefined) return seen.proof;
  const why = { step: seen?.flaw ?? 'wrong-access-token', userId: seen?.proof.user.id, facts: seen?.facts };
  return failUncounted(parts, { source, channel: 'bearer', tokens: true }, undefined, why);
}

type TokenRow = Awaited<ReturnType<typeof findTokenWithOwner>>[number];

type TokenFlaw =
  | 'token-revoked'
  | 'token-leaked'
  | 'token-expired'
  | 'token-rotated'
  | 'token-address'
  | 'account-disabled';

interface SeenToken {
  readonly row: TokenRow;
  /** Why it opens nothing; undefined: it is good. */
  readonly flaw: TokenFlaw | undefined;
}

async function lookAtToken(
  { site }: DoorParts,
  secret: string,
  { address }: Source,
): Promise<SeenToken | undefined> {
  const [row] = await findTokenWithOwner(site.db, { hash: sha256(secret) });
  if (row === undefined) return undefined;
  if (row.revoked_at !== null) return { row, flaw: whyRevoked(row) };
  if (row.expires_at <= site.clock.now())
    return { row, flaw: row.replaced_by === null ? 'token-expired' : 'token-rotated' };
  if (!mayComeFrom(row.addresses, address)) return { row, flaw: 'token-address' };
  return { row, flaw: row.active === 1 ? undefined : 'account-disabled' };
}

function whyRevoked({ revoked_why, replaced_by }: TokenRow): TokenFlaw {
  if (revoked_why === 'leaked') return 'token-leaked';
  // Revoked by nobody: the rotation itself ended it.
  return replaced_by !== null && revoked_why === null ? 'token-rotated' : 'token-revoked';
}

/** What its owner may know of a token that was refused. */
function factsOf(row: TokenRow, { source }: From): Record<string, string | number> {
  return {
    token: row.label,
    ...(row.revoked_at === null ? { expiresAt: row.expires_at } : { revokedAt: row.revoked_at }),
    ...(row.addresses === null ? {} : { allowedAddresses: row.addresses, cameFrom: source.address }),
  };
}

const isNameOf = (row: TokenRow, folded: string): boolean =>
  row.name_folded === folded || row.email_folded === folded;

function proofOf({ site, lastUse }: DoorParts, row: TokenRow, source: Source): Proof {
  lastUse.note('api_tokens', row.token_id, row.last_used_at, site.clock.now(), source);
  return {
    user: actorUser(row),
    revision: row.revision,
    via: 'api-token',
    tokenId: row.token_id,
    limits: limitsOf(row),
    tokenExpiresAt: row.expires_at,
  };
}

/** A right token, under its account's name: good unless sign-in is closed from there. */
async function tokenProof(parts: DoorParts, row: TokenRow, from: From, name: string): Promise<Proof> {
  if (row.counted === 1) {
    const { site } = parts;
    const rules = await rulesAt(site, row.revision);
    const attempt = attemptOf(rules, from, name, subjectOf(row.user_id, ''), 'token', undefined);
    const now = site.clock.now();
    const counts = await readCounts(site.db, attempt.subject, attempt.source, now);
    const denial = denialOf(counts, attempt, rules);
    // A program can type no word from a picture, and nobody can guess its token: what others try locks others out.
    if (denial !== undefined && !(await isServiceAccount(site.db, row.user_id)))
      throw denied(denial, from, row.user_id);
    if (counts.pair.failures > 0 && denial === undefined) {
      await inTransaction(site.db, (trx) => countSuccess(trx, attempt, rules, now, false));
    }
  }
  return proofOf(parts, row, from.source);
}

/** A secret that is a token for sure, and no right one of that name: counts for the sender's own pair. */
async function withoutRightToken(
  parts: DoorParts,
  name: string,
  folded: string,
  seen: SeenToken | undefined,
  from: From,
): Promise<Proof> {
  const { site } = parts;
  const account = await accountNamed(site, folded);
  const userId = account.row?.user_id;
  const settings = await settingsAt(site.db, account.revision);
  const rules = lockRules(site.config, settings);
  const attempt = attemptOf(rules, from, name, account.subject, 'token', undefined);
  const now = site.clock.now();
  const counts = account.counted ? await readCounts(site.db, attempt.subject, attempt.source, now) : noCounts;
  const denial = denialOf(counts, attempt, rules);
  if (denial !== undefined) throw denied(denial, from, userId);
  // An earlier address of the account still names it.
  if (seen !== undefined && seen.flaw === undefined && userId === seen.row.user_id) {
    return tokenProof(parts, seen.row, from, name);
  }
  const step =
    seen === undefined ? 'wrong-token' : userId === seen.row.user_id ? seen.flaw : 'token-of-another-account';
  const failed = { ...recordOf(from, name, userId), step: step ?? 'wrong-token' };
  const facts = seen !== undefined && userId === seen.row.user_id ? factsOf(seen.row, from) : undefined;
  const limit = networkLimitOf(settings, from.source);
  await requireNetworkHasFailuresLeft(site, limit, now);
  const outcome = await inTransaction(site.db, async (trx) => {
    if ((await takePlace(trx, limit, now)) === 'wait') throw busy(userId);
    const counted = await countUnreserved(trx, attempt, rules, now);
    if ('denied' in counted) {
      await givePlaceBack(trx, limit, now);
      return counted;
    }
    await countNetworkFailure(trx, site, limit, from.source, { now, held: true });
    await recordFailure(trx, site, failed);
    await noteLock(trx, site, attempt, counted.locked, failed);
    return counted;
  });
  if ('denied' in outcome) throw denied(outcome.denied, from, userId);
  if (outcome.locked !== undefined) parts.lockMails.note({ userId, source: from.source });
  throw wrong(from, { ...failed, facts }, outcome.nextDenied);
}

interface PasswordAttempt {
  readonly name: string;
  readonly folded: string;
  readonly password: string;
  readonly from: From;
  /** Against what it was right within the last minute. */
  readonly recalled: ProofOwner | undefined;
}

async function byPassword(parts: DoorParts, given: PasswordAttempt): Promise<Proof> {
  const { site, proofs } = parts;
  const again = given.recalled && (await rightAgain(site, given, given.recalled));
  if (again !== undefined) return again;
  const { name, folded, password, from } = given;
  const deadline = performance.now() + patienceMs;
  let recalled = given.recalled;
  let captchaPassed = false;
  const inDirectories = lookingInDirectories(site, folded, from);
  for (;;) {
    const now = site.clock.now();
    const named =
      (recalled && (await accountRecalled(site, folded, recalled.user_id))) ??
      (await accountNamed(site, folded));
    const standing = await standingOf(site, given, named, captchaPassed);
    // What a lock refuses is not looked up, and who was right a moment ago need not be.
    const elsewhere =
      standing.locked !== undefined || (named.row !== undefined && recalled !== undefined)
        ? named
        : await inDirectories(named);
    const { account, settings, rules, attempt, counts, locked } =
      elsewhere === named ? standing : await standingOf(site, given, elsewhere, captchaPassed);
    const { row, subject, keeper } = account;
    const recalledRight = row !== undefined && isStillRight(row, recalled, keeper);
    const denial =
      locked ??
      (!recalledRight && (await isHeldByAlarm(site, settings, strangerOf(attempt, row?.user_id, from)))
        ? 'alarm'
        : undefined);
    const limit = networkLimitOf(settings, from.source, attempt.knownDevice);
    if (denial !== undefined) {
      await passCaptcha(parts, denial, { attempt, rules, limit }, from, name, row?.user_id);
      captchaPassed = true;
      continue;
    }
    const refusal = await from.passwordRefusal?.(row?.name ?? null, account.revision);
    if (refusal !== undefined) {
      const failed = { ...recordOf(from, name, row?.user_id), step: 'passwords-switched-off' };
      await inTransaction(site.db, (trx) => recordFailure(trx, site, failed));
      throw refusal;
    }
    // What a password alone opens may have changed since it was proven.
    const stillRight = recalledRight ? row : undefined;
    if (
      stillRight !== undefined &&
      (await whyPasswordIsNotEnough(
        site.db,
        account.revision,
        stillRight,
        from.channel,
        recalled?.directory,
      )) === undefined
    ) {
      const over = counts.pair.failures > 0 || (counts.account.failures > 0 && !attempt.knownDevice);
      if (over || attempt.captchaPassed) {
        const right = { attempt, rules, source: from.source, name: stillRight.name };
        await inTransaction(site.db, (trx) => settleSuccess(trx, site, right, now, false));
      }
      return passwordProof(stillRight, account.revision);
    }
    await requireNetworkHasFailuresLeft(site, limit, now);
    requireRoomToHash();
    const place =
      counts.pair.reserved > 0 && mustWait(counts, attempt, rules)
        ? 'wait'
        : await reservePlaces(site, attempt, rules, limit, now);
    if (place === 'wait') {
      if (performance.now() > deadline) throw busy(row?.user_id);
      await slotMayBeFree(subject);
      recalled = proofs.recall(folded, password, site.clock.now());
      continue;
    }
    if (place !== 'reserved') continue;
    return check(parts, { ...given, attempt, rules, limit, row, keeper, revision: account.revision });
  }
}

/**
 * The short way of who was right a moment ago and has no failure on record, so that no lock can stand; undefined: there
 * is more to look at. Nothing is let through here that the long way would not.
 */
async function rightAgain(
  site: Site,
  { folded, from }: PasswordAttempt,
  recalled: ProofOwner,
): Promise<Proof | undefined> {
  const account = await accountRecalled(site, folded, recalled.user_id);
  const row = account?.row;
  if (account === undefined || row === undefined || account.counted) return undefined;
  if (!isStillRight(row, recalled, account.keeper)) return undefined;
  if ((await from.passwordRefusal?.(row.name, account.revision)) !== undefined) return undefined;
  const { directory } = recalled;
  const notEnough = await whyPasswordIsNotEnough(site.db, account.revision, row, from.channel, directory);
  return notEnough === undefined ? passwordProof(row, account.revision) : undefined;
}

/** How an attempt at an account stands before its password is looked at. */
async function standingOf(
  site: Site,
  { name, from }: PasswordAttempt,
  account: Named,
  captchaPassed: boolean,
) {
  const { row, subject } = account;
  const settings = await settingsAt(site.db, account.revision);
  const rules = lockRules(site.config, settings);
  const device = await findKnownDevice(site.db, from.page?.cookieHeader, row?.user_id);
  const attempt = { ...attemptOf(rules, from, name, subject, 'password', device), captchaPassed };
  const now = site.clock.now();
  const counts = account.counted ? await readCounts(site.db, subject, attempt.source, now) : noCounts;
  return { account, settings, rules, attempt, counts, locked: denialOf(counts, attempt, rules) };
}

const strangerOf = (attempt: Attempt, userId: number | undefined, { source, page }: From) => ({
  userId,
  source,
  onPage: page !== undefined,
  knownDevice: attempt.knownDevice,
  captchaPassed: attempt.captchaPassed,
});

/** A place of the allowance of the account's pair and one of the network's, or neither. */
function reservePlaces(
  site: Site,
  attempt: Attempt,
  rules: LockRules,
  limit: NetworkLimit | undefined,
  now: number,
): ReturnType<typeof reserve> {
  return inTransaction(site.db, async (trx) => {
    if ((await takePlace(trx, limit, now)) === 'wait') return 'wait';
    const place = await reserve(trx, attempt, rules, now);
    if (place !== 'reserved') await givePlaceBack(trx, limit, now);
    return place;
  });
}

interface Reserved extends PasswordAttempt {
  readonly attempt: Attempt;
  readonly rules: LockRules;
  readonly limit: NetworkLimit | undefined;
  readonly row: FoundAccount | undefined;
  readonly keeper: Keeper | undefined;
  readonly revision: number;
}

/** What a look at the password found out. */
interface Looked extends Verified {
  /** The account, as it is now: a directory's word may have changed or made it. */
  readonly row: FoundAccount | undefined;
  /** The directory that proved it; undefined: the password that is stored here did. */
  readonly directory: ProofOwner['directory'];
  /** What the directory says against it, or the site against whom the directory vouches for. */
  readonly flaw: string | undefined;
}

/**
 * The password that is stored here, and where it is not that one, what the account's directory says. Where nothing is
 * stored, both at once: a name that nobody has takes the same two steps.
 */
async function look({ site }: DoorParts, { password, row, keeper, from }: Reserved): Promise<Looked> {
  const ask = async (): Promise<Said | undefined> => keeper && askDirectory(site, keeper, password);
  const verify = () => verifyPassword(site.config, password, row?.password_hash ?? null);
  const stored = (row?.password_hash ?? null) !== null;
  const [verified, atOnce] = stored ? [await verify(), undefined] : await Promise.all([verify(), ask()]);
  const said = stored && !verified.matches ? await ask() : atOnce;
  const here = { ...verified, row, directory: undefined };
  if (keeper === undefined || said === undefined) return { ...here, flaw: undefined };
  if (said.is !== 'right')
    return { ...here, flaw: keeper.subject === null ? undefined : `directory-${said.is}` };
  const admitted = await admit(site, keeper.provider, said.person, row?.user_id, from.source);
  if ('step' in admitted) return { ...here, flaw: admitted.step };
  const [current] = await findSignInAccountById(site.db, { id: admitted.userId });
  const { id, updatedAt } = keeper.provider;
  const directory = { id, updatedAt, identityId: admitted.identityId };
  return { matches: true, outdated: false, row: current, directory, flaw: undefined };
}

/** Looks at the password, with a place of the allowance in hand, and settles the count before anything is answered. */
async function check(parts: DoorParts, reserved: Reserved): Promise<Proof> {
  const { site, proofs, seenBefore } = parts;
  const { name, folded, password, from, attempt, rules, limit } = reserved;
  try {
    let looked: Looked;
    try {
      looked = await look(parts, reserved);
    } catch (error) {
      const now = site.clock.now();
      await inTransaction(site.db, async (trx) => {
        await givePlaceBack(trx, limit, now);
        // The directory may have counted a try: then the place is taken until it frees itself.
        const asked = error instanceof DirectoryUnavailable && error.asked;
        if (!asked) await release(trx, attempt, rules, now);
      });
      throw error;
    }
    const { matches, row, directory, flaw } = looked;
    const now = site.clock.now();
    // Asked of wrong passwords too, so that the time does not tell which one was right.
    const notEnough =
      row && (await whyPasswordIsNotEnough(site.db, reserved.revision, row, from.channel, directory));
    if (matches && row !== undefined && row.active === 1 && notEnough === undefined) {
      await inTransaction(site.db, async (trx) => {
        await givePlaceBack(trx, limit, now);
        const right = { attempt, rules, source: from.source, name: row.name };
        await settleSuccess(trx, site, right, now, true);
      });
      const renewed = looked.outdated ? await renewedHash(parts, row, password, from) : undefined;
      const owner = { ...row, password_hash: renewed ?? row.password_hash, directory };
      proofs.remember(folded, password, owner, now);
      return passwordProof(row, reserved.revision);
    }
    const right = row?.active === 0 ? 'account-disabled' : (notEnough ?? 'account-disabled');
    const wrongStep = row === undefined ? 'unknown-name' : matches ? right : 'wrong-password';
    const step = flaw ?? wrongStep;
    const failed = { ...recordOf(from, name, row?.user_id), step };
    const repeat = seenBefore(attempt.subject, password, now);
    const outcome = await onRecord(
      site,
      async (trx) => {
        await countNetworkFailure(trx, site, limit, from.source, { now, held: true });
        return countFailure(trx, attempt, rules, now, { held: true, repeat });
      },
      async (trx, counted) => {
        await recordFailure(trx, site, failed);
        await noteLock(trx, site, attempt, counted.locked, failed);
      },
    );
    if (outcome.locked !== undefined) parts.lockMails.note({ userId: row?.user_id, source: from.source });
    throw wrong(from, failed, outcome.nextDenied);
  } finally {
    slotWasFreed(attempt.subject);
  }
}

interface RightSecret extends Pick<Reserved, 'attempt' | 'rules'> {
  readonly name: string;
  readonly source: Source;
}

/** The failures in a row are over; whoever typed the word in the picture as well has lifted every lock of the account. */
async function settleSuccess(
  trx: Db,
  site: Site,
  { attempt, rules, name, source }: RightSecret,
  now: number,
  held: boolean,
): Promise<void> {
  await countSuccess(trx, attempt, rules, now, held);
  if (attempt.captchaPassed) await clearLocks(trx, site, attempt.subject, { by: 'captcha', name, source });
}

/**
 * Counts a failure and puts it on record, both or neither. A guess that cannot be put on record (C6) is one all the same:
 * it is counted, and its answer is the trouble.
 */
async function onRecord<T>(
  { db }: Site,
  count: (trx: Db) => Promise<T>,
  record: (trx: Db, counted: T) => Promise<void>,
): Promise<T> {
  try {
    return await inTransaction(db, async (trx) => {
      const counted = await count(trx);
      await record(trx, counted);
      return counted;
    });
  } catch (error) {
    if (!(error instanceof AppError)) await inTransaction(db, count);
    throw error;
  }
}

/** Once per account and cost, so its owner waits for it: a right sign-in does not fail because this does. */
async function renewedHash(
  { site }: DoorParts,
  { user_id, name, password_hash }: FoundAccount,
  password: string,
  { source }: From,
): Promise<string | undefined> {
  if (password_hash === null) return undefined;
  try {
    return await renewHash(site, { userId: user_id, name, storedHash: password_hash }, password, source);
  } catch (error) {
    site.log.error({ requestId: source.requestId, err: error }, 'password hash not renewed');
    return undefined;
  }
}

/** Resolves when the word in the picture lets one more attempt through; throws otherwise. */
async function passCaptcha(
  { site }: DoorParts,
  denial: Denial,
  { attempt, rules, limit }: Pick<Reserved, 'attempt' | 'rules' | 'limit'>,
  from: From,
  name: string,
  userId: number | undefined,
): Promise<void> {
  const { page } = from;
  if (page === undefined || denial === 'ceiling' || attempt.captchaPassed || !page.captcha) {
    throw denied(denial, from, userId);
  }
  const now = site.clock.now();
  await requireNetworkHasFailuresLeft(site, limit, now);
  if (await page.spendCaptcha(page.captcha)) return;
  const failed = { ...recordOf(from, name, userId), step: 'captcha-wrong' };
  await onRecord(
    site,
    async (trx) => {
      await countNetworkFailure(trx, site, limit, from.source, { now, held: false });
      await countFailure(trx, attempt, rules, now, { held: false, repeat: true });
    },
    (trx) => recordFailure(trx, site, failed),
  );
  throw wrong(from, failed, denial);
}

function mustWait({ pair }: Counts, attempt: Attempt, { attempts }: LockRules): boolean {
  return !attempt.captchaPassed && attempts !== null && pair.failures + pair.reserved >= attempts;
}

async function rulesAt(site: Site, revision: number): Promise<LockRules> {
  return lockRules(site.config, await settingsAt(site.db, revision));
}

function attemptOf(
  rules: LockRules,
  { source }: From,
  name: string,
  subject: string,
  kind: Attempt['kind'],
  device: number | undefined,
): Attempt {
  const known = device !== undefined && !rules.strict;
  return {
    subject,
    kind,
    source: rules.strict ? '*' : known ? `device:${device}` : sourceOf(source.address),
    network: networkOf(source.address),
    name: presentableName(name),
    knownDevice: known,
    captchaPassed: false,
  };
}

const isStillRight = (
  row: FoundAccount,
  recalled: ProofOwner | undefined,
  keeper: Keeper | undefined,
): boolean =>
  recalled !== undefined &&
  row.user_id === recalled.user_id &&
  row.active === 1 &&
  row.password_hash === recalled.password_hash &&
  row.updated_at === recalled.updated_at &&
  // What a directory proved stands as long as the account is linked to it, and it is set up as it was.
  (recalled.directory === undefined ||
    (keeper?.identityId === recalled.directory.identityId &&
      keeper.provider.updatedAt === recalled.directory.updatedAt));

function passwordProof(row: AccountRow, revision: number): Proof {
  return { user: actorUser(row), revision, via: 'password', tokenId: null };
}

type Failing = Omit<FailedSignIn, 'step'>;

const recordOf = (
  { source, channel }: From,
  name: string | undefined,
  userId: number | undefined,
): Failing => ({
  source,
  channel,
  name,
  userId,
});

/** A failure that names no account, so there is nothing to count it for. */
export async function failUncounted(
  { site }: DoorParts,
  from: From,
  name: string | undefined,
  why: string | Why,
): Promise<never> {
  const { step, userId, facts }: Why = typeof why === 'string' ? { step: why } : why;
  const failed = { ...recordOf(from, name, undefined), step };
  await countForNetwork(site, failed);
  throw wrong(from, { ...failed, userId, facts }, undefined);
}

/** Counts a failure that names no account for its network, and puts it on record. */
export async function countForNetwork(site: Site, failed: FailedSignIn): Promise<void> {
  const { source } = failed;
  const now = site.clock.now();
  const limit = networkLimitOf(await settingsAt(site.db, await readRevision(site.db)), source);
  await requireNetworkHasFailuresLeft(site, limit, now);
  await inTransaction(site.db, async (trx) => {
    await countNetworkFailure(trx, site, limit, source, { now, held: false });
    await recordFailure(trx, site, failed);
  });
}

/** Not looked at: sign-in is closed. */
function denied(denial: Denial, from: From, userId: number | undefined): SignInRefused {
  const steps = {
    pair: 'locked-here',
    account: 'locked-everywhere',
    ceiling: 'ceiling',
    alarm: 'sign-in-alarm',
  } as const;
  const missing = from.page !== undefined && denial !== 'ceiling';
  return new SignInRefused('AUTHENTICATION_DENIED', {
    messages: [from.wording?.denied ?? deniedMessage],
    ...(missing ? { fields: { captcha: captchaWanted } } : {}),
    why: { step: missing ? 'captcha-missing' : steps[denial], userId },
  });
}

const captchaWanted = 'Type the word in the picture.';

/** The one answer to everything that was looked at and is wrong. */
function wrong(
  from: From,
  { step, userId, facts }: Pick<FailedSignIn, 'step' | 'userId'> & Pick<Why, 'facts'>,
  nextDenied: Denial | undefined,
): SignInRefused {
  const captcha =
    step === 'captcha-wrong' ? 'That was not the word in the picture. Type the new one.' : captchaWanted;
  return new SignInRefused('AUTHENTICATED_FAILED', {
    messages: [from.wording?.failed ?? refusedMessage],
    ...(from.page !== undefined && nextDenied !== undefined && nextDenied !== 'ceiling'
      ? { fields: { captcha } }
      : {}),
    why: { step, userId, ...(facts === undefined ? {} : { facts }) },
  });
}

function busy(userId: number | undefined): ServiceUnavailable {
  return new ServiceUnavailable({
    messages: [
      'Other sign-ins of this account are being checked. Try again, or use an API token, which never waits.',
    ],
    headers: { 'Retry-After': '1' },
    why: { step: 'busy', userId },
  });
}

/** A credential that is wrong before anything is looked up. */
export function refused(step: string): SignInRefused {
  return new SignInRefused('AUTHENTICATED_FAILED', { messages: [refusedMessage], why: { step } });
}
