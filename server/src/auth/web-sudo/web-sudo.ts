import { type Asker, audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { BadRequest, Forbidden, PlainRefusal } from '../../errors.ts';
import type { ActorUser, Identity } from '../../identity.ts';
import { makeSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import { grantsOf } from '../../permissions/permissions.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import type { Wire } from '../../wire.ts';
import { proveOwnPassword } from '../passwords/own-password.ts';
import { type DoorParts, refused } from '../prove.ts';
import { type CookieSite, sessionCookie } from '../sessions/session-cookies.ts';
import { dropWebSudo, holdAccount, renewSession } from '../sessions/session-store.ts';
import { xsrfCookie } from '../sessions/xsrf-token.ts';
import { findFactorNeed } from '../two-factor/factor-store.ts';
import { confirmFactor, type Given } from '../two-factor/second-step.ts';
import { webSudoMs } from './web-sudo-time.ts';

/**
 * The check of routes that administer: a session must have shown its password within the last ten minutes. Not asked
 * of whom sends a credential with each request, of sessions that a token opened (they are held to the token's bounds), and of
 * those who may not administer at all: the route's own rule refuses them.
 */
export function webSudoGuard(site: Site): (identity: Identity) => Promise<void> {
  return async (identity) => {
    if (identity.via !== 'session' || identity.openedByToken) return;
    if ((identity.webSudoUntil ?? 0) > site.clock.now()) return;
    const { actor } = identity;
    if (!(await settingsAt(site.db, actor.revision)).webSudo) return;
    if (!(await (await grantsOf(site, actor)).global('ADMINISTER'))) return;
    const why = { step: 'websudo-required', userId: actor.user?.id };
    throw new PlainRefusal(401, 'This resource requires WebSudo.', {}, why);
  };
}

/**
 * Shows the password once more: ten minutes of administration, under a new session id (S1). The result is its
 * Set-Cookie lines. Throws BadRequest with the field `password`, Forbidden without a session of one's own.
 */
export async function startWebSudo(
  parts: DoorParts,
  call: Asker & CookieSite & { readonly cookieHeader: string | undefined; readonly wire: Pick<Wire, 'base'> },
  given: { readonly password?: string | undefined } & Given,
): Promise<string[]> {
  const me = requireSignedIn(call.actor);
  const { identity } = call;
  if (identity.via !== 'session' || identity.openedByToken || identity.credentialId === null) {
    throw new Forbidden({
      messages: ['Only a session that was opened with a password has WebSudo.'],
      why: { step: 'token-not-enough' },
    });
  }
  const id = identity.credentialId;
  await proveAgain(parts, call, me, given);
  return grantWebSudo(parts, call, me.id, id);
}

/** A passkey; or the password, and where the account has a second factor a code of it as well. */
async function proveAgain(
  parts: DoorParts,
  call: Asker & { readonly cookieHeader: string | undefined; readonly wire: Pick<Wire, 'base'> },
  me: ActorUser,
  { password, code, passkey }: { readonly password?: string | undefined } & Given,
): Promise<void> {
  const visit = { source: call.source, base: call.wire.base };
  if (passkey !== undefined) return confirmFactor(parts.site, me, { passkey }, visit);
  const { hasFactor } = await findFactorNeed(parts.site.db, me.id);
  if (hasFactor && (code === undefined || code === '')) {
    throw new BadRequest({
      fields: { code: 'Type the code that your authenticator app shows, or use a passkey.' },
    });
  }
  await proveOwnPassword(parts, call, me, { password: password ?? '', field: 'password' });
  if (hasFactor) await confirmFactor(parts.site, me, { code }, visit);
}

/** Ten minutes of administration for a session whose user has just proven again who they are, however. Set-Cookie lines. */
export async function grantWebSudo(
  { site }: DoorParts,
  call: Asker & CookieSite,
  userId: number,
  sessionId: number,
): Promise<string[]> {
  const secret = makeSecret('tss');
  const until = site.clock.now() + webSudoMs;
  const kind = await inTransaction(site.db, async (trx) => {
    if ((await holdAccount(trx, userId))?.active !== true) throw refused('account-disabled');
    const risen = await renewSession(trx, sessionId, sha256(secret), until);
    if (risen === undefined) throw refused('session-ended');
    await audit(trx, site.clock, {
      event: 'websudo.ok',
      outcome: 'ok',
      asker: call,
      source: call.source,
      subjectType: 'session',
      subjectId: sessionId,
    });
    return risen;
  });
  return [sessionCookie(kind, secret, call), xsrfCookie(site.config, secret, call)];
}

/** Without it nothing happens. */
export async function endWebSudo({ site }: DoorParts, call: Asker): Promise<void> {
  const { credentialId, via } = call.identity;
  if (via !== 'session' || credentialId === null) return;
  await inTransaction(site.db, async (trx) => {
    if (!(await dropWebSudo(trx, credentialId, site.clock.now()))) return;
    await audit(trx, site.clock, {
      event: 'websudo.ended',
      outcome: 'ok',
      asker: call,
      source: call.source,
      subjectType: 'session',
      subjectId: credentialId,
    });
  });
}
