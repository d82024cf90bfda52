import { type Asker, audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { SignInRefused } from '../../errors.ts';
import type { Identity, Source } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import { actorUser } from '../account.ts';
import { type DoorParts, type Proof, refused } from '../prove.ts';
import { noteSignIn } from '../sign-in-store.ts';
import {
  type CookieSite,
  clearSessionCookie,
  type PresentedSession,
  presentedSessions,
  type SessionKind,
} from './session-cookies.ts';
import {
  deleteEndedSessions,
  deleteSessions,
  findSessionWithOwner,
  insertSession,
  isActiveAccount,
} from './session-store.ts';

const minuteMs = 60_000;

/** Opens a session for a proven account; the result is the cookie's value and shown nowhere else. */
export async function openSession(
  { site }: DoorParts,
  proof: Proof,
  kind: SessionKind,
  source: Source,
): Promise<{ id: number; secret: string }> {
  const settings = await settingsAt(site.db, proof.revision);
  const at = site.clock.now();
  const secret = makeSecret('tss');
  const id = await inTransaction(site.db, async (trx) => {
    // The secret was checked a while ago, by the clock of a password hash.
    if (!(await isActiveAccount(trx, proof.user.id))) throw refused('account-disabled');
    await deleteEndedSessions(trx, at);
    await noteSignIn(trx, proof.user.id, at);
    const sessionId = await insertSession(trx, {
      tokenHash: sha256(secret),
      userId: proof.user.id,
      kind,
      apiTokenId: proof.tokenId,
      at,
      expiresAt: at + settings.sessionMaxMinutes * minuteMs,
      address: source.address,
      userAgent: source.userAgent,
    });
    await audit(trx, site.clock, {
      event: 'sign-in.ok',
      outcome: 'ok',
      source,
      name: proof.user.name,
      userId: proof.user.id,
      via: kind === 'web' ? 'form' : 'session',
      credentialId: proof.tokenId,
      subjectType: 'session',
      subjectId: sessionId,
      detail: { by: proof.via },
    });
    return sessionId;
  });
  return { id, secret };
}

/**
 * The identity of a request's session cookie; undefined without one of our own shape. Throws SignInRefused,
 * with headers that clear the cookies, when it is not alive: a dead session is told, never silently
 * anonymous.
 */
export async function identityBySession(
  { site, lastUse }: DoorParts,
  cookieHeader: string | undefined,
  cookies: CookieSite,
): Promise<Identity | undefined> {
  const presented = presentedSessions(cookieHeader, cookies);
  if (presented.length === 0) return undefined;
  // The web app's own comes first, and the first one decides: a dead one is told, whatever lies beside it.
  const [{ kind, secret }] = presented as [PresentedSession];
  const now = site.clock.now();
  const tokenHash = sha256(secret);
  const [row] = secret === '' ? [] : await findSessionWithOwner(site.db, { hash: tokenHash });
  const alive =
    row !== undefined &&
    row.kind === kind &&
    row.active === 1 &&
    row.expires_at > now &&
    (row.api_token_id === null || (row.token_revoked_at === null && (row.token_expires_at ?? 0) > now)) &&
    now - row.last_seen_at < (await settingsAt(site.db, row.revision)).sessionIdleMinutes * minuteMs;
  if (!alive) {
    throw new SignInRefused('AUTHENTICATED_FAILED', {
      messages: ['Your session has ended. Sign in again.'],
      why: { step: 'session-ended', userId: row?.user_id },
      headers: { 'Set-Cookie': presented.map((one) => clearSessionCookie(one.kind, cookies)) },
    });
  }
  lastUse.note('sessions', row.session_id, row.last_seen_at, now);
  return {
    actor: { user: actorUser(row), revision: row.revision, profile: site.config.profile },
    via: 'session',
    credentialId: row.session_id,
    loginReason: null,
    browserSession: kind === 'web',
    openedByToken: row.api_token_id !== null,
    sessionMark: tokenHash.slice(0, 7),
  };
}

/**
 * Ends every session that the request carries, so that none is left for a browser to fall back on; the result
 * is the Set-Cookie lines that clear them, and that of `kind` in any case.
 */
export async function endSessions(
  { site }: DoorParts,
  kind: SessionKind,
  call: Asker & CookieSite & { cookieHeader: string | undefined },
): Promise<string[]> {
  const presented = presentedSessions(call.cookieHeader, call);
  const hashes = presented.filter(({ secret }) => secret !== '').map(({ secret }) => sha256(secret));
  if (hashes.length > 0) {
    await inTransaction(site.db, async (trx) => {
      if ((await deleteSessions(trx, hashes)) === 0) return;
      await audit(trx, site.clock, { event: 'sign-out', outcome: 'ok', asker: call, source: call.source });
    });
  }
  const kinds = new Set([kind, ...presented.map((one) => one.kind)]);
  return [...kinds].map((one) => clearSessionCookie(one, call));
}
