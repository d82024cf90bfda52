import type { Site } from '../../site.ts';

const periodSeconds = 30;

const purposeOf = (userId: number) => `totp:${userId}`;

export interface Enrolment {
  /** Base32, as a person types it where no camera is. */
  readonly secret: string;
  /** `otpauth://totp/…` */
  readonly uri: string;
  /** The same as a picture, SVG. */
  readonly qr: string;
  readonly sealedSeed: string;
}

/** A new seed of 160 bits (RFC 4226 §4) for an authenticator app, sealed for storing. */
export async function newSeed(
  site: Site,
  { userId, account, issuer }: { readonly userId: number; readonly account: string; readonly issuer: string },
): Promise<Enrolment> {
  const { generateSecret, generateURI } = await import('otplib');
  const { renderSVG } = await import('uqr');
  const secret = generateSecret({ length: 20 });
  const uri = generateURI({ issuer, label: account, secret });
  return { secret, uri, qr: renderSVG(uri), sealedSeed: await site.sealer.seal(purposeOf(userId), secret) };
}

/**
 * The time step whose code this is, at most one before or after now (RFC 6238 §5.2), and newer than the newest that was
 * used; undefined: none.
 */
export async function stepOfCode(
  site: Site,
  {
    userId,
    sealedSeed,
    lastStep,
  }: { readonly userId: number; readonly sealedSeed: string; readonly lastStep: number },
  code: string,
): Promise<number | undefined> {
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return undefined;
  const { verify } = await import('otplib');
  const secret = await site.sealer.unseal(purposeOf(userId), sealedSeed);
  const epoch = Math.floor(site.clock.now() / 1000);
  const result = await verify({
    secret,
    token: digits,
    epoch,
    epochTolerance: periodSeconds,
  });
  if (!result.valid) return undefined;
  const step = Math.floor(epoch / periodSeconds) + result.delta;
  return step > lastStep ? step : undefined;
}
