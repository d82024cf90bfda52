import { sha256 } from '../../lib/sha256.ts';
import { actorUser } from '../account.ts';
import type { DoorParts, Proof } from '../prove.ts';
import { findAccessToken } from './item-store.ts';
import { limitsOfToken } from './oauth2-scopes.ts';

export interface SeenAccessToken {
  readonly proof: Proof;
  /** Why it opens nothing; undefined: it is good. */
  readonly flaw: 'access-token-expired' | 'account-disabled' | undefined;
  readonly facts: Readonly<Record<string, string | number>>;
}

/** Looks an access token up; undefined: never issued, or revoked with its grant or its application. */
export async function lookAtAccessToken(
  { site, lastUse }: DoorParts,
  secret: string,
): Promise<SeenAccessToken | undefined> {
  const [row] = await findAccessToken(site.db, { hash: sha256(secret) });
  if (row === undefined) return undefined;
  const now = site.clock.now();
  const expiresAt = Math.min(row.expires_at, row.grant_expires_at ?? row.expires_at);
  const flaw = expiresAt <= now ? 'access-token-expired' : row.active === 1 ? undefined : 'account-disabled';
  if (flaw === undefined && row.grant_id !== null)
    lastUse.note('oauth2_grants', row.grant_id, row.grant_last_used_at, now);
  return {
    proof: {
      user: actorUser(row),
      revision: row.revision,
      via: 'oauth2',
      // An application that acts for itself has no grant; its tokens are told apart from grants by the sign.
      tokenId: row.grant_id ?? -row.token_id,
      application: row.link_name,
      limits: limitsOfToken(row.scopes ?? '', row.link_scopes),
    },
    flaw,
    facts: { application: row.link_name, expiresAt },
  };
}
