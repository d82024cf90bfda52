import { isIP } from 'node:net';
import { BadRequest } from '../../errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { settingsAt } from '../../settings/settings.ts';
import type { Site } from '../../site.ts';
import { findPasskey, insertChallenge, listPasskeys, type Passkey, spendChallenge } from './passkey-store.ts';

const challengeLifeMs = 5 * 60_000;

/** What a challenge is for; an answer counts for the same only. */
export type Ceremony = 'register' | 'sign-in' | 'second-step' | 'confirm';

/** Where passkeys of this site belong: the exact origin, and its host name as relying party (WebAuthn §5.1). */
function relyingParty(base: string): { readonly origin: string; readonly id: string } {
  const { origin, hostname } = new URL(base);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new BadRequest(
      'Passkeys need a host name: open this site under http://localhost or under the name in TESSERA_BASE_URL.',
    );
  }
  return { origin, id: hostname };
}

interface Registrant {
  readonly id: number;
  readonly accountId: string;
  readonly name: string;
  readonly displayName: string;
}

/** What a browser needs for making a passkey that can be the only step: discoverable, and with user verification. */
export async function registrationOptions(site: Site, user: Registrant, base: string, revision: number) {
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const { siteTitle } = await settingsAt(site.db, revision);
  const existing = await listPasskeys(site.db, user.id);
  const options = await generateRegistrationOptions({
    rpName: siteTitle,
    rpID: relyingParty(base).id,
    userName: user.name,
    userID: new TextEncoder().encode(user.accountId),
    userDisplayName: user.displayName,
    attestationType: 'none',
    timeout: challengeLifeMs,
    excludeCredentials: existing.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  await keepChallenge(site, options.challenge, 'register', user.id);
  return options;
}

export type NewPasskey = Pick<
  Passkey,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'backedUp'
>;

/** Checks what the browser made. Throws BadRequest with the field `response`. */
export async function verifyRegistration(
  site: Site,
  userId: number,
  base: string,
  response: unknown,
): Promise<NewPasskey> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { origin, id } = relyingParty(base);
  try {
    const result = await verifyRegistrationResponse({
      response: response as never,
      expectedChallenge: (challenge) => spend(site, challenge, 'register', userId),
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
    });
    if (!result.verified) throw new Error('not verified');
    const { credential, credentialBackedUp } = result.registrationInfo;
    return {
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      signCount: credential.counter,
      transports: credential.transports ?? [],
      backedUp: credentialBackedUp,
    };
  } catch (cause) {
    throw new BadRequest({
      fields: { response: 'The passkey could not be checked. Begin again.' },
      cause,
      why: { step: 'passkey-wrong', userId },
    });
  }
}

/** `userId`: whose passkeys may answer; null: anybody's, which the browser lets its user choose. */
export async function authenticationOptions(
  site: Site,
  ceremony: Ceremony,
  userId: number | null,
  base: string,
) {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const allowed = userId === null ? [] : await listPasskeys(site.db, userId);
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(base).id,
    timeout: challengeLifeMs,
    userVerification: 'required',
    ...(userId === null
      ? {}
      : {
          allowCredentials: allowed.map(({ credentialId, transports }) => ({
            id: credentialId,
            transports: [...transports],
          })),
        }),
  });
  await keepChallenge(site, options.challenge, ceremony, userId);
  return options;
}

export type PasskeyAnswer =
  | { readonly is: 'right'; readonly passkey: Passkey; readonly signCount: number }
  /** `passkey`: which one it claimed to be, when it is one of ours. `cloned`: its count went back. */
  | { readonly is: 'wrong'; readonly passkey: Passkey | undefined; readonly cloned: boolean };

/** Checks a passkey's answer (WebAuthn §7.2): challenge, exact origin, relying party, user verification, signature, count. */
export async function verifyPasskey(
  site: Site,
  ceremony: Ceremony,
  userId: number | null,
  base: string,
  response: unknown,
): Promise<PasskeyAnswer> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { origin, id } = relyingParty(base);
  const credentialId = (response as { id?: unknown } | null)?.id;
  const passkey = typeof credentialId === 'string' ? await findPasskey(site.db, credentialId) : undefined;
  if (passkey === undefined || (userId !== null && passkey.userId !== userId)) {
    return { is: 'wrong', passkey: undefined, cloned: false };
  }
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as never,
      expectedChallenge: (challenge) => spend(site, challenge, ceremony, userId),
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        // The library refuses a count that went back with a plain error; we want to tell that case apart.
        counter: 0,
      },
    });
    if (!verified) return { is: 'wrong', passkey, cloned: false };
    const signCount = authenticationInfo.newCounter;
    const counts = signCount > 0 || passkey.signCount > 0;
    if (counts && signCount <= passkey.signCount) return { is: 'wrong', passkey, cloned: true };
    return { is: 'right', passkey, signCount };
  } catch {
    return { is: 'wrong', passkey, cloned: false };
  }
}

async function keepChallenge(
  site: Site,
  challenge: string,
  purpose: Ceremony,
  userId: number | null,
): Promise<void> {
  const now = site.clock.now();
  const kept = { hash: sha256(challenge), purpose, userId, expiresAt: now + challengeLifeMs };
  await insertChallenge(site.db, kept, now);
}

const spend = (site: Site, challenge: string, purpose: Ceremony, userId: number | null): Promise<boolean> =>
  spendChallenge(site.db, { hash: sha256(challenge), purpose, userId, now: site.clock.now() });
