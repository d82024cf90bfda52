import { readRevision } from '../../db/revision.ts';
import { ScimRefusal } from '../../errors.ts';
import type { Call } from '../../http/route.ts';
import type { Presented } from '../../http/server.ts';
import type { Identity } from '../../identity.ts';
import { isIntactSecret } from '../../lib/secret-format.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { Site } from '../../site.ts';
import { type DoorParts, failUncounted } from '../prove.ts';
import type { Provider } from '../single-sign-on/provider.ts';
import { providersAt } from '../single-sign-on/provider-store.ts';
import { findCredential, findCredentialById, type ScimCredential } from './scim-store.ts';

/** Addresses that this credential opens, and no other one. */
export const isScimPath = (path: string): boolean => path.startsWith('/scim/');

/** The part of the door that is SCIM's: a Bearer secret of its own, or 401. Nothing else opens it, cookies neither. */
export async function scimIdentity(
  parts: DoorParts,
  { authorization, source }: Presented,
): Promise<Identity> {
  const { site } = parts;
  const [, secret = ''] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (secret === '') throw new ScimRefusal(401, 'A Bearer token that was made for SCIM is needed.');
  const found = isIntactSecret('tsq', secret) ? await findCredential(site.db, sha256(secret)) : undefined;
  if (found === undefined) {
    return failUncounted(parts, { source, channel: 'bearer', tokens: true }, undefined, 'wrong-scim-token');
  }
  parts.lastUse.note('scim_credentials', found.id, found.last_used_at, site.clock.now());
  return {
    actor: { user: null, revision: await readRevision(site.db), profile: site.config.profile },
    via: 'scim',
    credentialId: found.id,
    loginReason: null,
    browserSession: false,
  };
}

export interface ScimCaller {
  readonly provider: Provider;
  readonly credential: ScimCredential;
}

/** Whose accounts the caller may see and change. */
export async function scimCaller(
  site: Site,
  { identity, actor }: Pick<Call, 'identity' | 'actor'>,
): Promise<ScimCaller> {
  const credential =
    identity.via === 'scim' ? await findCredentialById(site.db, identity.credentialId ?? 0) : undefined;
  const provider =
    credential &&
    (await providersAt(site.db, actor.revision)).find(({ id }) => id === credential.provider_id);
  if (credential === undefined || provider === undefined) {
    throw new ScimRefusal(401, 'A Bearer token that was made for SCIM is needed.');
  }
  return { provider, credential };
}
