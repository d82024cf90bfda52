import { hash } from 'node:crypto';
import { OauthProblem } from '../errors.ts';
import type { Identity } from '../identity.ts';

export const noBytes: Buffer = Buffer.alloc(0);

/** By length in bytes: the draft has SHA-1 for RSA-SHA1, and leaves others to newer signature methods. */
const algorithms: Readonly<Record<number, string>> = { 20: 'sha1', 32: 'sha256', 64: 'sha512' };

/** A signature that names the hash of the body (draft-eaton-oauth-bodyhash-00) holds for that body and for no other one. */
export function refuseOtherBody(identity: Identity | undefined, body: Buffer): void {
  const bodyHash = identity?.bodyHash;
  if (bodyHash === undefined) return;
  const algorithm = algorithms[Buffer.from(bodyHash, 'base64').length];
  if (algorithm !== undefined && hash(algorithm, body, 'base64') === bodyHash) return;
  throw new OauthProblem(
    'parameter_rejected',
    { oauth_parameters_rejected: 'oauth_body_hash' },
    { step: 'oauth-other-body', userId: identity?.actor.user?.id },
  );
}
