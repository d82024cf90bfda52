import { Forbidden, PlainRefusal } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import type { ActorUser } from '../../identity.ts';
import { requireSignedIn } from '../../permissions/administrators.ts';
import type { Site } from '../../site.ts';
import { refuseTokens } from '../passwords/own-password.ts';

/**
 * For what changes the ways into one's own account: a session whose user has proven who they are within the last
 * minutes (M7). `what` completes "An API token cannot …". Answered as WebSudo is, so that pages ask and go on.
 */
export function requireFreshProof(
  site: Site,
  { actor, identity }: Pick<Call, 'actor' | 'identity'>,
  what: string,
): ActorUser {
  const me = requireSignedIn(actor);
  refuseTokens(identity, what);
  if (identity.via !== 'session') {
    throw new Forbidden({
      messages: ['Sign in on the web page for this: it changes how your account is entered.'],
      why: { step: 'token-not-enough', userId: me.id },
    });
  }
  if ((identity.webSudoUntil ?? 0) > site.clock.now()) return me;
  const why = { step: 'websudo-required', userId: me.id };
  throw new PlainRefusal(401, 'This resource requires WebSudo.', {}, why);
}
