import { audit } from '../audit/audit.ts';
import { inTransaction } from '../db/transaction.ts';
import { type AppError, SignInRefused } from '../errors.ts';
import type { ActorUser, Source } from '../identity.ts';
import { fold } from '../lib/fold.ts';
import { hasSecretPrefix, isIntactSecret } from '../lib/secret-format.ts';
import { sha256 } from '../lib/sha256.ts';
import type { Site } from '../site.ts';
import { actorUser } from './account.ts';
import { findTokenWithOwner } from './api-tokens/api-token-store.ts';
import type { LastUse } from './last-use.ts';
import { passwordMatches } from './passwords/passwords.ts';
import { findAccountForSignIn, noteFailedSignIn } from './sign-in-store.ts';

/** Who a secret was proven to belong to. */
export interface Proof {
  readonly user: ActorUser;
  readonly revision: number;
  readonly via: 'api-token' | 'password';
  readonly tokenId: number | null;
}

export type Channel = 'basic' | 'bearer' | 'session' | 'form';

export interface DoorParts {
  readonly site: Site;
  readonly lastUse: LastUse;
}

/** One wording whatever was wrong, with the hint that helps most of those who see it. */
export const refusedMessage =
  'Sign-in failed: the name or the secret is wrong. Use your account e-mail (or user name) and an API token.';

/** Registered secrets are at least this long outside demonstrations; shorter ones are not looked up. */
const shortestRegistered = 8;

/** No name and no secret is longer (Basic refuses beyond the same); folding and hashing more is work for nothing. */
const longestAccepted = 4096;

export interface From {
  readonly source: Source;
  readonly channel: Channel;
  readonly tokens: boolean;
  /**
   * The refusal of a channel that takes no passwords; asked before one is looked at, so that a right and a wrong
   * one are refused alike, in time too. It is thrown once it is on record.
   */
  readonly passwordRefusal?: () => Promise<AppError | undefined>;
}

/**
 * The single choke point: every name and secret, on every channel, is checked here. Resolves to undefined
 * when it is wrong, for whatever reason; the failure is on record by then.
 */
export async function proveSecret(
  parts: DoorParts,
  name: string,
  secret: string,
  from: From,
): Promise<Proof | undefined> {
  if (name.length > longestAccepted || secret.length > longestAccepted) {
    await recordFailure(parts, name, from, undefined);
    return undefined;
  }
  const folded = fold(name);
  if (hasSecretPrefix('tsr', secret)) {
    const proof =
      from.tokens && isIntactSecret('tsr', secret) ? await byToken(parts, secret, folded) : undefined;
    if (proof === undefined) await recordFailure(parts, name, from, await idOf(parts, folded));
    return proof;
  }
  if (from.tokens && secret.length >= shortestRegistered) {
    const proof = await byToken(parts, secret, folded);
    if (proof !== undefined) return proof;
  }
  const refusal = await from.passwordRefusal?.();
  if (refusal !== undefined) {
    await recordFailure(parts, name, from, undefined);
    throw refusal;
  }
  return byPassword(parts, name, folded, secret, from);
}

/** A token alone, as Bearer sends it; it names its account by itself. */
export async function proveBearer(
  parts: DoorParts,
  secret: string,
  source: Source,
): Promise<Proof | undefined> {
  const junk = hasSecretPrefix('tsr', secret)
    ? !isIntactSecret('tsr', secret)
    : secret.length < shortestRegistered;
  const proof = junk ? undefined : await byToken(parts, secret, undefined);
  if (proof === undefined) await recordFailure(parts, undefined, { source, channel: 'bearer' }, undefined);
  return proof;
}

/** A right token under another account's name is a wrong token. */
async function byToken(
  parts: DoorParts,
  secret: string,
  folded: string | undefined,
): Promise<Proof | undefined> {
  const { site, lastUse } = parts;
  const [row] = await findTokenWithOwner(site.db, { hash: sha256(secret) });
  const now = site.clock.now();
  if (row === undefined || row.revoked_at !== null || row.expires_at <= now || row.active !== 1)
    return undefined;
  if (folded !== undefined && row.name_folded !== folded && row.email_folded !== folded) return undefined;
  lastUse.note('api_tokens', row.token_id, row.last_used_at, now);
  return { user: actorUser(row), revision: row.revision, via: 'api-token', tokenId: row.token_id };
}

async function byPassword(
  parts: DoorParts,
  name: string,
  folded: string,
  password: string,
  from: { source: Source; channel: Channel },
): Promise<Proof | undefined> {
  const { site } = parts;
  const [row] = await findAccountForSignIn(site.db, { folded });
  const matches = await passwordMatches(site.config, password, row?.password_hash ?? null);
  if (matches && row !== undefined && row.active === 1) {
    return { user: actorUser(row), revision: row.revision, via: 'password', tokenId: null };
  }
  await recordFailure(parts, name, from, row?.user_id);
  return undefined;
}

async function idOf(parts: DoorParts, folded: string): Promise<number | undefined> {
  const [row] = await findAccountForSignIn(parts.site.db, { folded });
  return row?.user_id;
}

/** In a transaction of its own, before the answer: a crash or a rollback elsewhere cannot undo it. */
async function recordFailure(
  { site }: DoorParts,
  name: string | undefined,
  from: { source: Source; channel: Channel },
  userId: number | undefined,
): Promise<void> {
  await inTransaction(site.db, async (trx) => {
    // For a name of nobody as well, where it changes nothing: it takes the same steps as a known one.
    if (name !== undefined) await noteFailedSignIn(trx, userId ?? nobodysId, site.clock.now());
    await audit(trx, site.clock, {
      event: 'sign-in.failed',
      outcome: 'refused',
      source: from.source,
      via: from.channel,
      ...(name === undefined ? {} : { name: userId === undefined ? presentableName(name) : name }),
    });
  });
}

const nobodysId = 0;

/** People paste secrets into the wrong field; what may be one is not kept. Names of accounts are. */
function presentableName(name: string): string {
  const mayBeSecret =
    /ts[rs]_/i.test(name) || (name.length >= 20 && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(name));
  return mayBeSecret || name.length > 190 ? '(not recorded)' : name;
}

export function refused(): SignInRefused {
  return new SignInRefused('AUTHENTICATED_FAILED', { messages: [refusedMessage] });
}
