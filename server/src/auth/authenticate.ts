import { readRevision } from '../db/revision.ts';
import { PlainRefusal, SignInRefused } from '../errors.ts';
import type { Authenticate, Presented } from '../http/server.ts';
import { type Identity, noLimits } from '../identity.ts';
import { endsSoon } from './api-tokens/token-life.ts';
import { passwordsAllowed } from './basic/allow-list.ts';
import { type BasicPair, parseBasic } from './basic/basic-header.ts';
import { passwordOverBasicRefused } from './basic/password-refusal.ts';
import { isSigned, signedIdentity } from './oauth1/signed-identity.ts';
import { type DoorParts, type Proof, proveBearer, proveSecret, refused } from './prove.ts';
import { isScimPath, scimIdentity } from './scim/scim-caller.ts';
import { identityBySession } from './sessions/sessions.ts';

/**
 * The one door. `Authorization` decides when it is there, and its failure fails the request; else a live
 * session; else nobody. A wrong credential never falls through to the next method or to anonymous, except
 * where the cloud profile imitates Cloud (JRACLOUD-93811).
 */
export function authenticator(parts: DoorParts): Authenticate {
  return async (presented) => {
    if (isScimPath(presented.path)) return scimIdentity(parts, presented);
    if (isSigned(presented)) return signedIdentity(parts, presented);
    if (presented.authorization === undefined) return withoutAuthorization(parts, presented);
    try {
      return identityOfProof(
        parts,
        await byAuthorization(parts, presented.authorization, presented),
        presented,
      );
    } catch (error) {
      const wrong = error instanceof SignInRefused && error.reason === 'AUTHENTICATED_FAILED';
      if (!wrong || presented.profile !== 'cloud' || presented.gateway) throw error;
      return { ...(await anonymous(parts, presented)), loginReason: 'AUTHENTICATED_FAILED' };
    }
  };
}

async function byAuthorization(parts: DoorParts, header: string, presented: Presented): Promise<Proof> {
  const [scheme = '', value = ''] = splitScheme(header);
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const pair = parseBasic(value);
      if (pair === null) throw refused('malformed-credential');
      return byBasic(parts, pair, presented);
    }
    case 'bearer':
      return proveBearer(parts, value, presented.source);
    default:
      throw refused('unknown-scheme');
  }
}

async function byBasic(
  parts: DoorParts,
  { name, secret }: BasicPair,
  { source, path }: Presented,
): Promise<Proof> {
  const { site } = parts;
  const passwordRefusal = async (userName: string | null, revision: number) => {
    const allowed = await passwordsAllowed(site, revision, { path, userName });
    return allowed ? undefined : passwordOverBasicRefused(site.config);
  };
  return proveSecret(parts, name, secret, { source, channel: 'basic', tokens: true, passwordRefusal });
}

async function withoutAuthorization(parts: DoorParts, presented: Presented): Promise<Identity> {
  const identity = await identityBySession(parts, presented.cookieHeader, presented);
  if (identity !== undefined) return identity;
  // os_authType (DAC, "REST and os_authType"): unknown values mean nothing.
  if (presented.osAuthType === 'basic') {
    throw new PlainRefusal(401, 'Client must be authenticated to access this resource.', {
      'WWW-Authenticate': 'Basic realm="Tessera", charset="UTF-8"',
    });
  }
  if (presented.osAuthType === 'cookie') {
    throw new SignInRefused('AUTHENTICATED_FAILED', {
      messages: ['There is no live session. Sign in first.'],
    });
  }
  return anonymous(parts, presented);
}

async function anonymous({ site }: DoorParts, { profile }: Presented): Promise<Identity> {
  return {
    actor: { user: null, revision: await readRevision(site.db), profile },
    via: 'anonymous',
    credentialId: null,
    loginReason: null,
    browserSession: false,
  };
}

function identityOfProof({ site }: DoorParts, proof: Proof, { profile }: Presented): Identity {
  const { user, revision, limits = noLimits, tokenExpiresAt, application } = proof;
  return {
    actor: { user, revision, profile, projects: limits.projects, administers: limits.administers },
    ...(limits === noLimits ? {} : { limits }),
    ...(application === undefined ? {} : { application }),
    ...(tokenExpiresAt !== undefined && endsSoon(tokenExpiresAt, site.clock.now())
      ? { expiresSoonAt: tokenExpiresAt }
      : {}),
    via: proof.via,
    credentialId: proof.tokenId,
    loginReason: 'OK',
    browserSession: false,
  };
}

/** One or more spaces between scheme and value (RFC 9110 §11.4). */
function splitScheme(header: string): [string, string] {
  const space = header.indexOf(' ');
  return space === -1 ? [header, ''] : [header.slice(0, space), header.slice(space + 1).replace(/^ +/, '')];
}
