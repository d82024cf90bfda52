import type { Presented } from '../../http/server.ts';
import type { ActorUser, Identity } from '../../identity.ts';
import { fold } from '../../lib/fold.ts';
import { isIntactSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import { actorUser } from '../account.ts';
import { accountNamed } from '../named-account.ts';
import type { DoorParts } from '../prove.ts';
import { findSignInAccountById } from '../sign-in-store.ts';
import { findAccessToken } from './access-token-store.ts';
import { problem } from './problem.ts';
import { fail, type Proven, proveSigned } from './prove-signed.ts';
import { isOauth, missing, rejected } from './signed-request.ts';

/** By header, or with every parameter in the query (RFC 5849 §3.5.3), as oauthlib and OAuth's early clients can. */
export const isSigned = ({ authorization, path, target }: Presented): boolean =>
  authorization === undefined
    ? path.startsWith('/rest/') && /[?&]oauth_signature=/.test(target)
    : isOauth(authorization);

/** The part of the door that is OAuth 1.0a's: whom the signed request is made for. */
export async function signedIdentity(parts: DoorParts, presented: Presented): Promise<Identity> {
  // What a form says is signed as well, and nothing behind the door takes one.
  if (presented.hasForm) throw problem('parameter_rejected', 'oauth-form');
  const proven = await proveSigned(parts, presented);
  const { token, protocol } = proven.signed;
  if (token === undefined) throw missing('oauth_token');
  const { user, tokenId } =
    token === '' ? await twoLegged(parts, presented, proven) : await byToken(parts, presented, proven, token);
  return {
    actor: { user, revision: proven.revision, profile: presented.profile },
    via: 'oauth1',
    credentialId: tokenId,
    loginReason: 'OK',
    browserSession: false,
    application: proven.link.name,
    bodyHash: protocol.get('oauth_body_hash'),
  };
}

interface Whose {
  readonly user: ActorUser;
  /** null: the application speaks for itself. */
  readonly tokenId: number | null;
}

async function byToken(
  parts: DoorParts,
  presented: Presented,
  { link }: Proven,
  token: string,
): Promise<Whose> {
  const { db, clock } = parts.site;
  const facts = { application: link.name };
  const [row] = isIntactSecret('tsy', token)
    ? await findAccessToken(db, { linkId: link.id, hash: sha256(token) })
    : [];
  if (row === undefined) {
    return fail(parts, presented, 'token_rejected', { step: 'oauth-token-unknown', facts });
  }
  const userId = row.user_id;
  const now = clock.now();
  if (row.revoked_at !== null) {
    return fail(parts, presented, 'token_rejected', { step: 'oauth-token-revoked', userId, facts });
  }
  if (row.active !== 1) {
    return fail(parts, presented, 'token_rejected', { step: 'account-disabled', userId, facts });
  }
  if (row.expires_at <= now) {
    return fail(parts, presented, 'token_expired', { step: 'oauth-token-expired', userId, facts });
  }
  parts.lastUse.note('oauth1_access_tokens', row.token_id, row.last_used_at, now);
  return { user: actorUser(row), tokenId: row.token_id };
}

/** The account of the link, or the one that the request names where the link may (`user_id`, `xoauth_requestor_id`). */
async function twoLegged(parts: DoorParts, presented: Presented, { link, signed }: Proven): Promise<Whose> {
  const facts = { application: link.name };
  if (link.twoLeggedUserId === null) {
    return fail(parts, presented, 'permission_denied', { step: 'oauth-two-legged-off', facts });
  }
  const named = signed.query.filter(([name]) => name === 'user_id' || name === 'xoauth_requestor_id');
  if (named.length > 1) throw rejected('user_id');
  const name = named[0]?.[1];
  if (name === undefined) {
    const [row] = await findSignInAccountById(parts.site.db, { id: link.twoLeggedUserId });
    if (row !== undefined && row.active === 1) return { user: actorUser(row), tokenId: null };
    const why = { step: 'account-disabled', userId: link.twoLeggedUserId, facts };
    return fail(parts, presented, 'permission_denied', why);
  }
  if (!link.impersonation) {
    return fail(parts, presented, 'permission_denied', { step: 'oauth-impersonation-off', facts });
  }
  const row = (await accountNamed(parts.site, fold(name))).row;
  if (row !== undefined && row.active === 1) return { user: actorUser(row), tokenId: null };
  return fail(parts, presented, 'permission_denied', { step: 'oauth-nobody-of-that-name', facts });
}
