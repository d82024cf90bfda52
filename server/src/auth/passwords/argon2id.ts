import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

export interface Cost {
  readonly memoryKib: number;
  readonly passes: number;
}

/** The PHC string of a new hash: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. */
export async function argon2idHash(password: string, cost: Cost): Promise<string> {
  const salt = randomBytes(16);
  const key = await run(password, salt, cost, 32);
  return phcOf(cost, salt, key);
}

const phcShape =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{1,86})\$([A-Za-z0-9+/]{1,86})$/;

/** undefined: it is no argon2id hash, or one of several lanes. */
export function costOfHash(phc: string): Cost | undefined {
  const parts = phcShape.exec(phc);
  return parts === null ? undefined : { memoryKib: Number(parts[1]), passes: Number(parts[2]) };
}

export async function argon2idMatches(password: string, phc: string): Promise<boolean> {
  const parts = phcShape.exec(phc);
  if (parts === null) return false;
  const expected = Buffer.from(parts[4]!, 'base64');
  const cost = { memoryKib: Number(parts[1]), passes: Number(parts[2]) };
  const key = await run(password, Buffer.from(parts[3]!, 'base64'), cost, expected.length);
  return timingSafeEqual(key, expected);
}

/** A hash that checking costs as much as any other, and that no password has: its key is no one's. */
export function unmatchableHash(cost: Cost): string {
  return phcOf(cost, randomBytes(16), randomBytes(32));
}

function run(password: string, salt: Buffer, cost: Cost, length: number): Promise<Buffer> {
  return derive('argon2id', {
    message: Buffer.from(password, 'utf8'),
    nonce: salt,
    parallelism: 1,
    tagLength: length,
    memory: cost.memoryKib,
    passes: cost.passes,
  }) as Promise<Buffer>;
}

function phcOf(cost: Cost, salt: Buffer, key: Buffer): string {
  return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=1$${unpadded(salt)}$${unpadded(key)}`;
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
