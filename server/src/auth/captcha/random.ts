import { randomBytes, randomInt } from 'node:crypto';

/** Uniform in [from, to). */
export const between = (from: number, to: number): number =>
  from + ((to - from) * randomBytes(4).readUInt32BE(0)) / 2 ** 32;

export const oneOf = <T>(items: ArrayLike<T>): T => items[randomInt(items.length)] as T;
