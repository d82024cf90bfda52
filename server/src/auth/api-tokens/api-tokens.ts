import { type Asker, audit } from '../../audit/audit.ts';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import type { Db } from '../../db/tables.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Forbidden, NotFound } from '../../errors.ts';
import { isByToken } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import {
  countLiveTokens,
  endEarlierSecrets,
  findToken,
  insertToken,
  listTokens,
  lockTokensOf,
  type Revoking,
  replaceSecret,
  revokeTokens,
  type TokenRecord,
} from './api-token-store.ts';
import { refuseWeakSecret } from './registered-secret.ts';
import { dayMs, hourMs, keptAfterEndMs, neverMs, sameLife } from './token-life.ts';
import {
  type FindProjectId,
  type LimitsAsked,
  limitsToStore,
  type StoredLimits,
  wordsOf,
} from './token-limits.ts';

const longestLabel = 255;
/** Per account; Jira's own limits are not documented, 25 keeps a runaway script visible. */
const mostTokens = 25;
const longestOverlapHours = 72;

/** What its maker says of a token. */
export interface TokenAsked extends LimitsAsked {
  readonly label: string;
  /** Whole days; undefined: as long as the site allows, up to a year; null: without an end. */
  readonly days: number | null | undefined;
}

export interface MintedToken extends TokenRecord {
  /** Shown this once. */
  readonly secret: string;
}

/** Who makes a token live, and how long it may. */
interface LifeRules {
  readonly maxDays: number;
  readonly mayNeverEnd: boolean;
}

/** The command line belongs to whoever owns the machine. */
const commandLineRules: LifeRules = { maxDays: 365, mayNeverEnd: true };
const anyProject: FindProjectId = () => undefined;

/** Live tokens, then: without those that ended, revoked or expired. */
export async function listOwnTokens(site: Site, asker: Asker): Promise<TokenRecord[]> {
  const tokens = await listTokens(site.db, asker.actor.user!.id, 0);
  return tokens.filter((token) => token.revokedAt === null && token.replacedBy === null);
}

/** Those that ended within the last 90 days too, and the earlier secrets of rotated ones. */
export async function listOwnTokenHistory(site: Site, asker: Asker): Promise<TokenRecord[]> {
  return listTokens(site.db, asker.actor.user!.id, site.clock.now() - keptAfterEndMs);
}

/** The token that a request came by. Throws NotFound when it came by something else. */
export async function viewOwnToken(site: Site, asker: Asker): Promise<TokenRecord> {
  const { via, credentialId } = asker.identity;
  const token =
    via === 'api-token' && credentialId !== null ? await findToken(site.db, credentialId) : undefined;
  if (token === undefined) throw new NotFound('This request was not made with an API token.');
  return token;
}

/** Makes a token for the asker. Throws BadRequest by field, Forbidden when a token tries to make one. */
export async function mintToken(
  site: Site,
  asker: Asker,
  input: TokenAsked,
  findProjectId: FindProjectId,
  /** Another account that the asker sees to; the caller has checked that. */
  userId = asker.actor.user!.id,
): Promise<MintedToken> {
  const settings = await settingsAt(site.db, asker.actor.revision);
  // What an application is let do ends when its person revokes that, so it never makes what lives on.
  const isAllowed = settings.tokensMayMintTokens && asker.identity.application === undefined;
  if (isByToken(asker.identity) && !isAllowed) {
    throw new Forbidden({
      messages: [
        'An API token cannot make another one. Sign in with your password, or let an administrator allow it.',
      ],
      why: { step: 'token-not-enough' },
    });
  }
  const rules = { maxDays: settings.apiTokenMaxDays, mayNeverEnd: settings.apiTokensMayNeverExpire };
  return addToken(site, asker, userId, {
    ...checked(site, input, rules, findProjectId),
    secret: makeSecret('tsr'),
    kind: 'minted',
  });
}

/** Registers an existing bot's secret under an account. For administrators: the caller has checked that. */
export async function registerToken(
  site: Site,
  asker: Asker | undefined,
  userId: number,
  input: TokenAsked & { secret: string },
  findProjectId = anyProject,
): Promise<MintedToken> {
  if (!site.config.demo) refuseWeakSecret(input.secret);
  const wanted = checked(site, input, commandLineRules, findProjectId);
  return addToken(site, asker, userId, { ...wanted, secret: input.secret, kind: 'registered' });
}

/** For the command line, whose user owns the machine. */
export async function mintTokenFor(
  site: Site,
  userId: number,
  input: TokenAsked,
  findProjectId = anyProject,
): Promise<MintedToken> {
  const wanted = checked(site, input, commandLineRules, findProjectId);
  return addToken(site, undefined, userId, { ...wanted, secret: makeSecret('tsr'), kind: 'minted' });
}

interface Wanted {
  readonly label: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly limits: StoredLimits;
}

function checked(site: Site, input: TokenAsked, rules: LifeRules, findProjectId: FindProjectId): Wanted {
  const fields: Record<string, string> = {};
  const label = input.label.trim();
  if (label === '' || label.length > longestLabel)
    fields.name = `The name must have 1 to ${longestLabel} characters.`;
  const createdAt = site.clock.now();
  const expiresAt = endOf(input.days, createdAt, rules, fields);
  const limits = limitsToStore(input, findProjectId, fields);
  if (Object.keys(fields).length > 0) throw new BadRequest({ fields });
  return { label, createdAt, expiresAt, limits };
}

function endOf(
  asked: number | null | undefined,
  from: number,
  { maxDays, mayNeverEnd }: LifeRules,
  fields: Record<string, string>,
): number {
  if (asked === null) {
    if (!mayNeverEnd)
      fields.expirationDuration = `Every token ends on this site. The expiry must be 1 to ${maxDays} days from now.`;
    return neverMs;
  }
  const days = asked ?? Math.min(maxDays, 365);
  if (!Number.isInteger(days) || days < 1 || days > maxDays)
    fields.expirationDuration = `The expiry must be 1 to ${maxDays} days from now.`;
  return from + days * dayMs;
}

async function addToken(
  site: Site,
  asker: Asker | undefined,
  userId: number,
  input: Wanted & { readonly secret: string; readonly kind: 'minted' | 'registered' },
): Promise<MintedToken> {
  const { label, createdAt, expiresAt, limits, kind, secret } = input;
  try {
    return await inTransaction(site.db, async (trx) => {
      await lockTokensOf(trx, userId);
      if ((await countLiveTokens(trx, userId, createdAt)) >= mostTokens) {
        throw new BadRequest(
          `An account may have ${mostTokens} API tokens. Revoke one that is no longer used.`,
        );
      }
      const tokenHash = sha256(secret);
      const id = await insertToken(trx, { userId, label, tokenHash, kind, createdAt, expiresAt, ...limits });
      await auditToken(
        trx,
        site,
        asker,
        'api-token.created',
        { id, label, userId },
        {
          kind,
          expiresAt,
          ...saidLimits(limits),
        },
      );
      return { ...(await findToken(trx, id))!, secret };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'api_tokens.token_hash')) {
      throw new BadRequest({ fields: { secret: 'This value is registered already.' }, cause: error });
    }
    throw error;
  }
}

/** Only what there is. */
const saidLimits = ({ scopes, project_ids, addresses }: StoredLimits): Record<string, unknown> => ({
  ...(scopes === null ? {} : { scopes: wordsOf(scopes) }),
  ...(project_ids === null ? {} : { projects: wordsOf(project_ids) }),
  ...(addresses === null ? {} : { addresses: wordsOf(addresses) }),
});

export interface Rotation {
  /** As of a new token; undefined: as long as the old one was to live. */
  readonly days?: number | null | undefined;
  /** Whole hours, 0 to 72, for which the old secret goes on working; undefined: 0. */
  readonly overlapHours?: number | undefined;
}

/**
 * A new secret for a token of the asker, with the same limits; the old one works on for the overlap. A token may do
 * that to itself, though it may make no others: it must have been made by somebody. Throws NotFound for a token that is
 * not the asker's, or has ended.
 */
export async function rotateToken(
  site: Site,
  asker: Asker,
  id: number,
  input: Rotation,
  userId = asker.actor.user!.id,
): Promise<MintedToken> {
  const token = await findToken(site.db, id);
  if (token === undefined || token.userId !== userId || token.replacedBy !== null) throw missing();
  if (
    isByToken(asker.identity) &&
    (asker.identity.via !== 'api-token' || asker.identity.credentialId !== id)
  ) {
    throw new Forbidden({
      messages: ['An API token may rotate itself, and no other one.'],
      why: { step: 'token-not-enough' },
    });
  }
  const settings = await settingsAt(site.db, asker.actor.revision);
  const rules = { maxDays: settings.apiTokenMaxDays, mayNeverEnd: settings.apiTokensMayNeverExpire };
  return rotate(site, asker, token, input, rules);
}

/** Throws NotFound unless the account has such a token, alive. For the command line. */
export async function rotateTokenOf(
  site: Site,
  userId: number,
  id: number,
  input: Rotation,
): Promise<MintedToken> {
  const token = await findToken(site.db, id);
  if (token === undefined || token.userId !== userId || token.replacedBy !== null) throw missing();
  return rotate(site, undefined, token, input, commandLineRules);
}

async function rotate(
  site: Site,
  asker: Asker | undefined,
  token: TokenRecord,
  { days: asked, overlapHours = 0 }: Rotation,
  rules: LifeRules,
): Promise<MintedToken> {
  const fields: Record<string, string> = {};
  const at = site.clock.now();
  const asBefore = sameLife(token.createdAt, token.expiresAt);
  // What was allowed when it was made may not be any more.
  const allowed = asBefore === null && rules.mayNeverEnd ? null : Math.min(asBefore ?? 365, rules.maxDays);
  const expiresAt = endOf(asked === undefined ? allowed : asked, at, rules, fields);
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > longestOverlapHours)
    fields.overlapHours = `The old secret may live on for 0 to ${longestOverlapHours} hours.`;
  if (Object.keys(fields).length > 0) throw new BadRequest({ fields });
  const secret = makeSecret('tsr');
  const { id, userId, label } = token;
  const oldEndsAt = Math.min(token.expiresAt, at + overlapHours * hourMs);
  return inTransaction(site.db, async (trx) => {
    const oldHash = await replaceSecret(trx, { id, at }, { tokenHash: sha256(secret), expiresAt });
    if (oldHash === undefined) throw missing();
    // Nobody who wants the old secret dead means that the ones before it may live.
    if (overlapHours === 0) await endEarlierSecrets(trx, id, at);
    // Kept even when it ends at once: whoever still uses it can be told why it is refused.
    await insertToken(trx, {
      ...token,
      tokenHash: oldHash,
      expiresAt: oldEndsAt,
      replacedBy: id,
      revokedAt: overlapHours === 0 ? at : null,
    });
    await auditToken(trx, site, asker, 'api-token.rotated', { id, label, userId }, { expiresAt, oldEndsAt });
    return { ...(await findToken(trx, id))!, secret };
  });
}

const missing = (): NotFound => new NotFound('There is no such API token.');

/** Revokes one of the owner's tokens; a foreign or unknown id is NotFound. */
export async function revokeToken(
  site: Site,
  asker: Asker,
  id: number,
  of?: { readonly userId: number; readonly why: 'owner' | 'administrator' },
): Promise<void> {
  const { userId, why } = of ?? { userId: asker.actor.user!.id, why: 'owner' as const };
  const revoked = await revokeOf(site, asker, { userId, id, why });
  if (revoked === 0) throw missing();
}

export async function revokeAllTokens(site: Site, asker: Asker): Promise<void> {
  await revokeOf(site, asker, { userId: asker.actor.user!.id, why: 'owner' });
}

/** How many were revoked; for the command line. */
export const revoke = (site: Site, userId: number, id?: number): Promise<number> =>
  revokeOf(site, undefined, { userId, id, why: 'administrator' });

async function revokeOf(
  site: Site,
  asker: Asker | undefined,
  which: Pick<Revoking, 'userId' | 'id' | 'why'>,
): Promise<number> {
  const by = asker?.actor.user?.id ?? null;
  const { userId, why } = which;
  return inTransaction(site.db, async (trx) => {
    const revoked = await revokeTokens(trx, { ...which, at: site.clock.now(), by });
    for (const token of revoked) {
      await auditToken(trx, site, asker, 'api-token.revoked', { ...token, userId }, { why });
    }
    return revoked.length;
  });
}

/** One record of a token's life. Without an asker: the command line. */
async function auditToken(
  trx: Db,
  site: Site,
  asker: Asker | undefined,
  event: string,
  { id, label, userId }: { readonly id: number; readonly label: string; readonly userId: number },
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  await audit(trx, site.clock, {
    event,
    outcome: 'ok',
    asker,
    ...(asker === undefined ? { via: 'command-line' as const } : {}),
    source: asker?.source ?? commandLine,
    subject: label,
    subjectType: 'api-token',
    subjectId: id,
    detail: { userId, ...detail },
  });
}

const commandLine = { address: '', userAgent: '', requestId: '' };
