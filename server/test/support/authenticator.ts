import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A passkey device made of nothing but node:crypto, so that every byte of its answers can be made wrong. */
export class SoftAuthenticator {
  readonly credentialId = randomBytes(32);
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  signCount = 0;

  /** What navigator.credentials.create() would give. */
  register(options: { challenge: string; rp: { id: string } }, origin: string): any {
    const clientData = clientDataOf('webauthn.create', options.challenge, origin);
    const authData = Buffer.concat([
      authenticatorData(options.rp.id, 0x45, this.signCount),
      Buffer.alloc(16),
      Buffer.from([0, this.credentialId.length]),
      this.credentialId,
      this.#coseKey(),
    ]);
    const attestation = cborMap([
      [cborText('fmt'), cborText('none')],
      [cborText('attStmt'), cborMap([])],
      [cborText('authData'), cborBytes(authData)],
    ]);
    return {
      id: this.credentialId.toString('base64url'),
      rawId: this.credentialId.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        attestationObject: attestation.toString('base64url'),
        transports: ['internal'],
      },
    };
  }

  /** What navigator.credentials.get() would give; each use counts. */
  answer(
    options: { challenge: string; rpId?: string },
    origin: string,
    wrong: Partial<{
      challenge: string;
      origin: string;
      type: string;
      rpId: string;
      flags: number;
      count: number;
      crossOrigin: boolean;
      signature: (good: Buffer) => Buffer;
    }> = {},
  ): any {
    this.signCount++;
    const clientData = clientDataOf(
      wrong.type ?? 'webauthn.get',
      wrong.challenge ?? options.challenge,
      wrong.origin ?? origin,
      wrong.crossOrigin,
    );
    const authData = authenticatorData(
      wrong.rpId ?? options.rpId ?? '',
      wrong.flags ?? 0x05,
      wrong.count ?? this.signCount,
    );
    const signed = Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
    const good = sign('sha256', signed, this.#keys.privateKey);
    return {
      id: this.credentialId.toString('base64url'),
      rawId: this.credentialId.toString('base64url'),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: (wrong.signature?.(good) ?? good).toString('base64url'),
      },
    };
  }

  /** COSE_Key of ES256 (RFC 9053 §7.1.1). */
  #coseKey(): Buffer {
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    return cborMap([
      [cborInteger(1), cborInteger(2)],
      [cborInteger(3), cborInteger(-7)],
      [cborInteger(-1), cborInteger(1)],
      [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
      [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
    ]);
  }
}

const clientDataOf = (type: string, challenge: string, origin: string, crossOrigin = false): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin }));

function authenticatorData(rpId: string, flags: number, count: number): Buffer {
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(count);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), counter]);
}

/** Just enough of CBOR (RFC 8949 §3). */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}
const cborInteger = (n: number): Buffer => (n >= 0 ? head(0, n) : head(1, -1 - n));
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborMap = (entries: readonly [Buffer, Buffer][]): Buffer =>
  Buffer.concat([head(5, entries.length), ...entries.flat()]);
