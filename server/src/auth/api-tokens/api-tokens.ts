import { type Asker, audit } from '../../audit/audit.ts';
import { isUniqueViolation } from '../../db/constraint-errors.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Forbidden, NotFound } from '../../errors.ts';
import { isByToken } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import {
  countLiveTokens,
  insertToken,
  listTokens,
  lockTokensOf,
  revokeTokens,
  type TokenSummary,
} from './api-token-store.ts';
import { refuseWeakSecret } from './registered-secret.ts';

const dayMs = 86_400_000;
const longestLabel = 255;
/** Per account; Jira's own limits are not documented, 25 keeps a runaway script visible. */
const mostTokens = 25;

export interface MintedToken extends TokenSummary {
  /** Shown this once. */
  readonly secret: string;
}

export async function listOwnTokens(site: Site, asker: Asker): Promise<TokenSummary[]> {
  return listTokens(site.db, asker.actor.user!.id);
}

/** Makes a token for the asker. Throws BadRequest by field, Forbidden when a token tries to make one. */
export async function mintToken(
  site: Site,
  asker: Asker,
  input: { label: string; days: number | undefined },
): Promise<MintedToken> {
  const settings = await settingsAt(site.db, asker.actor.revision);
  if (isByToken(asker.identity) && !settings.tokensMayMintTokens) {
    throw new Forbidden({
      messages: [
        'An API token cannot make another one. Sign in with your password, or let an administrator allow it.',
      ],
      why: { step: 'token-not-enough' },
    });
  }
  return addToken(site, asker, asker.actor.user!.id, {
    ...input,
    maxDays: settings.apiTokenMaxDays,
    secret: makeSecret('tsr'),
    kind: 'minted',
  });
}

/** Registers an existing bot's secret under an account. For administrators: the caller has checked that. */
export async function registerToken(
  site: Site,
  asker: Asker | undefined,
  userId: number,
  input: { label: string; days: number | undefined; secret: string },
): Promise<MintedToken> {
  if (!site.config.demo) refuseWeakSecret(input.secret);
  return addToken(site, asker, userId, { ...input, maxDays: 365, kind: 'registered' });
}

/** For the command line, whose user owns the machine. */
export async function mintTokenFor(
  site: Site,
  userId: number,
  input: { label: string; days: number | undefined },
): Promise<MintedToken> {
  return addToken(site, undefined, userId, {
    ...input,
    maxDays: 365,
    secret: makeSecret('tsr'),
    kind: 'minted',
  });
}

async function addToken(
  site: Site,
  asker: Asker | undefined,
  userId: number,
  input: {
    label: string;
    days: number | undefined;
    maxDays: number;
    secret: string;
    kind: 'minted' | 'registered';
  },
): Promise<MintedToken> {
  const label = input.label.trim();
  const days = input.days ?? Math.min(input.maxDays, 365);
  const fields: Record<string, string> = {};
  if (label === '' || label.length > longestLabel)
    fields.name = `The name must have 1 to ${longestLabel} characters.`;
  if (!Number.isInteger(days) || days < 1 || days > input.maxDays) {
    fields.expirationDuration = `The expiry must be 1 to ${input.maxDays} days from now.`;
  }
  if (Object.keys(fields).length > 0) throw new BadRequest({ fields });

  const createdAt = site.clock.now();
  const expiresAt = createdAt + days * dayMs;
  try {
    return await inTransaction(site.db, async (trx) => {
      await lockTokensOf(trx, userId);
      if ((await countLiveTokens(trx, userId, createdAt)) >= mostTokens) {
        throw new BadRequest(
          `An account may have ${mostTokens} API tokens. Revoke one that is no longer used.`,
        );
      }
      const tokenHash = sha256(input.secret);
      const id = await insertToken(trx, { userId, label, tokenHash, kind: input.kind, createdAt, expiresAt });
      await audit(trx, site.clock, {
        event: 'api-token.created',
        outcome: 'ok',
        asker,
        ...(asker === undefined ? { via: 'command-line' as const } : {}),
        source: asker?.source ?? commandLine,
        subject: label,
        subjectType: 'api-token',
        subjectId: id,
        detail: { userId, kind: input.kind, expiresAt },
      });
      return { id, label, kind: input.kind, createdAt, expiresAt, lastUsedAt: null, secret: input.secret };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'api_tokens.token_hash')) {
      throw new BadRequest({ fields: { secret: 'This value is registered already.' }, cause: error });
    }
    throw error;
  }
}

const commandLine = { address: '', userAgent: '', requestId: '' };

/** Revokes one of the owner's tokens; a foreign or unknown id is NotFound. */
export async function revokeToken(site: Site, asker: Asker, id: number): Promise<void> {
  const revoked = await revoke(site, asker, asker.actor.user!.id, id);
  if (revoked === 0) throw new NotFound('There is no such API token.');
}

export async function revokeAllTokens(site: Site, asker: Asker): Promise<void> {
  await revoke(site, asker, asker.actor.user!.id);
}

/** How many were revoked. Without an asker: the command line. */
export async function revoke(
  site: Site,
  asker: Asker | undefined,
  userId: number,
  id?: number,
): Promise<number> {
  return inTransaction(site.db, async (trx) => {
    const revoked = await revokeTokens(trx, {
      userId,
      ...(id === undefined ? {} : { id }),
      at: site.clock.now(),
      by: asker?.actor.user?.id ?? null,
    });
    for (const token of revoked) {
      await audit(trx, site.clock, {
        event: 'api-token.revoked',
        outcome: 'ok',
        asker,
        ...(asker === undefined ? { via: 'command-line' as const } : {}),
        source: asker?.source ?? commandLine,
        subject: token.label,
        subjectType: 'api-token',
        subjectId: token.id,
        detail: { userId },
      });
    }
    return revoked.length;
  });
}
