import { randomBytes } from 'node:crypto';
import { audit } from '../../audit/audit.ts';
import { inTransaction } from '../../db/transaction.ts';
import { Conflict, Forbidden, NotFound } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import { isIntactSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { callbackWith } from './callback.ts';
import { findLink, type Link } from './link-store.ts';
import { decideRequestToken, findRequestToken, type RequestToken } from './request-token-store.ts';

/** What an application asks somebody for. */
export interface Asked {
  readonly link: Link;
  readonly request: RequestToken;
}

/** What is shown to the person. Throws NotFound when there is nothing to decide about any more. */
export async function viewAsked(site: Site, token: string): Promise<Asked> {
  const request = isIntactSecret('tsx', token) ? await findRequestToken(site.db, sha256(token)) : undefined;
  const link = request && (await findLink(site.db, request.linkId));
  if (request === undefined || link === undefined) {
    throw new NotFound({
      messages: ['No application asks under this address. Start again in the application.'],
      why: { step: 'oauth-request-unknown' },
    });
  }
  if (request.decision !== null || request.expiresAt <= site.clock.now()) {
    throw new NotFound({
      messages: [
        'This request was decided already, or is older than ten minutes. Start again in the application.',
      ],
      why: { step: 'oauth-request-over', facts: { application: link.name } },
    });
  }
  return { link, request };
}

export interface Decision {
  readonly token: string;
  readonly approve: boolean;
  /** Account id of whom the page showed as signed in. */
  readonly accountId: string;
}

/** Where the browser goes next, or what its person types into the application. */
export interface Decided {
  readonly location: string | null;
  readonly verifier: string | null;
}

/**
 * Only on our own page, by the person whom it showed (O4): a session of a browser, whose origin the door has asked for,
 * and never a token, which would bring a longer life about for itself.
 */
export async function decide(
  site: Site,
  asker: Pick<Call, 'actor' | 'identity' | 'source'>,
  { token, approve, accountId }: Decision,
): Promise<Decided> {
  const { user } = asker.actor;
  if (user === null || !asker.identity.browserSession) {
    throw new Forbidden({
      messages: ['Decide on the web page, signed in there.'],
      why: { step: 'token-not-enough' },
    });
  }
  if (accountId !== user.accountId) {
    throw new Conflict({
      messages: [`Meanwhile ${user.displayName} signed in here. Look at the page again before you decide.`],
      why: { step: 'oauth-somebody-else', userId: user.id },
    });
  }
  const { link, request } = await viewAsked(site, token);
  const verifier = approve ? randomBytes(16).toString('base64url') : null;
  const decided = await inTransaction(site.db, async (trx) => {
    const won = await decideRequestToken(trx, {
      tokenHash: sha256(token),
      decision: approve ? 'approved' : 'denied',
      userId: user.id,
      verifierHash: verifier === null ? null : sha256(verifier),
      at: site.clock.now(),
    });
    if (!won) return false;
    await audit(trx, site.clock, {
      event: approve ? 'application.authorised' : 'application.denied',
      outcome: 'ok',
      asker,
      source: asker.source,
      subject: link.name,
      subjectType: 'application-link',
      subjectId: link.id,
    });
    return true;
  });
  if (!decided) throw new Conflict('This request was decided in another window.');
  if (request.callback === null) return { location: null, verifier };
  const told: Record<string, string> = { oauth_token: token, oauth_verifier: verifier ?? 'denied' };
  if (verifier === null) told.oauth_problem = 'permission_denied';
  return { location: callbackWith(request.callback, told), verifier: null };
}
